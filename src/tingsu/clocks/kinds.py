"""Kinds of things that have clocks, each declared by the app that owns it: what rules may ask, who owns it, who sees it.

A kind that is declared here has promises, warnings, breaches, a ladder and “explain this deadline” without a line of its
own in the clocks.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tingsu.clocks.conditions import Condition, Facts, Label
from tingsu.kernel.actor import Actor


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


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the app that owns a kind of thing says of it."""

    kind: str
    """The kind of stream."""
    label: Label
    things: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Thing]]
    """Some things by their ids, in as many queries as for one. Runs behind the locks of their streams."""
    check: Callable[[Actor, uuid.UUID], None]
    """Raises NotFound for whoever may not see the thing."""
    conditions: tuple[Condition, ...] = ()


_kinds: dict[str, Watched] = {}


def declare(kind: Watched) -> None:
    """Add a kind of thing, when the app that owns it loads. Raises RuntimeError for a second owner."""
    if kind.kind in _kinds:
        raise RuntimeError(f"clocks of {kind.kind} have two owners")
    _kinds[kind.kind] = kind


def watched(kind: str) -> Watched | None:
    """The declaration of a kind, or None for streams that have no clocks."""
    return _kinds.get(kind)


def kinds() -> dict[str, Watched]:
    """Every declared kind by name."""
    return dict(_kinds)


def conditions_of(kind: str) -> dict[str, Condition]:
    """What rules may ask about a kind of thing, by name."""
    found = _kinds.get(kind)
    return {condition.name: condition for condition in found.conditions} if found else {}


def conditions() -> dict[str, Condition]:
    """Every condition of every kind; of one that several kinds offer, all answers together."""
    found: dict[str, Condition] = {}
    for kind in _kinds.values():
        for condition in kind.conditions:
            known = found.get(condition.name)
            values = {**(known.values if known else {}), **condition.values}
            found[condition.name] = Condition(name=condition.name, label=condition.label, values=values)
    return found
