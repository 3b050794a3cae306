"""The ladder as data: rungs in order, each with who is told, how long they have, and when it may be entered (AS-07).

Pure: no database and no clock. A kind of thing has the rungs that name it, or those that hold for everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tingsu.calendars.arithmetic import Allowance, Unit
from tingsu.clocks.conditions import Facts

KIND = "escalation_ladder"
"""The rulebook kind of ladders."""
TRIGGERS = ("breach", "unanswered", "hand", "refused", "repeated")
CALLS = ("all", "one", "turn")
"""Everybody at once; one who is on duty; one receiver after the other."""
PLACES = ("first", "second", "third")
"""A rung names up to three receivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level: who is told, until when, and which things may come to it."""

    of: str
    code: str
    name: Mapping[str, str]
    receivers: tuple[str, ...]
    call: str
    letter: bool
    limit: Allowance | None
    """How long until the next level is told; None waits for somebody to take it up."""
    triggers: frozenset[str]
    timers: frozenset[str]
    """Of a limit missed: only of these; empty means of any."""
    when: tuple[tuple[str, tuple[str, ...]], ...]
    times: int
    """Only after so many escalations before."""
    hours: int
    """Only once the thing is so old."""

    def admits(self, ask: Ask) -> bool:
        """Whether a thing may come to this rung now."""
        return (
            ask.trigger in self.triggers
            and (not self.timers or ask.timer in self.timers or ask.trigger != "breach")
            and ask.facts.meet(self.when)
            and ask.times >= self.times
            and ask.hours >= self.hours
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Why a thing climbs, and what entry conditions may look at."""

    trigger: str
    facts: Facts
    timer: str = ""
    times: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One version of all ladders."""

    version: int
    rungs: tuple[Rung, ...]

    def of(self, kind: str) -> Sequence[Rung]:
        """The rungs of a kind of thing, lowest first; the first is where everything begins."""
        own = [rung for rung in self.rungs if rung.of == kind]
        return own or [rung for rung in self.rungs if not rung.of]


def ways_up(rungs: Sequence[Rung], level: int, ask: Ask) -> Iterator[tuple[int, Rung]]:
    """The rungs above a level that may be entered now, the nearest first. Levels count from 1."""
    for place, rung in enumerate(rungs[level:], level + 1):
        if rung.admits(ask):
            yield place, rung


def lowest(rungs: Sequence[Rung], ask: Ask) -> int:
    """The lowest level above the first that admits this; the last where none does."""
    return next((place for place, _rung in ways_up(rungs, 1, ask)), len(rungs))


def read_ladder(body: Mapping[str, Any], *, version: int = 0) -> Ladder:
    """The ladders of a checked body."""
    return Ladder(version=version, rungs=tuple(read_rung(row) for row in body["rungs"]))


def read_rung(row: Mapping[str, Any]) -> Rung:
    """One rung of a checked body."""
    amount = row["limit"].get("amount") or 0
    return Rung(
        of=row.get("of", ""),
        code=row["code"],
        name=row["name"],
        receivers=tuple(code for place in PLACES if (code := row["to"].get(place))),
        call=row["call"],
        letter=bool(row.get("letter")),
        limit=Allowance(amount, Unit(row["limit"]["unit"])) if amount else None,
        triggers=frozenset(trigger for trigger in TRIGGERS if row["on"].get(trigger)),
        timers=frozenset(row.get("timers") or ()),
        when=tuple((name, (value,)) for name, value in sorted((row.get("when") or {}).items()) if value),
        times=row.get("times") or 0,
        hours=row.get("hours") or 0,
    )
