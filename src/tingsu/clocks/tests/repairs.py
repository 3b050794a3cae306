"""A kind of thing that is no complaint and only exists in tests: with an owner, a condition of its own, and one timer."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from tests.things import MATTER
from tingsu.calendars.arithmetic import Unit
from tingsu.clocks import queries, timers
from tingsu.clocks.conditions import YES_NO, Condition, Facts
from tingsu.clocks.engine import new_promise
from tingsu.clocks.kinds import Thing, Watched
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import open_chain

TIMER = TimerKind(
    name="repair_done",
    of="repair",
    label="Repair done",
    starts="fault found",
    stops="repair checked",
    source="§ 1",
    limits=(
        Limit(amount=10, unit=Unit.HOUR, basis="§ 1"),
        Limit(amount=1, unit=Unit.HOUR, basis="§ 2", when={"dangerous": ("yes",)}),
    ),
)


@dataclass
class Repairs:
    """The repairs of a test, by the id of their stream."""

    known: dict[uuid.UUID, Thing] = field(default_factory=dict)
    seen_by: set[uuid.UUID] = field(default_factory=set)

    def open(self, owner_id: uuid.UUID | None, at: datetime, *, dangerous: bool = False, **facts: Any) -> Promise:
        """A new repair with its time limit, begun at an instant."""
        chain = open_chain("repair")
        chain.flush()
        answers = Facts(dangerous=dangerous)
        thing = Thing(id=chain.stream.pk, number="R-1", owner_id=owner_id, since=at, facts=answers, **facts)
        self.known[thing.id] = thing
        with travel_to(at):
            promise = new_promise(thing.id, TIMER.name, at=at, facts=answers, owner_id=owner_id)
        promise.save(force_insert=True)
        return promise

    def settle(self, stream_id: uuid.UUID) -> None:
        self.known[stream_id] = replace(self.known[stream_id], is_open=False)

    def check(self, actor: Actor, stream_id: uuid.UUID) -> None:
        if actor.id not in self.seen_by:
            raise NotFound


@pytest.fixture
def repairs(organisation, monkeypatch: pytest.MonkeyPatch) -> Repairs:
    made = Repairs()
    clocks = Watched(
        things=lambda ids: {one: made.known[one] for one in ids if one in made.known},
        conditions=(Condition(name="dangerous", label="Dangerous", values=YES_NO),),
    )
    repair = replace(
        MATTER, name="repair", one="Repair", many="Repairs", address=lambda row: f"/repairs/{row.pk}/", check=made.check,
        visible=lambda actor, rows: rows if actor.id in made.seen_by else rows.none(), clocks=clocks,
    )  # fmt: skip
    monkeypatch.setitem(kinds._kinds, "repair", repair)
    monkeypatch.setitem(timers._timers, TIMER.name, TIMER)
    monkeypatch.setattr(queries, "_known", {})
    return made
