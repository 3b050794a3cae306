"""What an investigation of each depth looks for, what a loss rests on, and how an answer is told to whoever is upset."""

from typing import Any

import pytest

from tests.cast import LONG_AGO, Cast
from tingsu.casework import calming, checklist, panels
from tingsu.casework.models import Investigation
from tingsu.casework.tests.cases import FINDING, basis, investigating, unfounded
from tingsu.complaints.models import Complaint
from tingsu.complaints.proposing import proposal_for
from tingsu.complaints.reaction import reacts_strongly
from tingsu.complaints.work_order import work_key
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.rulebooks import publish
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter
from tingsu.triage.tests.cases import registered, step

BASIC = ["service", "contacts", "orders"]
STANDARD = [*BASIC, "contracts", "statements"]
IN_DEPTH = [*STANDARD, "video", "logs"]


def found(codes: list[str], **changes: Any) -> dict[str, Any]:
    sources = [{"source": code, "state": "collected"} for code in codes]
    return FINDING | {"sources": sources, "bases": basis()} | changes


@pytest.mark.req("IV-06", "IV-07")
@pytest.mark.parametrize(("depth", "needed"), [("basic", BASIC), ("standard", STANDARD), ("in_depth", IN_DEPTH)])
def test_each_depth_has_its_checklist_and_no_source_of_it_stays_blank(
    cast: Cast, depth: str, needed: list[str]
) -> None:
    complaint = investigating(cast)
    Investigation.objects.update(depth=depth)
    assert checklist.needed_at(depth) == needed
    shown: Any = panels.investigation_context(cast.specialist.actor, complaint)
    assert len(shown["checklist"]) == len(needed)
    first = [one["source"] for one in report_first(cast, complaint)["sources"]]
    assert first == needed, "the form asks for each of them"
    for left_out in needed:
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "find_founded", **found([one for one in needed if one != left_out]))
        assert refused.value.fields["sources"].code == "sources_missing"
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_founded", **found([*needed, needed[0]]))
    assert refused.value.fields["sources"].code == "sources_twice"
    assert step(cast.specialist, complaint, "find_founded", **found([*needed, "other", "other"])).state == "handling"


def report_first(cast: Cast, complaint: Any) -> dict[str, Any]:
    from tingsu.casework.from_record import report_so_far

    return report_so_far(complaint)


@pytest.mark.req("IV-06")
def test_the_checklist_is_a_rule_and_shipped_sources_stay(cast: Cast) -> None:
    lines = checklist.shipped()["sources"]
    own = {"code": "courier", "name": {"zh-Hans": "快递轨迹", "en": "Courier track"}, "from": "basic"}
    bad: list[tuple[list[Any], str]] = [
        (lines[1:], "sources"), ([*lines, own | {"from": "deep"}], "sources.9.from"), ([*lines, own, own], "sources.9.code"),
        ([*lines, own | {"code": "1 x"}], "sources.9.code"), ([*lines, own | {"name": {"en": "x"}}], "sources.9.name"),
        ([*lines, "x"], "sources"), ([], "sources"),
    ]  # fmt: skip
    for body, where in bad:
        with pytest.raises(InvalidInput) as refused:
            checklist.check({"sources": body})
        assert where in refused.value.fields
    with travel_to(LONG_AGO):
        publish(actor=automation("test", cast.organisation_id), kind=checklist.KIND, body={"sources": [*lines, own]})
    assert checklist.needed_at("basic") == [*BASIC, "courier"]
    assert (checklist.name_of("courier"), checklist.name_of("gone")) == ("快递轨迹", "gone")


@pytest.mark.req("RM-06")
def test_a_loss_names_item_claim_assessment_and_basis(cast: Cast) -> None:
    complaint = investigating(cast)
    loss = {"item": "误工费", "claimed": "500.00", "assessed": "200.00", "basis": ""}
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_founded", **found(IN_DEPTH, loss=[loss]))
    assert set(refused.value.fields["loss"].rows[0]) == {"basis"}
    lines = [loss | {"basis": "误工证明\n两天"}, loss | {"item": "运费", "basis": "快递单"}]
    complaint = step(cast.specialist, complaint, "find_founded", **found(IN_DEPTH, loss=lines))
    shown: Any = panels.investigation_context(cast.specialist.actor, complaint)
    assert shown["losses"] == [
        ("误工费", "¥500.00", "¥200.00", "误工证明 两天"), ("运费", "¥500.00", "¥200.00", "快递单")
    ]  # fmt: skip


@pytest.mark.req("RM-06", "CA-56")
@pytest.mark.parametrize(("kind", "marked"), [("compensation", True), ("refund", False), ("apology", False)])
def test_a_claim_of_compensation_is_marked_and_stands_first_among_those_due_the_same_day(
    cast: Cast, kind: str, marked: bool
) -> None:
    complaint = registered(cast.frontline, demands=[{"kind": kind, "amount": "80"}])
    assert complaint.loss_claimed is marked
    before = work_key(complaint)
    complaint.loss_claimed = not marked
    assert (work_key(complaint) > before) is marked


@pytest.mark.req("IV-11", "IV-12", "CA-63")
@pytest.mark.parametrize(
    ("change", "tone"), [({}, "normal"), ({"calming_steps": ["listen"]}, "tactful"), ({"repeated": True}, "tactful")]
)
def test_the_tone_follows_how_they_react_and_a_more_experienced_colleague_is_named(
    cast: Cast, change: dict[str, Any], tone: str
) -> None:
    complaint = unfounded(cast)
    type(complaint).objects.filter(pk=complaint.pk).update(**change)
    complaint.refresh_from_db()
    first = calming.answer_so_far(cast.specialist.actor, complaint)
    assert first == {"tone": tone, "answer": "退款已于 11 月 14 日到账，流水可查。"}
    said = calming.advice(cast.specialist.actor, complaint)
    assert bool(said) is (tone == "tactful")
    if said:
        assert "2101" in said, "the coach stands above an expert"


@pytest.mark.req("IV-12", "AS-06")
@pytest.mark.parametrize(
    ("told", "strong"),
    [({}, False), ({"reacts_strongly": True}, True), ({"reacts_strongly": True, "with_whom": "respondent"}, False),
     ({"reacts_strongly": True, "with_whom": "agent"}, True)],
)  # fmt: skip
def test_who_spoke_with_them_says_that_they_react_strongly_and_somebody_more_experienced_is_proposed(
    cast: Cast, told: dict[str, Any], strong: bool
) -> None:
    complaint = investigating(cast)
    before = proposal_for(complaint)
    contact = {"direction": "in", "means": "phone", "with_whom": "complainant", "content": "一直在喊，要求马上退款"}
    step(cast.specialist, complaint, "log_contact", **contact | told)
    complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
    assert reacts_strongly(complaint) is strong
    assert bool(calming.advice(cast.specialist.actor, complaint)) is strong
    found = proposal_for(complaint)
    assert before.best is not None
    assert before.best.id != cast.coach.id, "who has fewer cases comes first while nobody is upset"
    assert found.best is not None
    assert (found.best.id == cast.coach.id) is strong, "the coach stands above an expert"
    assert ("经验" in found.words) is strong


@pytest.mark.req("IV-11")
def test_a_contested_answer_is_told_tactfully_and_the_letter_has_its_own_words(cast: Cast) -> None:
    complaint = unfounded(cast)
    complaint = step(cast.specialist, complaint, "deliver_answer", answer="流水可查。", tone="normal")
    complaint = step(cast.specialist, complaint, "contest", new_facts="银行说没有到账")
    assert reacts_strongly(complaint)
    complaint = step(
        cast.specialist, complaint, "find_unfounded", **found(IN_DEPTH, verdict="unfounded", reasons="银行回单在此")
    )
    step(cast.specialist, complaint, "deliver_answer", answer="银行回单在此。", tone="tactful")
    plain, tactful = [
        compose(Letter.objects.get(stream_id=complaint.pk, template=name))[0].body
        for name in ("answer", "answer_tactful")
    ]
    assert "理解" not in plain
    assert "理解" in tactful
    assert "银行回单在此。" in tactful
