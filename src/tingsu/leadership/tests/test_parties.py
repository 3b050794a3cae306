"""Parties outside are told of the values in force and sign them; a new version asks anew; breaches stand against them (VL-06, VL-08)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.casework.tests.test_partners import JIELU, publish
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.leadership import parties, spans, terms
from tingsu.leadership.tests.stands import in_force, opened, take, the_roots, today
from tingsu.people import directory
from tingsu.people.models import Unit
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("VL-06")]


def values(cast: Cast) -> Entry:
    if not Entry.objects.filter(register=terms.STATEMENT).exists():
        the_roots(cast)
    return in_force(cast, terms.VALUES)


def with_parties(cast: Cast) -> None:
    """A carrier and an authority in the partner register, and a supplier whose people work in a unit."""
    rows = [
        {**JIELU, "code": code, "kind": kind, "name": {"zh-Hans": name, "en": code}}
        for code, kind, name in (("swift", "carrier", "迅达快运"), ("bureau", "authority", "市场监督管理局"))
    ]
    publish(cast, *rows)
    Unit.objects.filter(pk=cast.units["intake"].pk).update(supplier="恒声外包")
    directory.forget_cached()


def states() -> dict[str, str]:
    rows = Entry.objects.filter(register=parties.NAME).select_related("stream").order_by("opened_at")
    return {row.written()["party"]: row.state for row in rows}


@pytest.mark.req("VL-08")
def test_values_in_force_ask_every_known_party_once_and_a_new_version_anew(cast: Cast) -> None:
    with_parties(cast)
    first = values(cast)
    assert parties.ask_all(first.pk) == 2
    assert parties.ask_all(first.pk) == 0
    assert states() == {"迅达快运": "to_tell", "恒声外包": "to_tell"}
    entry = Entry.objects.get(register=parties.NAME, codes__party_kind="subcontractor")
    assert (entry.owner_id, entry.codes["values_version"]) == (cast.supervisor.id, str(first.pk))
    merchant = opened(cast.specialist, parties.NAME, party="云上小店", party_kind="merchant")
    take(
        cast.specialist,
        merchant,
        "tell",
        told_on=today(),
        told_by="platform",
        until=(spans.today() + timedelta(days=14)).isoformat(),
    )
    assert Entry.objects.get(pk=merchant.pk).next_due_kind == parties.TIMER
    done = take(cast.specialist, merchant, "acknowledge", signed_on=today(), signatory="掌柜", post="店主")
    assert (done.state, done.next_due_at, done.codes["signed_on"]) == ("acknowledged", None, today())
    assert parties.without_current() == ["恒声外包", "迅达快运"]
    with travel_to(now() + timedelta(days=1)):
        take(cast.supervisor, first, "new_version")
        second = Entry.objects.get(register=terms.STATEMENT, state="draft")
        take(
            cast.supervisor,
            second,
            "hear",
            leaders=[str(cast.top_mgmt.id)],
            staff=[str(cast.qa.id)],
            opinions="商户：同意",
        )
        take(cast.supervisor, second, "submit")
        take(cast.top_mgmt, second, "approve", effective_on=today())
        assert parties.ask_all(first.pk) == 0, "asked for nothing any more"
        assert parties.ask_all(second.pk) == 3, "whoever signed an earlier version is asked too"
        assert parties.without_current() == ["云上小店", "恒声外包", "迅达快运"]
        for step, given in (
            ("acknowledge", {"signed_on": today(), "signatory": "甲"}),
            ("tell", {"told_on": today(), "told_by": "email", "until": "2099-01-01"}),
        ):
            with pytest.raises(ConditionsUnmet) as refused:
                take(cast.specialist, entry, step, **given)
            assert {one.code for one in refused.value.unmet} == {"old_version"}


def test_nobody_acknowledges_what_is_not_in_force_or_before_it_was(cast: Cast) -> None:
    early = opened(cast.qa, parties.NAME, party="恒声外包", party_kind="supplier")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.qa, early, "acknowledge", signed_on=today(), signatory="甲")
    assert {one.code for one in refused.value.unmet} == {"no_values"}
    values(cast)
    entry = opened(cast.qa, parties.NAME, party="恒声外包", party_kind="supplier")
    with pytest.raises(InvalidInput) as wrong:
        take(cast.qa, entry, "acknowledge", signed_on=(spans.today() - timedelta(days=1)).isoformat(), signatory="甲")
    assert set(wrong.value.fields) == {"signed_on"}
    assert take(cast.qa, entry, "refuse", reason="不同意第五条").state == "refused"
    assert parties.without_current() == ["恒声外包"]
    assert take(cast.qa, entry, "end", reason="合同到期").state == "ended"


def test_a_breach_stands_against_the_party_until_a_leader_settles_it(cast: Cast, client: Client, sign_in: Any) -> None:
    values(cast)
    entry = opened(cast.specialist, parties.NAME, party="云上小店", party_kind="merchant")
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.supervisor, entry, "settle_breach", breach="0", outcome="无")
    take(cast.specialist, entry, "report_breach", on=today(), breached="保护隐私", what="把买家电话发到群里")
    kept = Entry.objects.get(pk=entry.pk)
    assert kept.codes["breaches"] == [{"on": today(), "reported_by": str(cast.specialist.id)}]
    with pytest.raises(NotAllowed):
        take(cast.specialist, entry, "settle_breach", breach="0", outcome="自行了结")
    take(cast.supervisor, entry, "settle_breach", breach="0", outcome="约谈并书面整改")
    assert Entry.objects.get(pk=entry.pk).codes["breaches"][0]["settled_on"] == today()
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.supervisor, entry, "settle_breach", breach="0", outcome="再次")
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=[parties.NAME, entry.number])).content.decode()
    assert "把买家电话发到群里" in page
    listed = client.get(reverse("registers:list", args=[parties.NAME])).content.decode()
    assert "1 家中 0 家已确认现行版本" in listed
