"""The policy that ships: *strictest of all* (requirements §31.1). A new organisation starts with it."""

from __future__ import annotations

from typing import Any

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.policy import BREACH_ACTIONS, DEFAULT_WARNINGS
from tingsu.clocks.timers import Timer

OURS = True
"""Marks a value that no document gives."""


def line(
    timer: Timer,
    amount: int,
    unit: Unit,
    basis: str,
    ours: bool = False,
    *,
    when: dict[str, list[str]] | None = None,
    on_breach: tuple[str, ...] = BREACH_ACTIONS,
) -> dict[str, Any]:
    """One line of a policy body."""
    return {
        "timer": timer.value,
        "when": when or {},
        "amount": amount,
        "unit": unit.value,
        "warn_at": list(DEFAULT_WARNINGS),
        "on_breach": list(on_breach),
        "basis": basis,
        "ours": ours,
    }


def strictest() -> dict[str, Any]:
    """The shortest time and the wider duty of all documents."""
    return {
        "profile": "strictest",
        "rules": [
            line(Timer.T01, 5, Unit.MINUTE, "SZ 6(4); CTS 8.2 c", OURS),
            line(Timer.T02, 15, Unit.MINUTE, "SVC 1.3.2; CTS 8.2 b"),
            line(Timer.T03, 24, Unit.HOUR, "ISC 9.1.1.2"),
            line(Timer.T03, 15, Unit.WORKING_DAY, "ISC 9.1.1.3", when={"mode": ["letter"]}),
            line(Timer.T04, 24, Unit.HOUR, "SVC 1.3.2"),
            line(Timer.T05, 15, Unit.MINUTE, "SVC 3.2.1"),
            line(Timer.T06, 24, Unit.HOUR, "SVC 3.1.2"),
            line(Timer.T07, 2, Unit.WORKING_DAY, "ISC 9.1.2; SZ 6(3)"),
            line(Timer.T09, 15, Unit.MINUTE, "ISC 8.2.2", OURS),
            line(Timer.T10, 4, Unit.HOUR, "ISC 8.2.2", OURS),
            line(Timer.T11, 48, Unit.HOUR, "SVC 3.1.3"),
            line(Timer.T12, 1, Unit.WORKING_DAY, "ISC 8.3.2", OURS),
            line(Timer.T13, 5, Unit.WORKING_DAY, "CTS 8.1 b1", OURS),
            line(Timer.T13, 2, Unit.WORKING_DAY, "CTS 8.1 b1", OURS, when={"grade": ["high_risk"]}),
            line(Timer.T13, 2, Unit.WORKING_DAY, "CTS 8.1 b1", OURS, when={"urgency": ["urgent"]}),
            line(Timer.T14, 2, Unit.WORKING_DAY, "CTS 8.1 b1; SZ 6(7)", OURS),
            line(Timer.T14, 1, Unit.HOUR, "SZ 6(8)", OURS, when={"approved": ["yes"]}),
            line(Timer.T15, 2, Unit.WORKING_DAY, "ISC 9.1.2, 9.2.3"),
            line(Timer.T16, 7, Unit.DAY, "SZ 6(8)", OURS, on_breach=()),
            line(Timer.T19, 30, Unit.DAY, "SZ 6(9)", OURS),
            line(Timer.T20, 3, Unit.WORKING_DAY, "CTS 8.6 b", OURS),
            line(Timer.T21, 5, Unit.WORKING_DAY, "ISC 9.6.5", OURS),
        ],
    }
