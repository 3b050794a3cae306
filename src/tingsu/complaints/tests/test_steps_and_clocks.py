"""What steps do to the clocks: who ends which limit, and how a limit ends whose work did not get done (process.md §3–§5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import Cast, Person
from tingsu.casework.tests.cases import answered, founded, investigating, unfounded, with_task
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.models import Complaint
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.triage.tests.cases import STORY, graded, registered, step

FEEDBACK = {"content": "已在核实，请放心。", "means": "phone", "query_way": "yes"}


def endings(complaint: Complaint, kind: str) -> list[str]:
    rows = Promise.objects.filter(stream_id=complaint.pk, kind=kind)
    return list(rows.order_by("started_at", "pk").values_list("ending", flat=True))


def promised(person: Person, **changes: object) -> Complaint:
    """Urgent by its words, and a call was promised."""
    story = {**STORY, "description": "插座漏电，孩子触电受伤了。", "promise_contact": True, **changes}
    return register_complaint(actor=person.actor, intake=read_intake(story)).complaint


@pytest.mark.req("SL-04", "SL-09", "T02", "T06")
def test_what_a_program_says_is_first_reply_but_no_contact_by_a_person(cast: Cast) -> None:
    robot = replace(cast.frontline, actor=replace(cast.frontline.actor, roles=frozenset({"ai_agent"})))
    complaint = promised(cast.frontline)
    assert endings(complaint, "urgent_response") == endings(complaint, "dedicated_contact") == [""]
    step(robot, complaint, "feed_back", **FEEDBACK)
    assert (
        endings(complaint, "first_reply"),
        endings(complaint, "urgent_response"),
        endings(complaint, "dedicated_contact"),
    ) == (["met"], [""], [""])
    step(cast.frontline, complaint, "feed_back", **FEEDBACK)
    assert endings(complaint, "urgent_response") == endings(complaint, "dedicated_contact") == ["met"]


@pytest.mark.req("AK-09", "SL-09", "T06")
@pytest.mark.parametrize(("direction", "kept"), [("attempt", ""), ("in", ""), ("out", "met")])
def test_the_promised_call_counts_once_it_was_made(cast: Cast, direction: str, kept: str) -> None:
    complaint = promised(cast.frontline)
    step(cast.frontline, complaint, "log_contact", direction=direction, means="phone", content="来电与回电记录")
    assert endings(complaint, "urgent_response") == ["met"]
    assert endings(complaint, "dedicated_contact") == [kept]


@pytest.mark.req("T13", "T14", "T15", "P11", "P14")
def test_a_limit_whose_work_was_not_done_is_cancelled_and_not_met(cast: Cast) -> None:
    again = step(cast.specialist, founded(cast), "reinvestigate", open_questions="金额不清")
    assert (endings(again, "solution"), endings(again, "investigation")) == (["cancelled"], ["met", ""])
    undelivered = step(cast.specialist, unfounded(cast), "contest", new_facts="补充了聊天记录")
    assert (endings(undelivered, "answer"), endings(undelivered, "investigation")) == (["cancelled"], ["met", ""])
    contested = step(cast.specialist, answered(cast), "contest", new_facts="补充了聊天记录")
    assert (endings(contested, "answer"), endings(contested, "parties_opinion")) == (["met"], ["met"])


@pytest.mark.req("SL-15", "invariant-4")
def test_a_limit_that_is_cancelled_late_was_broken_all_the_same(cast: Cast) -> None:
    complaint = founded(cast)
    due = Promise.objects.get(stream_id=complaint.pk, kind="solution").due_at
    with travel_to(due + timedelta(seconds=20)):  # before the sweep of this minute
        complaint = step(cast.specialist, complaint, "reinvestigate", open_questions="金额不清")
        promise = Promise.objects.get(stream_id=complaint.pk, kind="solution")
        assert (promise.ending, promise.breached_at) == ("cancelled", due)
        breaches = Event.objects.filter(stream_id=complaint.pk, kind="promise.breached", data__kind="solution")
        while sweep_due().taken:
            pass
        assert breaches.count() == 1
        assert list(verify_organisation(Tally())) == []


@pytest.mark.req("SL-15", "T12")
def test_whose_promise_it_is_is_warned_beside_the_owner_of_the_case(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    limit = Promise.objects.get(stream_id=complaint.pk, kind="department_answer", subject_id=task)
    assert limit.owner_id == cast.dept.id
    with travel_to(limit.due_at + timedelta(minutes=1)):
        while sweep_due().taken:
            pass
    for kind in ("promise.warned", "promise.breached"):
        told = Notice.objects.filter(stream_id=complaint.pk, kind=kind, data__kind="department_answer")
        assert {cast.dept.id, cast.specialist.id} <= {notice.member_id for notice in told}
        others = Notice.objects.filter(stream_id=complaint.pk, kind=kind).exclude(data__kind="department_answer")
        assert cast.dept.id not in {notice.member_id for notice in others}


@pytest.mark.req("SL-18", "P26")
def test_a_raised_case_waits_for_us_again(cast: Cast) -> None:
    complaint = answered(cast)
    assert complaint.waiting_on == "complainant"
    values = {"facts": "多人受伤", "source": "门店", "spread": "两省", "recipients": [str(cast.supervisor.id)]}
    complaint = step(cast.specialist, complaint, "upgrade", reason="出现多起", **values)
    assert (complaint.state, complaint.waiting_on) == ("pre_plan", "us")
    assert endings(complaint, "parties_opinion") == ["cancelled"]


@pytest.mark.req("SL-08", "T05")
def test_a_record_is_pushed_the_moment_it_becomes_complete(cast: Cast) -> None:
    complaint = registered(cast.frontline, product="")
    assert (complaint.pushed_at, endings(complaint, "push_to_investigation")) == (None, [])
    at = now() + timedelta(minutes=3)
    with travel_to(at):
        complaint = step(cast.frontline, complaint, "correct_record", order_number="9", reason="来电补充")
        assert complaint.pushed_at is None
        complaint = step(cast.frontline, complaint, "correct_record", product="空气炸锅", reason="来电补充")
    assert (complaint.completed_at, complaint.pushed_at, endings(complaint, "push_to_investigation")) == (
        at,
        at,
        ["met"],
    )


@pytest.mark.req("AS-01", "P03")
def test_what_is_passed_on_to_a_group_is_offered_to_everybody_of_it(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    complaint = step(cast.frontline, complaint, "pass_on", unit=str(cast.units["handling"].pk))
    offered = Notice.objects.filter(stream_id=complaint.pk, kind="case.offered")
    told = {notice.member_id for notice in offered}
    assert cast.specialist2.id in told
    assert cast.specialist.id not in told
