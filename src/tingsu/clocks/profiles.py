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
            line(Timer.ACKNOWLEDGEMENT, 5, Unit.MINUTE, "SZ 6(4); CTS 8.2 c", OURS),
            line(Timer.URGENT_RESPONSE, 15, Unit.MINUTE, "SVC 1.3.2; CTS 8.2 b"),
            line(Timer.FIRST_REPLY, 24, Unit.HOUR, "ISC 9.1.1.2"),
            line(Timer.FIRST_REPLY, 15, Unit.WORKING_DAY, "ISC 9.1.1.3", when={"mode": ["letter"]}),
            line(Timer.HANDLING_START, 24, Unit.HOUR, "SVC 1.3.2"),
            line(Timer.PUSH_TO_INVESTIGATION, 15, Unit.MINUTE, "SVC 3.2.1"),
            line(Timer.DEDICATED_CONTACT, 24, Unit.HOUR, "SVC 3.1.2"),
            line(Timer.PROGRESS_FEEDBACK, 2, Unit.WORKING_DAY, "ISC 9.1.2; SZ 6(3)"),
            line(Timer.HIGH_RISK_REPORT, 15, Unit.MINUTE, "ISC 8.2.2", OURS),
            line(Timer.PRE_PLAN, 4, Unit.HOUR, "ISC 8.2.2", OURS),
            line(Timer.REPEAT_SOLUTION, 48, Unit.HOUR, "SVC 3.1.3"),
            line(Timer.DEPARTMENT_ANSWER, 1, Unit.WORKING_DAY, "ISC 8.3.2", OURS),
            line(Timer.INVESTIGATION, 5, Unit.WORKING_DAY, "CTS 8.1 b1", OURS),
            line(Timer.INVESTIGATION, 2, Unit.WORKING_DAY, "CTS 8.1 b1", OURS, when={"grade": ["high_risk"]}),
            line(Timer.INVESTIGATION, 2, Unit.WORKING_DAY, "CTS 8.1 b1", OURS, when={"urgency": ["urgent"]}),
            line(Timer.SOLUTION, 2, Unit.WORKING_DAY, "CTS 8.1 b1; SZ 6(7)", OURS),
            line(Timer.SOLUTION, 1, Unit.HOUR, "SZ 6(8)", OURS, when={"approved": ["yes"]}),
            line(Timer.ANSWER, 2, Unit.WORKING_DAY, "ISC 9.1.2, 9.2.3"),
            line(Timer.PARTIES_OPINION, 7, Unit.DAY, "SZ 6(8)", OURS, on_breach=()),
            line(Timer.REFUSAL_REVIEW, 30, Unit.DAY, "SZ 6(9)", OURS),
            line(Timer.CALLBACK, 3, Unit.WORKING_DAY, "CTS 8.6 b", OURS),
            line(Timer.ARCHIVING, 5, Unit.WORKING_DAY, "ISC 9.6.5", OURS),
        ],
    }
