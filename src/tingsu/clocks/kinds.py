"""Kinds of things that have clocks: what rules may ask, who owns it, who sees it.

A kind says so in its declaration (`kernel/kinds.py`, part `clocks`), and has promises, warnings, breaches, a ladder and
“explain this deadline” without a line of its own in the clocks.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tingsu.clocks.conditions import Condition, Facts, Label
from tingsu.kernel import kinds as kernel_kinds
from tingsu.kernel.ledger import Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing as its clocks need it."""

    id: uuid.UUID
    number: str
    owner_id: uuid.UUID | None
    since: datetime
    """When it reached us: its age counts from here."""
    is_open: bool = True
    """Whether it may still climb its ladder."""
    level: int = 1
    """The rung it stands on by its own row."""
    facts: Facts = field(default_factory=Facts)
    place: str = ""
    """Where the matter lies, as a code of `Watched.places`."""
    informed: tuple[uuid.UUID, ...] = ()
    """Who is kept informed of an escalation beside the owner, such as whoever had it first (AS-07)."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a kind of thing says of its clocks."""

    things: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Thing]]
    """Some things by their ids, in as many queries as for one. Runs behind the locks of their streams."""
    conditions: tuple[Condition, ...] = ()
    at_hand: Callable[[Chain], Thing | None] | None = None
    """The thing as an action under way has it in its hands, not yet written; None asks `things`."""
    escalated: str = "escalation.raised"
    """The event that says how far it climbed, when the clocks escalate it."""
    level_column: str = ""
    """The column of its own row that repeats the level, if it has one."""
    raise_levels: Callable[[Mapping[uuid.UUID, int]], None] | None = None
    """Writes that column for some things at once, behind their locks."""
    received_between: Callable[[datetime, datetime, int], tuple[list[uuid.UUID], bool]] | None = None
    """(from, until, most) → ids of at most so many that reached us in that time, and whether there were more."""
    places: Mapping[str, Label] = field(default_factory=dict)
    """Where its things may lie, by code: a regional calendar may hold there."""
    lived: Callable[[str, Collection[uuid.UUID]], Mapping[uuid.UUID, Lived]] | None = None
    """(timer, ids) → when a limit of this timer would have run on some things, whether or not it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """When a limit would have run on one thing: its start, and its end by what stops it; None while nothing has."""

    started_at: datetime
    ended_at: datetime | None = None
    met: bool = True
    """False where it was called off instead."""


def watched(kind: str) -> Watched | None:
    """What a kind of thing says of its clocks, or None for one that has none."""
    known = kernel_kinds.kind_or_none(kind)
    return known.clocks if known else None


def kinds() -> dict[str, Watched]:
    """Every kind with clocks by name."""
    return {name: known.clocks for name, known in kernel_kinds.kinds().items() if known.clocks is not None}


def conditions_of(kind: str) -> dict[str, Condition]:
    """What rules may ask about a kind of thing, by name."""
    found = watched(kind)
    return {condition.name: condition for condition in found.conditions} if found else {}


def conditions(of: Iterable[str] | None = None) -> dict[str, Condition]:
    """Every condition of some kinds, or of all; of one that several kinds offer, all answers together."""
    found: dict[str, Condition] = {}
    known_kinds = kinds()
    for kind in known_kinds if of is None else of:
        for condition in known_kinds[kind].conditions:
            known = found.get(condition.name)
            values = {**(known.values if known else {}), **condition.values}
            found[condition.name] = Condition(name=condition.name, label=condition.label, values=values)
    return found
