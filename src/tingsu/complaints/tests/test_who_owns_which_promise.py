"""Who owns which promise when a case changes hands, when a moved date needs its reason, what waits and what stands in the row."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tingsu.casework.models import DepartmentTask
from tingsu.casework.tests.cases import ANSWERED, answered, investigating, with_task
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.complaints.case import open_case
from tingsu.complaints.fields import LEDGER_FIELDS
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.triage.tests.cases import graded, last_event, registered, step

SAID = {"content": "已在核实。", "means": "phone", "query_way": "yes"}
START = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SECOND = timedelta(seconds=1)


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


@pytest.mark.req("T12")
def test_a_departments_limit_stays_with_the_department_when_the_case_changes_hands(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.supervisor, complaint, "assign", member=str(cast.specialist2.id))
    running = Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True)
    assert running.get(subject_id=task).owner_id == cast.dept.id
    assert {promise.owner_id for promise in running.filter(subject_id__isnull=True)} == {cast.specialist2.id}
    ended = Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=False)
    assert cast.specialist2.id not in {promise.owner_id for promise in ended}


@pytest.mark.req("AK-13", "ISC 9.1.2", "G9")
@pytest.mark.parametrize(
    ("said_at", "next_at", "asked"),
    [
        # The date given earlier is 3 March 15:00.
        ("2026-03-03 14:59:59", "2026-03-03 15:00:01", True),
        ("2026-03-03 14:59:59", "2026-03-03 15:00:00", False),
        ("2026-03-03 12:00:00", "2026-03-03 14:00:00", False),
        ("2026-03-03 15:00:00", "2026-03-03 18:00:00", False),
        ("2026-03-03 15:00:01", "2026-03-03 18:00:00", False),
        ("2026-03-03 12:00:00", "", False),
    ],
)
def test_a_date_is_moved_only_while_it_lies_ahead(cast: Cast, said_at: str, next_at: str, asked: bool) -> None:
    with travel_to(START):
        complaint = step(cast.frontline, registered(cast.frontline), "feed_back", **SAID, next_at="2026-03-03 15:00")
    with travel_to(datetime.fromisoformat(said_at).replace(tzinfo=START.tzinfo)):
        if asked:
            with pytest.raises(ConditionsUnmet) as refused:
                step(cast.frontline, complaint, "feed_back", **SAID, next_at=next_at)
            assert codes(refused) == {"date_moved"}
        step(
            cast.frontline,
            complaint,
            "feed_back",
            **SAID | {"means": "email"},
            next_at=next_at,
            date_moved_reason="商家未回" if asked else "",
        )
        letter = (
            Letter.objects.select_related("stream").filter(stream_id=complaint.pk, template="feedback").latest("pk")
        )
        message, _version = compose(letter)
    assert ("时间调整说明：商家未回" in message.body) is asked, "the complainant reads why the date moved"


@pytest.mark.req("ISC 9.1.2", "G9")
@pytest.mark.parametrize(("late", "asked"), [(-SECOND, False), (timedelta(0), False), (SECOND, True)])
def test_feedback_after_two_working_days_says_why(cast: Cast, late: timedelta, asked: bool) -> None:
    with travel_to(START):
        complaint = registered(cast.frontline)
    due = Promise.objects.get(stream_id=complaint.pk, kind="progress_feedback").due_at
    with travel_to(due + late):
        if asked:
            with pytest.raises(ConditionsUnmet) as refused:
                step(cast.frontline, complaint, "feed_back", **SAID)
            assert codes(refused) == {"late_reason"}
        else:
            step(cast.frontline, complaint, "feed_back", **SAID)


@pytest.mark.req("G9")
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"query_way": "no"}, {"no_next_date"}),
        ({"query_way": "no", "progress": "已联系"}, set()),
        ({"query_way": "no", "next_at": "2026-03-03 15:00"}, set()),
        ({"query_way": "yes"}, set()),
        ({"content": "预计〔日期〕答复"}, {"placeholder"}),
        ({"content": "预计日期〕答复"}, {"placeholder"}),
        ({"content": "见调字〔2026〕31号"}, set()),
    ],
)
def test_feedback_names_a_date_progress_or_the_way_to_ask(cast: Cast, given: dict, missing: set[str]) -> None:
    with travel_to(START):
        complaint = registered(cast.frontline)
        if missing:
            with pytest.raises(ConditionsUnmet) as refused:
                step(cast.frontline, complaint, "feed_back", **SAID | given)
            assert codes(refused) == missing
            assert not Letter.objects.filter(stream_id=complaint.pk, template="feedback").exists()
        else:
            step(cast.frontline, complaint, "feed_back", **SAID | given)


@pytest.mark.parametrize(
    ("means", "channel"),
    [
        ("phone", None),
        ("in_person", None),
        ("letter", None),
        ("sms", "portal"),
        ("email", "portal"),
        ("portal", "portal"),
    ],
)
def test_only_electronic_feedback_is_a_letter(cast: Cast, means: str, channel: str | None) -> None:
    complaint = step(cast.frontline, registered(cast.frontline), "feed_back", **SAID | {"means": means})
    found = list(Letter.objects.filter(stream_id=complaint.pk, template="feedback"))
    assert [letter.channel for letter in found] == ([channel] if channel else [])
    if found:
        event = Event.objects.get(stream_id=complaint.pk, kind="complaint.feedback_given")
        assert found[0].intent == f"feedback:{event.pk}"
        assert found[0].send_after - found[0].created_at == timedelta(seconds=10)


@pytest.mark.req("G4")
def test_an_override_holds_for_its_person_and_level_only(cast: Cast) -> None:
    from tingsu.casework.tests.cases import ACCEPT, offered

    complaint = offered(cast, difficult="yes")
    step(cast.supervisor, complaint, "assign", member=str(cast.frontline2.id), override_reason="专家在外")
    assert last_event(complaint).data["level_overridden"] == "expert"
    graded(cast.frontline, complaint, difficult="yes", crisis="yes")  # now a coach is needed: the offer is taken back
    with pytest.raises(NotAllowed):
        step(cast.frontline2, complaint, "accept", **ACCEPT | {"depth": "in_depth"})
    step(cast.supervisor, complaint, "assign", member=str(cast.frontline2.id), override_reason="教练在外")
    accepted = step(cast.frontline2, complaint, "accept", **ACCEPT | {"depth": "in_depth"})
    assert accepted.owner_id == cast.frontline2.id


@pytest.mark.req("G4")
def test_an_assignment_within_the_level_overrides_nothing(cast: Cast) -> None:
    from tingsu.casework.tests.cases import ACCEPT, offered

    complaint = offered(cast)
    step(cast.supervisor, complaint, "assign", member=str(cast.frontline2.id))
    assert "level_overridden" not in last_event(complaint).data
    graded(cast.frontline, complaint, difficult="yes")
    with pytest.raises(NotAllowed):
        step(cast.frontline2, complaint, "accept", **ACCEPT | {"depth": "in_depth"})


def test_waiting_is_kept_as_intervals_without_gaps_or_doubles(cast: Cast) -> None:
    with travel_to(START):
        complaint = registered(cast.frontline)
    for hours, on in ((1, "complainant"), (2, "complainant"), (3, "outside"), (4, "us"), (5, "us")):
        with travel_to(START + timedelta(hours=hours)):
            step(cast.frontline, complaint, "set_waiting", waiting_on=on)
    rows = WaitingInterval.objects.filter(stream_id=complaint.pk).order_by("since")
    hour = timedelta(hours=1)
    assert [(row.on, row.since - START, row.until - START) for row in rows] == [
        ("complainant", hour, 3 * hour), ("outside", 3 * hour, 4 * hour),
    ]  # fmt: skip
    before = Promise.objects.filter(stream_id=complaint.pk).values_list("due_at", flat=True)
    assert all(due > START for due in before)


@pytest.mark.parametrize(
    ("waiting", "who", "after"),
    [
        ("complainant", "complainant", "us"),
        ("outside", "complainant", "outside"),
        ("respondent", "complainant", "respondent"),
    ],
)
def test_new_facts_end_only_the_waiting_for_whoever_brings_them(cast: Cast, waiting: str, who: str, after: str) -> None:
    from tingsu.complaints.access import party_actor
    from tingsu.complaints.actions import take_step
    from tingsu.complaints.models import Party

    complaint = step(cast.frontline, registered(cast.frontline), "set_waiting", waiting_on=waiting)
    actor = party_actor(Party.objects.get(complaint=complaint, role=who), cast.organisation_id)
    assert (
        take_step(actor=actor, complaint_id=complaint.pk, step="add_facts", values={"facts": "补充"}).waiting_on
        == after
    )


@pytest.mark.req("E08", "AS-08", "CA-57")
def test_the_ladder_has_six_levels_and_no_last_step(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    for level in (2, 3, 4, 5, 6, 6, 6, 6):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
        assert complaint.escalation_level == level


@pytest.mark.req("E09")
def test_supervision_never_lowers_the_level(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    for _rung in range(3):
        complaint = step(cast.frontline, complaint, "escalate", reason="久拖")
    complaint = step(cast.supervisor, complaint, "supervise", reason="督办")
    assert (complaint.supervised, complaint.escalation_level) == (True, 4)
    low = step(cast.supervisor, registered(cast.frontline), "supervise", reason="督办")
    assert low.escalation_level == 3


@pytest.mark.req("E09", "E17")
def test_the_third_linked_repeat_comes_under_supervision_and_the_second_does_not(cast: Cast) -> None:
    first, second, third = (registered(cast.frontline) for _number in range(3))
    second = step(cast.frontline, second, "link", number=first.number, kind="repeated")
    assert (second.repeated, second.repeat_count, second.supervised) == (True, 2, False)
    third = step(cast.frontline, third, "link", number=second.number, kind="repeated")
    assert (third.repeat_count, third.supervised) == (3, True)
    limits = Promise.objects.filter(stream_id=third.pk, kind="repeat_solution").values_list("ending", flat=True)
    assert list(limits) == [""], "one limit, and none begun and cancelled beside it"
    assert Notice.objects.filter(stream_id=third.pk, kind="case.supervised", member_id=cast.supervisor.id).exists()
    third = step(cast.frontline, third, "unlink", number=second.number)
    assert (third.repeated, third.repeat_count) == (False, 1)
    assert not ComplaintLink.objects.filter(complaint=third).exists()


def test_a_complaint_is_not_linked_to_itself_nor_to_one_that_may_not_be_seen(cast: Cast) -> None:
    complaint, other = registered(cast.frontline), registered(cast.frontline)
    for number in (complaint.number, "202601-XF-999", ""):
        with pytest.raises(InvalidInput):
            step(cast.frontline, complaint, "link", number=number, kind="related")
    related = step(cast.frontline, complaint, "link", number=other.number.lower(), kind="related")
    assert (related.repeated, related.repeat_count) == (False, 1)
    with pytest.raises(ConditionsUnmet):
        step(cast.frontline, complaint, "unlink", number=registered(cast.frontline).number)


@pytest.mark.req("invariant-2")
def test_only_ledger_columns_are_set_and_nothing_changes_without_its_event(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    case = open_case(cast.frontline.actor, complaint.pk, now())
    with pytest.raises(ValueError, match="not a ledger field"):
        case.set("description", "x")
    case.set("object_type", case.complaint.object_type)
    assert case.changes == {}
    case.set("object_type", "process")
    case.set("object_type", "personnel")
    assert case.changes == {"object_type": [complaint.object_type, "personnel"]}
    with pytest.raises(RuntimeError):
        case.finish()
    assert Complaint.objects.get(pk=complaint.pk).object_type == complaint.object_type
    assert {"state", "owner_id", "grade", "outcome", "closed_at"} <= set(LEDGER_FIELDS)


@pytest.mark.req("process.md §8.1")
def test_the_next_limit_of_a_case_is_the_first_to_end(cast: Cast) -> None:
    complaint = answered(cast)
    running = Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True).order_by("due_at", "kind")
    first = running[0]
    assert (complaint.next_due_at, complaint.next_due_kind, complaint.next_due_started_at) == (
        first.due_at,
        first.kind,
        first.started_at,
    )
    assert running.count() > 1


@pytest.mark.req("invariant-9")
def test_who_takes_no_part_sees_nothing_and_who_does_may_not_do_everything(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    with pytest.raises(NotFound):
        step(cast.dept2, complaint, "note", note="x")
    with pytest.raises(NotAllowed):
        step(cast.dept, complaint, "correct_record", reason="x")
    step(cast.dept, complaint, "note", note="已安排")
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert DepartmentTask.objects.get().state == "answered"
