"""The sweep as a table: one second before, at and after each point; what it writes, and what happens when it cannot."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tingsu.calendars.tests.calendars import local
from tingsu.clocks.models import Promise, SweepFailure
from tingsu.clocks.sweep import sweep_due
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.tests.promises import events_of, fired, open_case_with
from tingsu.kernel import ledger
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event

START = local("2026-03-02 10:00")
SECOND = timedelta(seconds=1)


def sweep_at(at: datetime):
    with travel_to(at):
        return sweep_due()


@pytest.mark.req("SL-15", "invariant-4")
@pytest.mark.parametrize(
    ("kind", "moment", "events"),
    [
        # T01: five minutes, warned after 2:30 and 4:00.
        ("acknowledgement", "2026-03-02 10:02:29", []),
        ("acknowledgement", "2026-03-02 10:02:30", ["acknowledgement50"]),
        ("acknowledgement", "2026-03-02 10:02:31", ["acknowledgement50"]),
        ("acknowledgement", "2026-03-02 10:03:59", ["acknowledgement50"]),
        ("acknowledgement", "2026-03-02 10:04:00", ["acknowledgement50", "acknowledgement80"]),
        ("acknowledgement", "2026-03-02 10:04:59", ["acknowledgement50", "acknowledgement80"]),
        ("acknowledgement", "2026-03-02 10:05:00", ["acknowledgement50", "acknowledgement80", "breached", "escalated"]),
        ("acknowledgement", "2026-03-02 10:05:01", ["acknowledgement50", "acknowledgement80", "breached", "escalated"]),
        # T07: two working days; 21.5 working hours lie between Monday 10:00 and Wednesday 18:00.
        ("progress_feedback", "2026-03-03 14:44:59", []),
        ("progress_feedback", "2026-03-03 14:45:00", ["progress_feedback50"]),
        ("progress_feedback", "2026-03-04 13:41:59", ["progress_feedback50"]),
        ("progress_feedback", "2026-03-04 13:42:00", ["progress_feedback50", "progress_feedback80"]),
        ("progress_feedback", "2026-03-04 17:59:59", ["progress_feedback50", "progress_feedback80"]),
        (
            "progress_feedback",
            "2026-03-04 18:00:00",
            ["progress_feedback50", "progress_feedback80", "breached", "escalated"],
        ),
        # T16 is the parties' own time: its end is no breach, and nobody is escalated.
        ("parties_opinion", "2026-03-09 23:59:59", ["parties_opinion50", "parties_opinion80"]),
        ("parties_opinion", "2026-03-10 00:00:00", ["parties_opinion50", "parties_opinion80", "lapsed"]),
    ],
)
def test_each_point_fires_at_its_second(organisation, kind: str, moment: str, events: list[str]) -> None:
    (promise,) = open_case_with(kind, at=START)
    sweep_at(local(moment))
    told = [name if name != "warned" else what for name, what in events_of(promise.stream_id)]
    assert told == events


@pytest.mark.req("SL-15", "invariant-4")
def test_a_breach_is_dated_when_the_deadline_fell_and_written_once(organisation) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    for late in (timedelta(hours=24), timedelta(hours=30), timedelta(days=9)):
        sweep_at(START + late)
    promise.refresh_from_db()
    assert promise.breached_at == promise.due_at == START + timedelta(hours=24)
    assert promise.next_at is None
    assert promise.warnings == []
    assert promise.is_open
    assert set(fired().values()) == {1}
    breach = Event.objects.get(kind="promise.breached")
    assert breach.data == {
        "promise": str(promise.pk),
        "kind": "first_reply",
        "owner": None,
        "due_at": ledger.plain(promise.due_at),
        "alert": True,
    }
    assert breach.at == START + timedelta(hours=24)
    assert breach.actor_name == "clocks.sweep"


def test_a_breach_is_of_the_deadline_and_the_escalation_of_the_moment_in_which_somebody_was_told(organisation) -> None:
    """A sweep that comes late tells late: the history does not say that anybody knew before."""
    (promise,) = open_case_with("first_reply", at=START)
    late = promise.due_at + timedelta(hours=5)
    with travel_to(late):
        sweep_due()
    promise.refresh_from_db()
    assert (promise.breached_at, promise.escalated_at) == (promise.due_at, late)


@pytest.mark.req("SL-15")
def test_a_sweep_that_was_late_fires_every_point_it_missed_in_order(organisation) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    swept = sweep_at(START + timedelta(days=3))
    assert (swept.taken, swept.warned, swept.breached, swept.escalated) == (1, 2, 1, 1)
    assert [name for name, _what in events_of(promise.stream_id)] == ["warned", "warned", "breached", "escalated"]


@pytest.mark.req("T16", "invariant-4")
def test_the_parties_own_time_lapses_without_a_breach_whatever_the_policy_says(organisation) -> None:
    ours, theirs = open_case_with("first_reply", "parties_opinion", at=START)
    Promise.objects.filter(pk=theirs.pk).update(rule={**theirs.rule, "on_breach": ["alert", "escalate"]})
    swept = sweep_at(START + timedelta(days=30))
    assert (swept.breached, swept.escalated, swept.lapsed) == (1, 1, 1)
    for promise in (ours, theirs):
        promise.refresh_from_db()
    assert (theirs.ending, theirs.ended_at, theirs.breached_at, theirs.next_at) == ("lapsed", theirs.due_at, None, None)
    assert (ours.ending, ours.breached_at) == ("", ours.due_at)
    assert sweep_at(START + timedelta(days=31)).taken == 0


@pytest.mark.req("SL-15")
def test_an_ended_promise_is_left_alone(organisation) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    Promise.objects.filter(pk=promise.pk).update(ended_at=START, ending="met", next_at=None)
    assert sweep_at(START + timedelta(days=3)).taken == 0
    assert events_of(promise.stream_id) == []


@pytest.mark.req("SL-15")
def test_nothing_due_writes_nothing(organisation, django_assert_num_queries) -> None:
    open_case_with("first_reply", at=START)
    with travel_to(START), django_assert_num_queries(3):
        assert sweep_due().taken == 0
    assert not Event.objects.exists()


@pytest.mark.req("SL-15")
def test_a_batch_has_a_size_and_its_statements_do_not_grow_with_it(organisation, django_assert_max_num_queries) -> None:
    for _case in range(30):
        open_case_with("acknowledgement", "first_reply", at=START)
    with travel_to(START + timedelta(days=2)), django_assert_max_num_queries(9):
        assert sweep_due(limit=50).taken == 50
    with travel_to(START + timedelta(days=2)):
        assert sweep_organisation() == 10
    assert set(fired().values()) == {1}
    assert Event.objects.filter(kind="promise.breached").count() == 60


@pytest.mark.req("SL-15", "invariant-5")
def test_a_sweep_stays_inside_its_organisation(organisation, other_organisation) -> None:
    from django.db import connection

    (promise,) = open_case_with("first_reply", at=START)
    # Inside the test's transaction the organisation may not be changed by acting_for; the policies are asked directly.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tingsu.organisation', %s, false)", [str(other_organisation.pk)])
        cursor.execute("SELECT count(*) FROM clocks_promise")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT set_config('tingsu.organisation', %s, false)", [str(organisation.pk)])
    assert sweep_at(START + timedelta(days=3)).taken == 1
    assert events_of(promise.stream_id)


@pytest.fixture
def stumble(monkeypatch: pytest.MonkeyPatch):
    """A reaction to breaches that raises for the streams put into the set it returns."""
    stumbling: set = set()

    def raise_for_some(chain, event, actor) -> None:
        if chain.stream.pk in stumbling:
            raise LookupError("what somebody wrote must not reach a log table")

    entries = [*ledger._reactions.get("promise.breached", []), (1, "tests.stumble", raise_for_some)]
    monkeypatch.setitem(ledger._reactions, "promise.breached", entries)
    return stumbling


@pytest.mark.req("SL-15", "invariant-4")
def test_a_case_that_raises_is_pushed_back_and_the_others_go_on(organisation, stumble) -> None:
    (bad,), (good,) = open_case_with("acknowledgement", at=START), open_case_with("acknowledgement", at=START)
    stumble.add(bad.stream_id)
    late = START + timedelta(minutes=6)
    swept = sweep_at(late)
    assert (swept.taken, swept.failed) == (1, 1)
    assert [name for name, _what in events_of(good.stream_id)] == ["warned", "warned", "breached", "escalated"]
    assert events_of(bad.stream_id) == []
    failure = SweepFailure.objects.get()
    assert (failure.promise_id, failure.error) == (bad.pk, "builtins.LookupError")
    bad.refresh_from_db()
    assert bad.next_at == failure.retry_at == late + timedelta(minutes=1)
    assert bad.breached_at is None


@pytest.mark.req("SL-15", "invariant-4")
def test_a_pushed_back_case_is_not_tried_hot_and_loses_nothing(organisation, stumble) -> None:
    (bad,) = open_case_with("acknowledgement", at=START)
    stumble.add(bad.stream_id)
    late = START + timedelta(minutes=6)
    assert sweep_at(late).failed == 1
    assert sweep_at(late + timedelta(seconds=59)).failed == 0
    assert sweep_at(late + timedelta(minutes=1)).failed == 1
    assert sweep_at(late + timedelta(minutes=2)).failed == 0
    assert sweep_at(late + timedelta(minutes=3)).failed == 1
    stumble.clear()
    assert sweep_at(late + timedelta(minutes=7)).taken == 1
    assert [name for name, _what in events_of(bad.stream_id)] == ["warned", "warned", "breached", "escalated"]
    bad.refresh_from_db()
    assert bad.breached_at == bad.due_at
    assert SweepFailure.objects.count() == 3


@pytest.mark.req("SL-15", "invariant-4")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    kinds=st.lists(
        st.sampled_from(
            [
                "acknowledgement",
                "urgent_response",
                "first_reply",
                "progress_feedback",
                "high_risk_report",
                "parties_opinion",
            ]
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_however_the_sweep_comes_by_each_point_fires_exactly_once(
    organisation, steps: list[int], kinds: list[str]
) -> None:
    promises = open_case_with(*kinds, at=START)
    at = START
    for minutes in steps:
        at += timedelta(minutes=minutes)
        sweep_at(at)
    sweep_at(START + timedelta(days=60))
    counts = fired()
    for promise in promises:
        mine = {key[1:]: times for key, times in counts.items() if key[0] == str(promise.pk)}
        ends = ("lapsed",) if promise.kind == "parties_opinion" else ("breached", "escalated")
        expected = {("promise.warned", 50): 1, ("promise.warned", 80): 1} | {
            (f"promise.{end}", None): 1 for end in ends
        }
        assert mine == expected
