"""The scope of acceptance: versioned, extended with reasons, and what is judged out of it is recorded and answered (IN-19, IN-20)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.approving import approved
from tests.cast import Cast
from tingsu.api.lists import scope_entries
from tingsu.complaints import scope
from tingsu.complaints.asides import aside_lines
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import graded, last_event, registered, step

OUT: dict[str, Any] = {
    "code": "rental", "side": "out", "name": {"zh-Hans": "摊位租赁纠纷", "en": "Disputes about renting a stall"},
    "why": {"zh-Hans": "属于商户租赁合同，由招商部处理", "en": "A contract with merchants, for the leasing office"},
}  # fmt: skip


def entries(*more: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The shipped scope with further entries; `changes` are those of the first."""
    first, *rest = scope.shipped()["entries"]
    return {"entries": [{**first, **changes}, *rest, *more]}


def publish(cast: Cast, body: dict[str, Any]) -> None:
    approved(cast, lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=scope.KIND, body=body))


@pytest.mark.req("IN-19", "IN-20")
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (entries(), {}),
        (entries(OUT, {**OUT, "code": "events", "side": "in"}), {}),
        ({"entries": scope.shipped()["entries"][1:]}, {"entries": "documented"}),
        ({"entries": [OUT]}, {"entries": "documented"}),
        (entries(side="out"), {"entries.1.side": "documented"}),
        (entries({**OUT, "why": {}}), {"entries.3.why": "required"}),
        (entries({**OUT, "why": {"zh-Hans": "理由", "en": ""}}), {"entries.3.why": "required"}),
        (entries({**OUT, "name": {"zh-Hans": "名", "en": ""}}), {"entries.3.name": "required"}),
        (entries({**OUT, "why": {"zh-Hans": "长" * 401, "en": "x"}}), {"entries.3.why": "too_long"}),
        (entries({**OUT, "side": "maybe"}), {"entries.3.side": "choice"}),
        (entries(OUT, OUT), {"entries.3.code": "twice", "entries.4.code": "twice"}),
        (entries({**OUT, "code": "R 1"}), {"entries.3.code": "code"}),
        ({"entries": "all"}, {"entries": "rows"}),
        ({"entries": ["all"]}, {"entries": "rows"}),
        ({}, {"entries": "rows"}),
    ],
)
def test_what_may_be_published_as_the_scope(body: dict[str, Any], wrong: dict[str, str]) -> None:
    if not wrong:
        scope.check(body)
        return
    with pytest.raises(InvalidInput) as refused:
        scope.check(body)
    assert {name: error.code for name, error in refused.value.fields.items()} == wrong


@pytest.mark.req("IN-19", "IN-20")
def test_a_complaint_out_of_scope_is_recorded_with_version_and_reason_and_answered(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    plain = step(cast.specialist, complaint, "answer_not_ours", reason="不属受理范围", out_of_scope=True)
    assert last_event(plain).data[scope.FACT] == [0, ""]
    publish(cast, entries(OUT))
    complaint = graded(cast.frontline, registered(cast.frontline))
    with override("zh-hans"):
        assert "摊位租赁纠纷" in scope.scope_words(cast.specialist.actor, complaint)
    with pytest.raises(InvalidInput) as refused:
        values = {"reason": "租金", "out_of_scope": True}
        step(cast.specialist, complaint, "answer_not_ours", **values, scope_entry="products")
    assert set(refused.value.fields) == {"scope_entry"}, "what is handled here is no reason to refuse it"
    complaint = step(cast.specialist, complaint, "answer_not_ours", **values, scope_entry="rental")
    assert (complaint.state, bool(complaint.number), complaint.verdict) == ("answering", True, "not_ours")
    event = last_event(complaint)
    assert event.data[scope.FACT] == [1, "rental"]
    publish(cast, entries())
    with override("zh-hans"):
        assert ("受理投诉范围", "第 1 版 · 摊位租赁纠纷") in aside_lines(event.data), "by the version of its day"
    sign_in(cast.specialist)
    assert "第 1 版 · 摊位租赁纠纷" in client.get(complaint.get_absolute_url()).content.decode()
    complaint = step(cast.frontline, complaint, "deliver_answer", answer="这件事由招商部处理。", tone="normal")
    assert complaint.answered_at is not None
    ours = graded(cast.frontline, registered(cast.frontline))
    values = {"reason": "承运商", "out_of_scope": "no", "transfer_name": "承运商", "transfer_contact": "95000"}
    ours = step(cast.specialist, ours, "answer_not_ours", **values, bases=["law.consumer"])
    assert scope.FACT not in last_event(ours).data


@pytest.mark.req("IN-19", "IN-20", "PT-01")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "摊位租赁纠纷"), ("en", "Disputes about renting a stall")])
def test_the_public_page_and_programs_read_the_scope(
    cast: Cast, client: Client, sign_in: Any, language: str, words: str
) -> None:
    client.cookies["tingsu_language"] = language
    page = client.get(reverse("portal:help")).content.decode()
    assert {"zh-hans": "对投诉处理过程和结果本身的不满", "en": "how a complaint was handled"}[language] in page
    assert words not in page
    publish(cast, entries(OUT))
    assert words in client.get(reverse("portal:help")).content.decode()
    with override(language):
        assert [(one["code"], one["side"], one["label"]) for one in scope_entries()][-1] == ("rental", "out", words)
