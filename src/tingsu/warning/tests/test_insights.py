"""Insights of complaints for the product (MO-09); proposals for risk control and partners, with score, basis, measure, effect (MO-10)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework import partners
from tingsu.demo import journey
from tingsu.desk.tests.cases import BASIC, local
from tingsu.figures import folding
from tingsu.figures.models import Fact
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.partners.models import PartnerTask
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.warning import insights

pytestmark = pytest.mark.django_db
AT = local("2026-03-02 10:00")
EVIDENCE = {"evidence": "三个月 40 件同样的漏液", "proposal": "更换密封圈供应商"}


def opened(who: Any, **values: Any) -> Entry:
    return open_entry(actor=who.actor, register=registers()["insight"], opening=Opening(values=values))


def take(row: Entry, who: Any, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=row.pk)
    return take_step(actor=who.actor, entry=row, register=registers()["insight"], step=step, values=values)


@pytest.mark.req("MO-09")
def test_an_insight_goes_from_evidence_to_release_and_effect(cast: Cast, sign_in: Any) -> None:
    with travel_to(AT):
        for _n in range(3):
            journey.register(cast.frontline.actor, {**BASIC, "product": "电热水壶"})
        given = {**EVIDENCE, "kind": "product", "product": "电热水壶", "recipient": str(cast.dept.unit_id)}
        for missing in ("product", "evidence", "proposal", "recipient"):
            with pytest.raises(InvalidInput) as refused:
                opened(cast.analyst, **{name: value for name, value in given.items() if name != missing})
            assert missing in refused.value.fields
        with pytest.raises(InvalidInput):
            opened(cast.analyst, **given, source_number="FX-9999-001")
        row = opened(cast.analyst, **given)
        page = sign_in(cast.supervisor).get(f"/desk/records/insight/{row.number}/").content.decode()
        assert "近十二个月有 3 件投诉涉及该产品" in page
        with pytest.raises(NotFound):
            take(row, cast.frontline, "adopt", reason="好", owner=str(cast.dept.id))
        assert take(row, cast.dept, "adopt", reason="好", owner=str(cast.dept.id)).state == "adopted", (
            "whom it goes to decides"
        )
        with pytest.raises(InvalidInput):
            take(row, cast.dept, "carry_out", released_on="2026-03-02", review_on="2026-04-02")
        take(row, cast.dept, "carry_out", release="V2.1 密封圈", released_on="2026-03-02", review_on="2026-04-02")
        with pytest.raises(ConditionsUnmet):
            take(row, cast.analyst, "confirm", effect="好了")
    with travel_to(AT + timedelta(days=40)):
        with pytest.raises(NotAllowed):
            take(row, cast.dept, "confirm", effect="好了")
        assert take(row, cast.analyst, "confirm", effect="漏液由 40 件降至 2 件").state == "effective"


@pytest.mark.req("MO-09")
def test_nobody_decides_the_own_proposal_and_one_without_effect_is_proposed_anew(cast: Cast) -> None:
    given = {**EVIDENCE, "kind": "product", "product": "壶", "recipient": str(cast.dept.unit_id)}
    with travel_to(AT):
        own = opened(cast.supervisor, **given)
        with pytest.raises(ConditionsUnmet):
            take(own, cast.supervisor, "adopt", reason="好", owner=str(cast.dept.id))
        assert take(own, cast.mgmt_rep, "decline", reason="成本过高").state == "declined"
        row = opened(cast.analyst, **given)
        take(row, cast.supervisor, "adopt", reason="好", owner=str(cast.dept.id))
        take(row, cast.dept, "carry_out", release="V2", released_on="2026-03-02", review_on="2026-03-03")
    with travel_to(AT + timedelta(days=3)):
        assert take(row, cast.qa, "again", effect="照旧", proposal="换供应商").state == "proposed"


@pytest.mark.req("MO-10")
def test_a_partner_measure_names_score_basis_and_measure(cast: Cast, sign_in: Any) -> None:
    body = rulebooks.in_force(partners.KIND).body
    jielu = {
        "code": "jielu", "name": {"zh-Hans": "捷路", "en": "Jielu"}, "kind": next(k for k in partners.KINDS if k != "authority"),
        "contact": {"zh-Hans": "400", "en": "400"}, "matters": {},
    }  # fmt: skip
    rulebooks.publish(
        actor=cast.top_mgmt.actor, kind=partners.KIND, body={**body, "partners": [*body["partners"], jielu]}
    )
    given = {
        **EVIDENCE,
        "kind": "partner",
        "partner": "jielu",
        "basis": "合同第 9 条",
        "measure": "restrict",
        "recipient": str(cast.dept2.unit_id),
    }
    for missing in ("partner", "basis", "measure"):
        with pytest.raises(InvalidInput) as refused:
            opened(cast.analyst, **{name: value for name, value in given.items() if name != missing})
        assert missing in refused.value.fields
    with pytest.raises(InvalidInput):
        opened(cast.analyst, **{**EVIDENCE, "kind": "risk_rule", "recipient": str(cast.dept2.unit_id), "basis": "规定"})
    assert insights.score_of("jielu")["score"] is None, (
        "of nothing there is no score, and nothing is divided by nothing"
    )
    assert "score" not in opened(cast.analyst, **given).codes
    cases = [journey.register(cast.frontline.actor, BASIC) for _n in range(2)]
    folding.fold_moved()
    Fact.objects.filter(pk=cases[0].pk).update(verdict="founded")
    at = now()
    PartnerTask.objects.bulk_create(
        PartnerTask(
            id=uuid.uuid4(), complaint_id=cases[n % 2].pk, code="jielu", kind="facts", state="answered", question=b"", given=b"", answer=b"",
            due_at=at, asked_at=at - timedelta(days=9), answered_at=at + timedelta(days=1 if n < 8 else -1), returns=int(n < 4), return_reason=b"",
        )
        for n in range(40)
    )  # fmt: skip
    found = insights.score_of("jielu")
    assert (
        found["asked"],
        found["in_time"],
        found["late"],
        found["returned"],
        found["complaints"],
        found["founded"],
    ) == (40, 32, 8, 4, 2, 1)
    assert found["score"] == round(100 * (0.8 + 0.9 + 0.5) / 3)
    row = opened(cast.analyst, **given)
    assert row.codes["score"] == found["score"]
    assert (
        "该合作伙伴近十二个月" in sign_in(cast.supervisor).get(f"/desk/records/insight/{row.number}/").content.decode()
    )
    PartnerTask.objects.filter(returns=1).delete()
    PartnerTask.objects.filter(answered_at__gt=at).update(state="withdrawn")
    assert insights.score_of("jielu")["late"] == 0
