"""Promises against policies and calendars that change: invariant 4, recounting, and explaining."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from tingsu.calendars.actions import import_year, publish_calendar
from tingsu.calendars.china import shipped_body
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.explanation import Reason
from tingsu.calendars.queries import calendar_in_force, calendar_warning
from tingsu.calendars.tests.calendars import local
from tingsu.clocks.actions import publish_time_limits, recount_promises
from tingsu.clocks.engine import Facts, new_promise
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.clocks.profiles import strictest
from tingsu.clocks.queries import open_promises, policy_in_force, promises_of
from tingsu.clocks.sweep import sweep_due
from tingsu.clocks.tests.promises import ORDINARY, open_case_with
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import PublishedMeanwhile, ValidInThePast

START = local("2026-03-02 10:00")
NEW_YEARS_EVE = local("2026-12-31 10:00")
YEAR_2027 = "2027-01-01~2027-01-03 休 元旦\n2027-01-04~2027-01-05 休 元旦\n2027-01-09 班 元旦"


def due_text(promise: Promise) -> str:
    return promise.due_at.astimezone(START.tzinfo).strftime("%Y-%m-%d %H:%M")


def published_limit(timer: str, amount: int, unit: str) -> dict:
    body = strictest()
    for row in body["rules"]:
        if row["timer"] == timer and not row["when"]:
            row |= {"amount": amount, "unit": unit}
    return body


@pytest.mark.req("SL-01", "invariant-4")
def test_a_policy_change_alters_new_promises_and_never_one_already_made(cast) -> None:
    (before,) = open_case_with("first_reply", at=START)
    with travel_to(START + timedelta(hours=1)):
        rules = publish_time_limits(
            actor=cast.top_mgmt.actor, body=published_limit("first_reply", 4, "hour"), note="faster", based_on=0
        )
    (after,) = open_case_with("first_reply", at=START + timedelta(hours=2))
    assert rules.version == policy_in_force().version == 1
    assert (before.policy_version, after.policy_version) == (0, 1)
    assert after.due_at - after.started_at == timedelta(hours=4)
    stored = Promise.objects.get(pk=before.pk)
    assert stored.due_at == START + timedelta(hours=24)
    assert stored.rule["amount"] == 24
    with travel_to(START + timedelta(hours=12)):
        sweep_due()
    stored.refresh_from_db()
    assert (len(stored.warnings), stored.breached_at) == (1, None)


@pytest.mark.req("SL-01")
def test_a_policy_that_breaks_a_rule_is_not_published(cast) -> None:
    for body in (published_limit("first_reply", 0, "hour"), {"profile": "strictest", "rules": []}):
        with pytest.raises(InvalidInput):
            publish_time_limits(actor=cast.top_mgmt.actor, body=body, note="", based_on=0)
    with pytest.raises(ValidInThePast):
        publish_time_limits(actor=cast.top_mgmt.actor, body=strictest(), valid_from=START)
    assert policy_in_force().version == 0
    assert not Event.objects.filter(kind="rulebook.published").exists()


@pytest.mark.req("SL-01")
def test_two_people_drafting_at_once_do_not_overwrite_each_other(cast) -> None:
    publish_time_limits(actor=cast.top_mgmt.actor, body=strictest(), based_on=0)
    with pytest.raises(PublishedMeanwhile):
        publish_time_limits(actor=cast.top_mgmt.actor, body=published_limit("first_reply", 4, "hour"), based_on=0)
    assert policy_in_force().version == 1


@pytest.mark.req("SL-01")
def test_a_version_waits_for_its_day(cast) -> None:
    with travel_to(START):
        publish_time_limits(
            actor=cast.top_mgmt.actor,
            body=published_limit("first_reply", 4, "hour"),
            valid_from=START + timedelta(days=1),
        )
        assert policy_in_force().version == 0
    with travel_to(START + timedelta(days=1)):
        assert policy_in_force().version == 1


@pytest.mark.req("SL-01", "SL-06")
def test_a_promise_starts_when_the_complaint_reached_us_and_warns_only_for_what_is_left(organisation) -> None:
    stream = open_case_with("acknowledgement", at=START)[0].stream_id
    with travel_to(START):
        made = new_promise(stream, "first_reply", at=START - timedelta(hours=20), facts=Facts(mode="email"))
    assert made.started_at == START - timedelta(hours=20)
    assert made.due_at == START + timedelta(hours=4)
    assert made.warnings == plain([START - timedelta(minutes=48)])
    assert made.next_at == START - timedelta(minutes=48)
    assert made.organisation_id == organisation.pk
    assert not Promise.objects.filter(pk=made.pk).exists()


@pytest.mark.req("SL-19")
def test_a_date_named_outside_enters_the_same_scheme(organisation) -> None:
    due = START + timedelta(days=10)
    (promise,) = open_case_with("outside_deadline", at=START, due_at=due)
    assert (promise.due_at, promise.rule["unit"]) == (due, "date")
    with travel_to(due):
        swept = sweep_due()
    assert (swept.warned, swept.breached, swept.escalated) == (2, 1, 1)


@pytest.mark.req("SL-02", "invariant-4")
def test_an_official_calendar_counts_open_promises_again_with_an_event_each(cast) -> None:
    affected, other = open_case_with("progress_feedback", "first_reply", at=NEW_YEARS_EVE)
    ended = open_case_with("progress_feedback", at=NEW_YEARS_EVE)[0]
    Promise.objects.filter(pk=ended.pk).update(ended_at=NEW_YEARS_EVE, ending="met", next_at=None)
    assert affected.calendar_assumed
    assert due_text(affected) == "2027-01-05 18:00"
    with travel_to(NEW_YEARS_EVE + timedelta(hours=1)):
        import_year(actor=cast.top_mgmt.actor, year=2027, text=YEAR_2027, source="国务院通知", based_on=0)
        assert recount_promises(actor=cast.supervisor.actor) == 1
        assert recount_promises(actor=cast.supervisor.actor) == 0
    affected.refresh_from_db()
    assert due_text(affected) == "2027-01-07 18:00"
    assert (affected.calendar_version, affected.calendar_assumed) == (1, False)
    assert len(affected.warnings) == 2
    assert affected.next_at == datetime.fromisoformat(affected.warnings[0])
    assert affected.next_at < affected.due_at
    event = Event.objects.get(kind="promise.recounted")
    assert event.stream_id == affected.stream_id
    assert event.data["due_at"] == [plain(local("2027-01-05 18:00")), plain(local("2027-01-07 18:00"))]
    assert event.data["calendar"] == [0, 1]
    for untouched in (other, ended):
        old = untouched.due_at
        untouched.refresh_from_db()
        assert (untouched.due_at, untouched.calendar_version) == (old, 0)


@pytest.mark.req("SL-02", "SL-15")
def test_a_warning_already_given_is_not_given_again_after_a_recount(cast) -> None:
    (promise,) = open_case_with("progress_feedback", at=NEW_YEARS_EVE)
    with travel_to(local("2027-01-04 16:30")):
        assert sweep_due().warned == 1
        import_year(actor=cast.top_mgmt.actor, year=2027, text=YEAR_2027, source="国务院通知")
        recount_promises(actor=cast.supervisor.actor)
    promise.refresh_from_db()
    assert len(promise.warnings) == 1
    with travel_to(promise.due_at):
        sweep_due()
    points = [event.data["point"] for event in Event.objects.filter(kind="promise.warned").order_by("seq")]
    assert points == [50, 80]


@pytest.mark.req("SL-02")
def test_a_new_calendar_that_leaves_the_year_assumed_recounts_nothing(cast) -> None:
    (promise,) = open_case_with("progress_feedback", at=NEW_YEARS_EVE)
    body = copy.deepcopy(shipped_body())
    body["week"]["sat"] = [["09:00", "12:00"]]
    with travel_to(NEW_YEARS_EVE + timedelta(hours=1)):
        publish_calendar(actor=cast.top_mgmt.actor, body=body)
        assert recount_promises(actor=cast.supervisor.actor) == 0
    promise.refresh_from_db()
    assert (due_text(promise), promise.calendar_assumed) == ("2027-01-05 18:00", True)
    assert not Event.objects.filter(kind="promise.recounted").exists()


@pytest.mark.req("SL-02")
def test_publishing_a_calendar_queues_the_recount(cast) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    publish_time_limits(actor=cast.top_mgmt.actor, body=strictest())
    assert not ProcrastinateJob.objects.filter(task_name="clocks.tasks.recount_promises").exists()
    import_year(actor=cast.top_mgmt.actor, year=2027, text=YEAR_2027, source="国务院通知")
    job = ProcrastinateJob.objects.get(task_name="clocks.tasks.recount_promises")
    assert job.args == {"organisation": str(cast.organisation_id)}


@pytest.mark.req("SL-02")
def test_a_year_that_cannot_be_read_changes_nothing(cast) -> None:
    with pytest.raises(YearNotReadable):
        import_year(actor=cast.top_mgmt.actor, year=2027, text="soon", source="hearsay")
    with pytest.raises(YearNotReadable):
        import_year(actor=cast.top_mgmt.actor, year=1027, text=YEAR_2027, source="hearsay")
    assert calendar_in_force().version == 0


@pytest.mark.req("SL-02")
def test_staff_pages_warn_from_november_until_next_year_is_entered(cast) -> None:
    with override("en"):
        with travel_to(local("2026-10-31 23:59")):
            assert str(calendar_warning()) == ""
        with travel_to(local("2026-11-01 00:00")):
            assert "2027" in str(calendar_warning())
            import_year(actor=cast.top_mgmt.actor, year=2027, text=YEAR_2027, source="国务院通知")
            assert str(calendar_warning()) == ""


@pytest.mark.req("SL-02", "SL-18")
def test_a_deadline_is_explained_day_by_day_with_rule_and_versions(organisation) -> None:
    (promise,) = open_case_with("progress_feedback", at=local("2026-02-13 10:00"))
    WaitingInterval.objects.create(
        stream_id=promise.stream_id, on="complainant", since=local("2026-02-13 12:00"), until=None
    )
    told = explain_promise(promise)
    assert told.counting is not None
    assert told.counting.due == promise.due_at == local("2026-02-24 18:00")
    assert [day.ordinal for day in told.counting.days if day.counted] == [1, 2]
    assert {day.reason for day in told.counting.days} >= {Reason.FIRST_DAY, Reason.MAKE_UP, Reason.HOLIDAY}
    assert [(point.percent, point.given) for point in told.warnings] == [(50, False), (80, False)]
    assert [wait.on for wait in told.waits] == ["complainant"]
    for language, words in {"en": ["2 working days", "make-up workday", "holiday"], "zh-hans": ["春节"]}.items():
        with override(language):
            page = render_to_string("clocks/explain.html", {"explanation": told})
        assert all(word in page for word in words)


@pytest.mark.req("SL-18")
def test_waiting_for_the_complainant_never_moves_a_deadline(organisation) -> None:
    (promise,) = open_case_with("progress_feedback", at=START)
    WaitingInterval.objects.create(stream_id=promise.stream_id, on="complainant", since=START, until=None)
    with travel_to(promise.due_at):
        assert sweep_due().breached == 1
    stored = Promise.objects.get(pk=promise.pk)
    assert stored.breached_at == promise.due_at == local("2026-03-04 18:00")


@pytest.mark.req("SL-15")
def test_the_clocks_of_a_case_stand_running_first_by_due_time(organisation) -> None:
    made = open_case_with("progress_feedback", "acknowledgement", "first_reply", at=START)
    Promise.objects.filter(pk=made[1].pk).update(ended_at=START, ending="met", next_at=None)
    assert [promise.kind for promise in promises_of(made[0].stream_id)] == [
        "first_reply",
        "progress_feedback",
        "acknowledgement",
    ]
    running = open_promises([made[0].stream_id])
    assert [promise.kind for promise in running[made[0].stream_id]] == ["first_reply", "progress_feedback"]


@pytest.mark.req("SL-01")
def test_registration_makes_its_promises_without_reading_the_database(organisation, django_assert_num_queries) -> None:
    stream = open_case_with("acknowledgement", at=START)[0].stream_id
    with travel_to(datetime(2026, 3, 2, 2, tzinfo=UTC)), django_assert_num_queries(0):
        for kind in ("acknowledgement", "first_reply", "handling_start", "progress_feedback"):
            new_promise(stream, kind, at=START, facts=ORDINARY)
