"""What became of a call, from its events alone: in whatever order they came, and however often (IG-04). Pure.

Whatever a telephone system leaves open counts against us: a call that nobody answered was offered to people unless the system says
that the caller hung up in the voice menu, was served by a machine, or called outside opening hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

OFFERED, QUEUED, ANSWERED, ABANDONED, ENDED, RECORDING = (
    "offered",
    "queued",
    "answered",
    "abandoned",
    "ended",
    "recording",
)
KINDS = (OFFERED, QUEUED, ANSWERED, ABANDONED, ENDED, RECORDING)
DIRECTIONS = ("in", "out", "internal")
BY = ("human", "machine")
WHERE = ("queue", "menu", "closed")
TAGS = ("complaint", "other")
"""What the person who answered marked the call as, in the telephone system."""
FORGOTTEN = timedelta(hours=4)
"""A call of which nothing was heard for so long is over, whether or not its end was told."""
SLACK = timedelta(seconds=2)
"""Clocks of one telephone system differ by so much without anything being wrong."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One event as it was told, without anything about a person."""

    ref: str
    kind: str
    at: datetime
    direction: str = ""
    agent: str = ""
    by: str = ""
    where: str = ""
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class Course:
    """The call as its events tell it. Instants UTC."""

    started_at: datetime
    direction: str
    outcome: str
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    agents: tuple[str, ...] = ()
    """Who answered, the first first."""
    waited: int | None = None
    """Seconds; never negative, null where the times contradict each other."""
    doubtful: bool = False


def fold(events: Iterable[Said], *, at: datetime) -> Course:
    """The course of a call that has at least one event. `at` is now: what nothing was heard of for hours is over."""
    told = sorted(events, key=lambda one: (one.at, one.kind, one.ref))
    of = {kind: [one for one in told if one.kind == kind] for kind in KINDS}
    course = [one for one in told if one.kind != RECORDING] or told
    started = (of[OFFERED] or course)[0].at
    directions = [one.direction for one in told if one.direction]
    direction = "internal" if "internal" in directions else next(iter(directions), DIRECTIONS[0])
    queued = of[QUEUED][0].at if of[QUEUED] else None
    human = [one for one in of[ANSWERED] if one.by != "machine"]
    machine = [one for one in of[ANSWERED] if one.by == "machine"]
    left = of[ABANDONED][0].at if of[ABANDONED] else None
    ended = of[ENDED][-1].at if of[ENDED] else left
    silent = at - told[-1].at > FORGOTTEN
    where = next((one.where for one in reversed(of[ABANDONED] + of[ENDED]) if one.where), "")
    answered = human[0].at if human else None
    if direction != "in":
        outcome = direction
    elif human:
        outcome = "answered"
    elif ended is None and not silent:
        outcome = "going"
    elif queued is not None or where == "queue":
        outcome = "missed"
    elif machine and left is None:
        outcome = "machine"
    else:
        outcome = where or "missed"
    asked = queued or started
    got = answered or left or ended
    doubtful = _doubtful(started, queued, answered, ended)
    waited = int((got - asked).total_seconds()) if got and outcome in {"answered", "missed"} else None
    return Course(
        started_at=started, direction=direction, outcome=outcome, queued_at=queued, ended_at=ended, doubtful=doubtful,
        answered_at=answered or (machine[0].at if machine else None),
        agents=tuple(dict.fromkeys(one.agent for one in human if one.agent)),
        waited=None if waited is None or waited < 0 else waited,
    )  # fmt: skip


def _doubtful(*moments: datetime | None) -> bool:
    """Does something that comes later stand before something that comes earlier?"""
    known = [one for one in moments if one is not None]
    return any(later < earlier - SLACK for earlier, later in pairwise(known))
