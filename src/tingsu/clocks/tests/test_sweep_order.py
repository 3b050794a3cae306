"""What the sweep takes first, what it looks at again behind the lock, and how long it pushes back what raises."""

from datetime import timedelta

import pytest

from tingsu.calendars.tests.calendars import local
from tingsu.clocks import sweep
from tingsu.clocks.models import Promise, SweepFailure
from tingsu.clocks.policy import Facts
from tingsu.clocks.sweep import BATCH, sweep_due
from tingsu.clocks.tests.promises import events_of, open_case_with
from tingsu.kernel import ledger
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event

START = local("2026-03-02 10:00")


def test_what_is_due_longest_is_taken_first_and_never_more_than_asked(organisation) -> None:
    made = [open_case_with("acknowledgement", at=START + timedelta(minutes=minute))[0] for minute in (3, 1, 2, 0)]
    taken = []
    with travel_to(START + timedelta(hours=1)):
        for _number in range(4):
            assert sweep_due(limit=1).taken == 1
            taken += [row.pk for row in Promise.objects.filter(next_at=None).exclude(pk__in=taken)]
    assert taken == [made[3].pk, made[1].pk, made[2].pk, made[0].pk]
    assert BATCH == 100


@pytest.mark.req("invariant-4")
def test_events_of_a_batch_stand_in_the_order_of_their_moments(organisation) -> None:
    first, second = open_case_with("acknowledgement", "urgent_response", at=START)
    with travel_to(START + timedelta(minutes=20)):
        assert sweep_due().breached == 2
    breaches = Event.objects.filter(stream_id=first.stream_id, kind="promise.breached").order_by("seq")
    assert [event.data["kind"] for event in breaches] == ["acknowledgement", "urgent_response"]
    assert second.stream_id == first.stream_id


@pytest.mark.req("invariant-4")
def test_what_another_worker_did_meanwhile_is_not_done_again(organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of due promises is older than the lock: behind the lock they are read again."""
    (promise,) = open_case_with("first_reply", at=START)
    find = sweep._take

    def after_somebody_else(at, limit):
        found = find(at, limit)
        monkeypatch.setattr(sweep, "_take", find)
        with travel_to(at):
            assert sweep._sweep(found, at, sweep.automation("other", promise.organisation_id)).taken == 1
        return found

    monkeypatch.setattr(sweep, "_take", after_somebody_else)
    with travel_to(START + timedelta(days=2)):
        assert sweep_due().taken == 0
    assert [name for name, _what in events_of(promise.stream_id)] == ["warned", "warned", "breached", "escalated"]


@pytest.mark.parametrize(
    ("on_breach", "events"),
    [
        (["alert", "escalate"], ["breached", "escalated"]),
        (["alert"], ["breached"]),
        (["escalate"], ["breached", "escalated"]),
        ([], ["breached"]),
    ],
)
def test_a_breach_escalates_only_where_the_rule_says_so(organisation, on_breach: list[str], events: list[str]) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    Promise.objects.filter(pk=promise.pk).update(
        rule={**promise.rule, "on_breach": on_breach, "warn_at": []}, warnings=[]
    )
    late = START + timedelta(days=2)
    with travel_to(late):
        swept = sweep_due()
    assert [name for name, _what in events_of(promise.stream_id)] == events
    promise.refresh_from_db()
    assert promise.escalated_at == (late if "escalated" in events else None)
    assert (swept.breached, swept.escalated, swept.lapsed, swept.failed) == (1, int("escalated" in events), 0, 0)


def test_a_warning_names_its_point_its_owner_and_leaves_the_next_moment(organisation) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    owner = promise.pk  # any id: the sweep passes it on
    Promise.objects.filter(pk=promise.pk).update(owner_id=owner)
    with travel_to(START + timedelta(hours=12)):
        assert sweep_due().warned == 1
    promise.refresh_from_db()
    assert (promise.next_at, promise.warnings) == (
        START + timedelta(hours=19, minutes=12),
        ledger.plain([START + timedelta(hours=19, minutes=12)]),
    )
    event = Event.objects.get(kind="promise.warned")
    assert event.data == {"promise": str(promise.pk), "kind": "first_reply", "owner": str(owner), "point": 50}
    with travel_to(START + timedelta(hours=20)):
        assert sweep_due().warned == 1
    promise.refresh_from_db()
    assert (promise.next_at, promise.warnings) == (promise.due_at, [])


def test_each_failure_pushes_back_twice_as_long_and_at_most_six_hours(
    organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (promise,) = open_case_with("acknowledgement", at=START)

    def stumble(chain, event, actor) -> None:
        raise LookupError

    monkeypatch.setitem(ledger._reactions, "promise.breached", [(1, "tests.stumble", stumble)])
    at, waits = START + timedelta(hours=1), []
    for _number in range(12):
        with travel_to(at):
            assert sweep_due().failed == 1
        promise.refresh_from_db()
        waits.append(round((promise.next_at - at).total_seconds() / 60))
        at = promise.next_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert SweepFailure.objects.count() == 12


def test_only_warnings_still_worth_giving_are_planned(organisation) -> None:
    """Of the points already passed only the latest is given, and none once the limit itself is past."""
    with travel_to(START):
        for hours, left in ((0, [12, 19.2]), (12, [0, 7.2]), (13, [-1, 6.2]), (20, [-0.8]), (30, [-10.8])):
            from tingsu.clocks.engine import new_promise

            stream = open_case_with("acknowledgement", at=START)[0].stream_id
            promise = new_promise(stream, "first_reply", at=START - timedelta(hours=hours), facts=Facts(mode="email"))
            assert promise.warnings == ledger.plain([START + timedelta(hours=one) for one in left]), hours
            assert promise.next_at == START + timedelta(hours=left[0])
