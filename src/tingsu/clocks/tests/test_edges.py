"""Edges of clocks in tables: what is assumed, which warnings were given, which waits touch a promise, whom a level calls."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.calendars.arithmetic import Calendar, Unit
from tingsu.clocks import actions, escalation, explanation, planning, queries, receivers, sweep, tasks
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.triage.tests.cases import registered, step

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.req("SL-06")
@pytest.mark.parametrize("unit", list(Unit))
def test_only_working_time_stands_on_an_assumed_calendar(unit: Unit) -> None:
    calendar = Calendar(time_zone="Asia/Shanghai", week=((),) * 7, official_years=frozenset({2026}))
    counted = unit in {Unit.WORKING_DAY, Unit.WORKING_HOUR}
    silvester = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Beijing
    for start, due, assumed in (
        (AT, silvester, False), (AT, silvester + timedelta(minutes=1), True), (AT - timedelta(days=365), AT, True),
    ):  # fmt: skip
        assert planning.uses_assumed(start, due, {"unit": unit}, calendar) is (counted and assumed)


@pytest.mark.req("SL-14")
@pytest.mark.parametrize(
    ("at", "waiting", "ended", "given"),
    [
        (0, [], None, True),
        (0, [0], None, False),
        (0, [1], None, True),
        (1, [], 0, False),
        (1, [], 1, True),
        (1, [], 2, True),
        (1, [1], 2, False),
    ],
)
def test_a_warning_was_given_unless_it_waits_still_or_all_had_ended(
    at: int, waiting: list[int], ended: int | None, given: bool
) -> None:
    promise: Any = SimpleNamespace(
        warnings=[(AT + one * HOUR).isoformat() for one in waiting],
        ended_at=AT + ended * HOUR if ended is not None else None,
    )
    assert explanation._given(promise, AT + at * HOUR) is given


@pytest.mark.req("SL-14")
@pytest.mark.parametrize(
    ("since", "until", "started", "ended", "touches"),
    [
        (0, None, 1, None, True), (0, 1, 1, None, False), (0, 2, 1, None, True), (2, None, 1, 2, False), (2, None, 1, 3, True),
        (2, 3, 1, 4, True), (5, 6, 1, 4, False),
    ],
)  # fmt: skip
def test_a_wait_is_told_where_it_touches_the_promise(
    since: int, until: int | None, started: int, ended: int | None, touches: bool
) -> None:
    def when(hours: int | None) -> datetime | None:
        return None if hours is None else AT + hours * HOUR

    wait: Any = SimpleNamespace(since=when(since), until=when(until))
    promise: Any = SimpleNamespace(started_at=when(started), ended_at=when(ended))
    assert explanation._overlaps(wait, promise) is touches


@pytest.mark.req("CA-57")
def test_the_heads_of_every_unit_of_the_owner_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = {"a": [UUID(int=1), UUID(int=2)], "b": [UUID(int=2), UUID(int=3)]}
    posts = [SimpleNamespace(unit_id=unit) for unit in heads]
    monkeypatch.setattr(receivers.people, "posts_of", lambda member: posts)
    monkeypatch.setattr(receivers.people, "heads_of", lambda unit: [SimpleNamespace(pk=one) for one in heads[unit]])
    thing: Any = SimpleNamespace(owner_id=UUID(int=9))
    assert receivers.members_of("unit_head", thing) == [UUID(int=1), UUID(int=2), UUID(int=3)]
    assert receivers.members_of("unit_head", SimpleNamespace(owner_id=None)) == []  # type: ignore[arg-type]


@pytest.mark.req("CA-57", "AS-08")
def test_what_is_to_be_taken_up_first_stands_first_and_whose_call_has_ended_takes_up_nothing(cast: Cast) -> None:
    cases = [step(cast.frontline, registered(cast.frontline), "escalate", reason="久拖") for _number in range(3)]
    called = EscalationCall.objects.filter(stream_id=cases[0].pk).values_list("member_id", flat=True)[0]
    person = next(one for one in cast._people.values() if one.id == called)
    EscalationCall.objects.update(member_id=person.id)
    for case, hours in zip(cases, (None, 5, 1), strict=True):
        Escalation.objects.filter(stream_id=case.pk).update(next_at=AT + hours * HOUR if hours else None)
    assert [row.stream_id for row in queries.waiting_for(person.id)] == [cases[2].pk, cases[1].pk, cases[0].pk]
    EscalationCall.objects.filter(stream_id=cases[1].pk).update(ended_at=now())
    assert [row.stream_id for row in queries.waiting_for(person.id)] == [cases[2].pk, cases[0].pk]
    with pytest.raises(NotAllowed):
        actions.take_up(actor=cast.supervisor.actor, stream_id=cases[1].pk)
    with pytest.raises(NotAllowed):
        actions.take_up(actor=person.actor, stream_id=cases[1].pk)
    actions.take_up(actor=person.actor, stream_id=cases[2].pk)


@pytest.mark.req("CA-57", "AS-08")
@pytest.mark.parametrize(
    ("receivers_of", "turn", "told"),
    [
        ("a", -1, (0, "a")), ("a", 0, (0, "a")), ("ab", -1, (0, "a")), ("ab", 0, (1, "b")), ("ab", 1, (0, "a")), ("a-c", 0, (2, "c")),
        ("-b-", 1, (1, "b")), ("--", 0, (0, "last_resort")),
    ],
)  # fmt: skip
def test_the_next_in_turn_is_the_following_one_who_is_there_and_after_the_last_the_first(
    monkeypatch: pytest.MonkeyPatch, receivers_of: str, turn: int, told: tuple[int, str]
) -> None:
    """A dash is a receiver whose role nobody holds now."""
    everybody = {"a": [UUID(int=1)], "b": [UUID(int=2)], "c": [UUID(int=3)], "-": []}
    monkeypatch.setattr(escalation.receivers, "members_of", lambda name, thing: everybody[name])
    monkeypatch.setattr(escalation.receivers, "last_resort", lambda thing: [UUID(int=9)])
    rung: Any = SimpleNamespace(call="turn", receivers=tuple(receivers_of))
    place, (name,), members = escalation._another(rung, SimpleNamespace(), turn, "seed")  # type: ignore[arg-type]
    assert (place, name) == told
    assert members == everybody.get(name, [UUID(int=9)])


@pytest.mark.req("SL-15", "invariant-4")
@pytest.mark.parametrize(
    ("at", "waiting", "told", "left", "next_at"),
    [
        (1, [2, 4], [], [2, 4], 2), (2, [2, 4], [50], [4], 4), (3, [2, 4], [50], [4], 4), (3, [4], [], [4], 4), (4, [4], [80], [], 6),
        (5, [2, 4], [50, 80], [], 6), (5, [], [], [], 6), (6, [], ["breached", "escalated"], [], None),
        (9, [2, 4], [50, 80, "breached", "escalated"], [], None),
    ],
)  # fmt: skip
def test_each_point_that_was_reached_fires_and_the_next_one_is_waited_for(
    at: int, waiting: list[int], told: list[Any], left: list[int], next_at: int | None
) -> None:
    """Warnings at two and at four hours, due at six."""
    promise: Any = SimpleNamespace(
        pk=1, kind="first_reply", owner_id=None, due_at=AT + 6 * HOUR, escalated_at=None, breached_at=None,
        warnings=[(AT + one * HOUR).isoformat() for one in waiting], rule={"warn_at": [50, 80], "on_breach": ["alert", "escalate"]},
    )  # fmt: skip
    events = sweep._advance(promise, AT + at * HOUR).events
    assert [said.get("point") or kind.partition(".")[2] for kind, said in events] == told
    assert [datetime.fromisoformat(one) for one in promise.warnings] == [AT + one * HOUR for one in left]
    assert promise.next_at == (None if next_at is None else AT + next_at * HOUR)
    over = next_at is None
    assert (promise.breached_at, promise.escalated_at) == ((promise.due_at, AT + at * HOUR) if over else (None, None))


@pytest.mark.req("SL-15", "AS-07", "AS-08")
def test_who_stands_behind_a_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leads a unit, everybody where nobody leads; nobody who has left; the last resort from below."""
    a, b, c, d = (
        SimpleNamespace(pk=UUID(int=number), on_duty=number == 2, staff_number=str(number)) for number in range(1, 5)
    )
    unit, led = SimpleNamespace(pk="u", code="U"), SimpleNamespace(pk="l", code="L")
    roles: dict[str, list[Any]] = {"supervisor": [a], "mgmt_rep": [b], "top_mgmt": [c]}

    def active(*, unit: Any = None, **asked: Any) -> list[Any]:
        wanted = asked.get("roles")
        return [one for role in wanted for one in roles.get(role, [])] if wanted else [a, b] if unit else [a, b, c, d]

    monkeypatch.setattr(receivers.people, "active_members", active)
    monkeypatch.setattr(receivers.people, "heads_of", lambda pk: [c] if pk == "l" else [])
    monkeypatch.setattr(receivers.people, "units", lambda kind=None: [unit, led])
    monkeypatch.setattr(receivers.people, "is_active", lambda member: member != d.pk)
    monkeypatch.setattr(
        receivers.people, "posts_of", lambda member: [SimpleNamespace(unit_id="l")] if member == a.pk else []
    )
    monkeypatch.setattr(receivers.people, "members_by_id", lambda ids: {one.pk: one for one in (a, b, c, d)})
    owned, left, nobodys = (SimpleNamespace(owner_id=owner) for owner in (a.pk, d.pk, None))
    for receiver, thing, told in (
        ("owner", owned, [a]), ("owner", left, []), ("owner", nobodys, []), ("outside", owned, [a]), ("unit_head", owned, [c]), ("unit_head", nobodys, []),
        ("role:mgmt_rep", owned, [b]), ("units:department", owned, [a, b, c]), ("unit:L", owned, [c]), ("unit:U", owned, [a, b]), ("member:4", owned, [d]),
    ):  # fmt: skip
        assert receivers.members_of(receiver, thing) == [one.pk for one in told], receiver  # type: ignore[arg-type]
        assert receivers.stands_on(receiver) is (receiver not in {"owner", "outside"})
    for told in (a, b, c):
        assert [receivers.last_resort(one) for one in (owned, left)] == [[told.pk]] * 2  # type: ignore[arg-type]
        roles.pop(next(iter(roles)))
    assert [receivers.last_resort(one) for one in (owned, left)] == [[a.pk], []], "the owner while there is one"  # type: ignore[arg-type]
    assert {tuple(receivers.one_of([a.pk, b.pk, c.pk], str(seed))) for seed in range(9)} == {(b.pk,)}, "on duty first"
    assert len({tuple(receivers.one_of([a.pk, c.pk], str(seed))) for seed in range(9)}) == 2, "else spread evenly"


@pytest.mark.req("SL-15")
def test_each_minute_takes_everything_and_calls_hands_where_there_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    swept = iter([(2, 0), (0, 1), (3, 0), (0, 0)])
    passed = iter([2, 1, 0])
    monkeypatch.setattr(
        tasks.sweeping, "sweep_due", lambda: SimpleNamespace(**dict(zip(("taken", "failed"), next(swept), strict=True)))
    )
    monkeypatch.setattr(tasks.unanswered, "pass_on_unanswered", lambda: next(passed))
    assert tasks.sweep_organisation() == 5, "what failed is no end"
    assert next(passed, None) is None, "and every rung that was not answered"
    monkeypatch.setattr(tasks, "help_sweep", SimpleNamespace(defer=lambda at=None: done.append(at)))
    for backlog, helpers in (
        (0, 0),
        (tasks.BACKLOG_PER_HELPER - 1, 0),
        (tasks.BACKLOG_PER_HELPER, 1),
        (3 * tasks.BACKLOG_PER_HELPER, 3),
    ):
        done.clear()
        monkeypatch.setattr(tasks.queries, "due_count", lambda at, up_to, backlog=backlog: min(backlog, up_to))
        tasks.call_help(AT)
        assert done == [None] * helpers + [AT + later for later in tasks.RELIEFS if helpers]
    done.clear()
    monkeypatch.setattr(tasks, "each_organisation", lambda: [1, 2])
    monkeypatch.setattr(tasks, "call_help", lambda at: done.append("help"))
    monkeypatch.setattr(tasks, "sweep_organisation", lambda: done.append("sweep"))
    tasks.sweep.func(0)
    assert done == ["help", "sweep"] * 2
