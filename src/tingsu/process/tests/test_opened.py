"""Limits of an opened case to the second, what a shorter limit may do, where each kind of value is kept, how a refusal is told."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.case import Case, case_of
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, Unmet
from tingsu.kernel.ledger import lock_chain
from tingsu.process.engine import refuse
from tingsu.process.steps import Field
from tingsu.process.values import split
from tingsu.triage.tests.cases import graded, registered

SOME = UUID(int=7)


def opened(cast: Cast, at: datetime) -> Case:
    complaint = graded(cast.frontline, registered(cast.frontline))
    return case_of(lock_chain(complaint.pk), cast.frontline.actor, at)


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, False), (1, True)])
def test_a_limit_kept_at_its_last_second_is_kept(cast: Cast, seconds: int, late: bool) -> None:
    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    with travel_to(at):
        case = opened(cast, at)
    promise = case.running("handling_start")
    assert promise is not None
    case.at = promise.due_at + timedelta(seconds=seconds)
    with travel_to(case.at):
        case.end("handling_start")
    assert (promise.breached_at, promise.ended_at, promise.ending) == (promise.due_at if late else None, case.at, "met")
    assert [event.kind for event in case.chain.events if event.kind.startswith("promise.")] == (
        ["promise.breached"] if late else []
    )


@pytest.mark.parametrize("hours", [1, 100_000])
def test_what_is_shortened_never_gets_longer(cast: Cast, hours: int) -> None:
    case = opened(cast, now())
    whole = case.start("solution")
    case.promise_operations.clear()
    promise = case.running("solution")
    assert promise is whole
    promise.due_at = case.at + timedelta(hours=hours)
    before = promise.due_at
    case.shorten("solution")
    if hours == 1:
        assert (promise.due_at, case.promise_operations) == (before, [])
    else:
        assert promise.due_at < before
        (operation,) = case.promise_operations
        assert (operation["op"], operation["due_at"]) == ("shorten", [before, promise.due_at])


def test_the_silence_before_a_stage_is_no_silence_in_it(cast: Cast) -> None:
    case = opened(cast, now())
    promise = case.start("solution")
    promise.stream_id, promise.ending, promise.ended_at = case.row.pk, Promise.Ending.LAPSED, case.at
    promise.save(force_insert=True)
    for moved, lapsed in ((timedelta(0), True), (timedelta(seconds=1), False)):
        case.row.entered_at = promise.started_at + moved
        assert case.lapsed("solution") is lapsed


VALUES: tuple[tuple[Field, Any], ...] = (
    (Field(name="word", label="", kind="text"), "甲"),
    (Field(name="story", label="", kind="longtext"), "乙"),
    (Field(name="code", label="", kind="choice"), "x"),
    (Field(name="personal", label="", kind="choice", sealed=True), "丙"),
    (Field(name="several", label="", kind="choices"), ["x"]),
    (Field(name="amount", label="", kind="money"), 0),
    (Field(name="day", label="", kind="date"), date(2026, 3, 2)),
    (Field(name="who", label="", kind="member"), SOME),
    (Field(name="flag", label="", kind="bool"), False),
    (Field(name="empty", label="", kind="choice"), ""),
    (Field(name="none", label="", kind="longtext"), None),
)


def test_words_and_what_is_sealed_are_kept_apart_from_codes() -> None:
    """What stands among the codes is in the ledger for ever; what may have to be erased is among the texts."""
    rows = Field(name="lines", label="", kind="rows", rows=tuple(field for field, _value in VALUES if not field.sealed))
    step: Any = SimpleNamespace(fields=(*(field for field, _value in VALUES), rows))
    values = {field.name: value for field, value in VALUES}
    codes, texts = split(step, values | {"lines": [values]})
    kept = {"code": "x", "several": ["x"], "amount": 0, "day": date(2026, 3, 2), "who": SOME, "flag": False}
    assert codes == kept | {"lines": [kept]}
    assert texts == {
        "word": "甲", "story": "乙", "personal": "丙", "lines.0.word": "甲", "lines.0.story": "乙",
    }  # fmt: skip


def test_a_refusal_belongs_to_a_field_only_when_all_of_it_does() -> None:
    field, other = Unmet("late_reason", "…", value_of="late_reason"), Unmet("own_work", "…")
    with pytest.raises(InvalidInput) as refused:
        refuse([field])
    assert {name: one.code for name, one in refused.value.fields.items()} == {"late_reason": "late_reason"}
    with pytest.raises(ConditionsUnmet) as waits:
        refuse([field, other])
    assert [one.code for one in waits.value.unmet] == ["late_reason", "own_work"]
    refuse([])


def test_what_has_ended_stays_with_whom_it_ended(cast: Cast) -> None:
    case = opened(cast, now())
    before, running = case.running("handling_start"), case.start("solution")
    assert before is not None
    item = case.start("execution", due_at=case.at + timedelta(days=1), subject_id=SOME, owner_id=cast.dept.id)
    case.end("handling_start")
    case.own(cast.specialist.id)
    assert (before.owner_id, running.owner_id, item.owner_id) == (cast.frontline.id, cast.specialist.id, cast.dept.id)
