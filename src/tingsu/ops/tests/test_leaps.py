"""A clock that is set back or far on: nothing stands still, is done twice, or keeps a door closed (invariant 4, PS-03)."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
import uuid_utils
from procrastinate import App, testing
from procrastinate.periodic import PeriodicDeferrer

from tests.cast import Cast
from tingsu.kernel import ids
from tingsu.kernel.clock import now, travel_to
from tingsu.ops import leaps, standing
from tingsu.people import actions, lockout

HOUR = 3600


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, ""),
        (HOUR, ""),
        (23 * HOUR, ""),
        (25 * HOUR, "set on by 25 h"),
        (20 * 365 * 24 * HOUR, "set on by 175200 h"),
        (-29, ""),
        (-31, "set back by 1 min"),
        (-HOUR, "set back by 60 min"),
    ],
)
def test_a_leap_that_matters_is_told_once(seconds: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, real = leaps.Clock(), time.time
    assert clock.leap() == ""
    monkeypatch.setattr(time, "time", lambda: real() + seconds)
    told = clock.leap()
    assert (said in told, bool(told)) == (True, bool(said)), told
    assert clock.leap() == ""


def test_why_a_worker_begins_anew() -> None:
    """What the library does of itself: minutes that it had are not had again, however long the clock needs to come back to them."""
    app = App(connector=testing.InMemoryConnector())

    @app.periodic(cron="* * * * *")
    @app.task(name="each.minute")
    def each_minute(timestamp: int) -> None:
        """Nothing."""

    noon, deferrer = 1_800_000_000, PeriodicDeferrer(registry=app.periodic_registry)
    assert len(list(deferrer.get_previous_tasks(at=noon))) == 1
    assert list(deferrer.get_previous_tasks(at=noon - HOUR + 60)) == []
    assert len(list(deferrer.get_previous_tasks(at=noon + 24 * HOUR))) == 24 * 60 + 1
    for at in (noon - HOUR + 60, noon + 24 * HOUR):
        assert len(list(PeriodicDeferrer(registry=app.periodic_registry).get_previous_tasks(at=at))) == 1


def test_keys_do_not_go_back_by_an_hour_and_follow_a_longer_way(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time_ns()
    step = [0]
    make = uuid_utils.uuid7
    monkeypatch.setattr(ids, "_newest", bytes(6))
    monkeypatch.setattr(uuid_utils, "uuid7", lambda: make(nanoseconds=real + step[0] * 10**9))

    def moment(one: uuid.UUID) -> int:
        return (one.int >> 80) // 1000 - real // 10**9

    made = []
    for step[0], shown in ((0, 0), (-HOUR, 0), (-5, 0), (5, 5), (-3 * HOUR, -3 * HOUR), (6, 6)):
        made.append(ids.new_id())
        assert moment(made[-1]) == shown, step
        assert made[-1].version == 7
    assert len(set(made)) == len(made)


@pytest.mark.django_db
@pytest.mark.req("PS-03")
def test_a_door_closed_by_a_clock_that_was_ahead_opens_when_it_is_set_right(cast: Cast) -> None:
    at, who = now(), "account:1"
    with travel_to(at + timedelta(days=400)):
        for _failure in range(lockout.ACCOUNT_LIMIT):
            lockout.note_failure(lockout.BY_CODE, who)
        assert not lockout.is_open(lockout.BY_CODE, who)
    assert lockout.is_open(lockout.BY_CODE, who)
    # Set back by seconds, over the edge of a slot: a code that was used is still used, and failures still count.
    edge = at.replace(minute=10, second=5, microsecond=0)
    with travel_to(edge):
        assert lockout.used_once(who, "123456")
        for _failure in range(lockout.ACCOUNT_LIMIT):
            lockout.note_failure(lockout.BY_PRESENT, who)
    with travel_to(edge - timedelta(seconds=10)):
        assert not lockout.is_open(lockout.BY_PRESENT, who)
        assert not lockout.used_once(who, "123456")


@pytest.mark.django_db
def test_events_of_our_future_and_another_clock_are_told(cast: Cast) -> None:
    told = standing.clocks()
    assert abs(told["database"]) <= 2
    assert told["events"] == 0
    with travel_to(now() + timedelta(hours=3)):
        actions.set_on_duty(actor=cast.frontline.actor, member_id=cast.frontline.id, on_duty=False)
    assert 3 * HOUR - 60 < standing.clocks()["events"] <= 3 * HOUR
