"""Not ours: the answer says on which basis, and gives the partner's name and contact from the register; both are recorded (AS-14)."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.approving import approved
from tests.cast import Cast
from tingsu.casework import partners, queries
from tingsu.casework.tests.cases import UNFOUNDED, basis, investigating
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import graded, last_event, registered, step

JIELU: dict[str, Any] = {
    "code": "jielu", "kind": "carrier", "name": {"zh-Hans": "捷鹿速运", "en": "Jielu Express"},
    "contact": {"zh-Hans": "投诉电话 400-000-0201", "en": "complaints line 400-000-0201"},
    "matters": {"zh-Hans": "途中丢失、破损", "en": "lost or damaged on the way"},
}  # fmt: skip


def publish(cast: Cast, *rows: dict[str, Any]) -> None:
    approved(
        cast,
        lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=partners.KIND, body={"partners": list(rows)}),
    )


@pytest.mark.req("AS-14")
@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([], {}),
        ([JIELU, {**JIELU, "code": "other", "matters": {}}], {}),
        ([{**JIELU, "contact": {"zh-Hans": "400", "en": ""}}], {"partners.1.contact": "required"}),
        ([{**JIELU, "name": {}}], {"partners.1.name": "required"}),
        ([{**JIELU, "matters": {"zh-Hans": "丢失", "en": ""}}], {"partners.1.matters": "required"}),
        ([{**JIELU, "contact": {"zh-Hans": "电" * 161, "en": "x"}}], {"partners.1.contact": "too_long"}),
        ([{**JIELU, "kind": "friend"}], {"partners.1.kind": "choice"}),
        ([JIELU, JIELU], {"partners.1.code": "code", "partners.2.code": "code"}),
        ([{**JIELU, "name": "捷鹿"}], {"partners.1.name": "required"}),
        ("all", {"partners": "rows"}),
    ],
)
def test_what_the_register_takes(rows: Any, wrong: dict[str, str]) -> None:
    if not wrong:
        partners.check({"partners": rows})
        return
    with pytest.raises(InvalidInput) as refused:
        partners.check({"partners": rows})
    assert {name: error.code for name, error in refused.value.fields.items()} == wrong


@pytest.mark.req("AS-14")
def test_the_answer_takes_name_and_contact_from_the_register_and_keeps_them(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    sign_in(cast.specialist)
    form = f"{complaint.get_absolute_url()}steps/answer_not_ours/"
    assert "捷鹿速运" not in client.get(form).content.decode()
    publish(cast, JIELU)
    assert "捷鹿速运 · 承运商 · 途中丢失、破损" in client.get(form).content.decode()
    values = {"reason": "途中破损", "bases": basis(), "out_of_scope": "no"}
    for incomplete, fields in (
        ({}, {"transfer_name", "transfer_contact"}),
        ({"transfer_name": "某公司"}, {"transfer_contact"}),
        ({"partner": "nobody"}, {"partner"}),
    ):
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "answer_not_ours", **values, **incomplete)
        assert set(refused.value.fields) == fields
    complaint = step(cast.specialist, complaint, "answer_not_ours", **values, partner="jielu")
    event = last_event(complaint)
    assert (event.data["values"]["partner"], event.data[partners.VERSION]) == ("jielu", 1)
    assert queries.transfer_of(complaint) == ("捷鹿速运", "投诉电话 400-000-0201")
    publish(cast, {**JIELU, "contact": {"zh-Hans": "已换号", "en": "new number"}})
    assert queries.transfer_of(complaint)[1] == "投诉电话 400-000-0201", "what was told stays told"
    step(cast.frontline, complaint, "deliver_answer", answer="由承运方负责。", tone="normal")
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "投诉电话 400-000-0201" in page


@pytest.mark.req("AS-14")
@pytest.mark.parametrize(("language", "name"), [("zh-hans", "捷鹿速运"), ("en", "Jielu Express")])
def test_a_verdict_names_the_partner_in_the_language_of_whoever_complains(cast: Cast, language: str, name: str) -> None:
    publish(cast, JIELU)
    complaint = investigating(cast)
    Complaint.objects.filter(pk=complaint.pk).update(language=language)
    not_ours = {**UNFOUNDED, "verdict": "not_ours", "bases": basis()}
    with override("zh-hans"), pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_unfounded", **not_ours)
    assert set(refused.value.fields) == {"transfer_name", "transfer_contact"}
    with override("zh-hans"):
        complaint = step(cast.specialist, complaint, "find_unfounded", **not_ours, partner="jielu")
    assert queries.transfer_of(complaint)[0] == name
