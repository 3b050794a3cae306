"""What a swept promise does to its complaint: notices, a rung of the ladder, and a queue that follows a recount."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tingsu.calendars.actions import import_year
from tingsu.clocks.actions import recount_promises
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.models import Complaint
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice

LATE = MONDAY + timedelta(minutes=6)
NEW_YEARS_EVE = datetime(2026, 12, 31, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.req("SL-15")
def test_a_breach_alerts_owner_and_supervisor_and_climbs_one_rung(cast: Cast) -> None:
    made = registered(cast)
    with travel_to(LATE):
        swept = sweep_due()
    assert swept.breached == swept.escalated >= 1
    before = made.escalation_level
    made.refresh_from_db()
    assert made.escalation_level == before + swept.escalated
    told = Notice.objects.filter(stream_id=made.pk, kind="promise.breached")
    assert {notice.member_id for notice in told} == {made.owner_id, cast.supervisor.id}
    assert told.count() == 2 * swept.breached
    rungs = Event.objects.filter(stream_id=made.pk, kind="complaint.escalated").order_by("seq")
    assert [event.data["set"]["escalation_level"] for event in rungs] == [
        [before + n, before + n + 1] for n in range(swept.escalated)
    ]


@pytest.mark.req("SL-15", "invariant-13")
def test_a_batch_of_complaints_costs_no_more_statements_than_one(cast: Cast, django_assert_max_num_queries) -> None:
    complaints = [registered(cast) for _n in range(8)]
    with travel_to(LATE), django_assert_max_num_queries(15):
        swept = sweep_due()
    assert swept.breached == len(complaints)
    levels = set(Complaint.objects.values_list("escalation_level", flat=True))
    assert levels == {complaints[0].escalation_level + 1}
    assert Notice.objects.filter(kind="promise.breached").count() == 2 * len(complaints)


@pytest.mark.req("SL-02")
def test_the_queue_follows_a_due_time_that_moved_with_the_calendar(cast: Cast) -> None:
    with travel_to(NEW_YEARS_EVE):
        made = register_complaint(actor=cast.frontline.actor, intake=read_intake({**STORY})).complaint
    Promise.objects.filter(stream_id=made.pk).exclude(kind="progress_feedback").update(
        ended_at=NEW_YEARS_EVE, ending="met", next_at=None
    )
    with travel_to(NEW_YEARS_EVE + timedelta(hours=1)):
        text = "2027-01-01~2027-01-05 休 元旦\n2027-01-09 班 元旦"
        import_year(actor=cast.top_mgmt.actor, year=2027, text=text, source="国务院办公厅")
        assert recount_promises(actor=cast.supervisor.actor) == 1
    made.refresh_from_db()
    promise = Promise.objects.get(stream_id=made.pk, kind="progress_feedback")
    assert (made.next_due_kind, made.next_due_at) == ("progress_feedback", promise.due_at)
    assert promise.due_at.astimezone(NEW_YEARS_EVE.tzinfo).strftime("%m-%d %H:%M") == "01-07 18:00"
