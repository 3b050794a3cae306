"""From a policy to a promise: pure planning of due times and warning points, no database and no clock.

A promise keeps a copy of the line it was made from, so it outlives the policy (invariant 4: a policy change never
alters a promise already made).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tingsu.calendars.arithmetic import Allowance, Calendar, Unit, due_at, is_assumed, local_date, point_between
from tingsu.clocks.conditions import Facts
from tingsu.clocks.policy import Policy, Rule, rule_for
from tingsu.clocks.timers import BREACH_ACTIONS, DEFAULT_WARNINGS, TimerKind

UNITS: dict[str, Unit] = {unit.value: unit for unit in Unit}


class NoLimit(LookupError):
    """The policy in force gives a timer no limit: a defect of the policy's check, not of a person's input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a promise will be: instants in UTC, warning points earliest first."""

    timer: TimerKind
    started_at: datetime
    due_at: datetime
    warnings: tuple[datetime, ...]
    policy_version: int
    calendar_version: int
    calendar_assumed: bool
    rule: dict[str, Any]


def plan(timer: TimerKind, *, start: datetime, facts: Facts, policy: Policy, calendar: Calendar) -> Plan:
    """Count a limit of the policy from ``start``. Raises NoLimit when the policy has no line for the timer."""
    rule = rule_for(policy, timer, facts, start=start, calendar=calendar)
    if rule is None:
        raise NoLimit(timer.name)
    due = due_at(start, rule.allowance, calendar)
    return _planned(timer, start, due, _rule_kept(rule), policy, calendar)


def plan_until(timer: TimerKind, *, start: datetime, due: datetime, policy: Policy, calendar: Calendar) -> Plan:
    """A limit that somebody set by naming its end: a promised date, an item's date, an outside body's deadline."""
    rule = {"amount": None, "unit": "date", "warn_at": list(DEFAULT_WARNINGS), "on_breach": list(BREACH_ACTIONS)}
    return _planned(timer, start, due, rule, policy, calendar)


def recounted(rule: dict[str, Any], start: datetime, calendar: Calendar) -> tuple[datetime, tuple[datetime, ...], bool]:
    """Due time, all warning points and whether assumed days were used, for a kept line counted on another calendar."""
    allowance = Allowance(rule["amount"], Unit(rule["unit"]))
    due = due_at(start, allowance, calendar)
    return due, warning_points(start, due, rule, calendar), uses_assumed(start, due, rule, calendar)


def warning_points(start: datetime, due: datetime, rule: dict[str, Any], calendar: Calendar) -> tuple[datetime, ...]:
    """The instants at which a promise warns, earliest first (SL-15)."""
    unit = UNITS.get(rule["unit"], Unit.HOUR)
    points = (point_between(start, due, percent, unit, calendar) for percent in rule["warn_at"])
    return tuple(point.replace(microsecond=0) + _SECOND * bool(point.microsecond) for point in points)


_SECOND = timedelta(seconds=1)


def uses_assumed(start: datetime, due: datetime, rule: dict[str, Any], calendar: Calendar) -> bool:
    """Whether a count touched a year that has no official calendar yet; wall-clock limits never do."""
    if rule["unit"] not in (Unit.WORKING_DAY, Unit.WORKING_HOUR):
        return False
    first, last = local_date(start, calendar).year, local_date(due, calendar).year
    return any(is_assumed(year, calendar) for year in range(first, last + 1))


def next_extension(rule: dict[str, Any]) -> int | None:
    """To what a running limit may be extended next, in its own unit; None where nothing is left."""
    return next(iter(rule.get("extensions", ())), None)


def extended(rule: dict[str, Any]) -> dict[str, Any]:
    """The kept line after its next extension; what it was before stays in it. Raises StopIteration where none is left."""
    to, *left = rule["extensions"]
    return {**rule, "amount": to, "extensions": left, "extended_from": [*rule.get("extended_from", ()), rule["amount"]]}


def percent_of(rule: dict[str, Any], warnings_left: int) -> int:
    """Which warning point comes next when so many are left."""
    points: list[int] = rule["warn_at"]
    return points[len(points) - warnings_left]


def _planned(
    timer: TimerKind, start: datetime, due: datetime, rule: dict[str, Any], policy: Policy, calendar: Calendar
) -> Plan:
    start, due = start.astimezone(UTC), due.astimezone(UTC)
    return Plan(
        timer=timer,
        started_at=start,
        due_at=due,
        warnings=warning_points(start, due, rule, calendar) if due > start else (),
        policy_version=policy.version,
        calendar_version=calendar.version,
        calendar_assumed=uses_assumed(start, due, rule, calendar),
        rule=rule,
    )


def _rule_kept(rule: Rule) -> dict[str, Any]:
    return {
        "amount": rule.allowance.amount,
        "unit": rule.allowance.unit.value,
        "when": {condition: sorted(values) for condition, values in rule.when},
        "warn_at": list(rule.warn_at),
        "on_breach": list(rule.on_breach),
        "basis": rule.basis or rule.timer.source,
        "ours": rule.ours,
        **({"extensions": list(rule.extensions)} if rule.extensions else {}),
        **({"pack": rule.pack} if rule.pack else {}),
        **({"unconfirmed": True} if rule.unconfirmed else {}),
    }
