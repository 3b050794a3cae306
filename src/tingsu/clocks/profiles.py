"""The policy that ships, put together from what the apps declare for their timers. A new organisation starts with it."""

from __future__ import annotations

from typing import Any

from tingsu.clocks.timers import DEFAULT_WARNINGS, STRICTEST, Limit, TimerKind, timers


def line(kind: TimerKind, limit: Limit) -> dict[str, Any]:
    """One line of a policy body."""
    return {
        "timer": kind.name,
        "when": {condition: list(values) for condition, values in limit.when.items()},
        "amount": limit.amount,
        "unit": limit.unit.value,
        "warn_at": list(DEFAULT_WARNINGS),
        "on_breach": list(limit.on_breach),
        "basis": limit.basis,
        "ours": limit.ours,
    }


def strictest() -> dict[str, Any]:
    """The shortest time and the wider duty of all documents."""
    return {"profile": STRICTEST, "rules": [row for kind in timers().values() for row in shipped_lines(kind)]}


def shipped_lines(kind: TimerKind) -> list[dict[str, Any]]:
    """The lines of one timer in the profile that ships."""
    return [line(kind, limit) for limit in kind.limits if limit.profile == STRICTEST]


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """A published policy with the shipped lines of timers it does not know: an app that came later brought them."""
    known = {row["timer"] for row in body["rules"]}
    missing = [row for kind in timers().values() if kind.name not in known for row in shipped_lines(kind)]
    return {**body, "rules": [*body["rules"], *missing]} if missing else body
