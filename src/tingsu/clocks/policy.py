"""Time-limit policies as data: which limit a timer has in which case (SL-01), and the strictest profile that ships.

    {"profile": "strictest",
     "rules": [{"timer": "first_reply", "when": {"mode": ["letter"]}, "amount": 15, "unit": "working_day",
                "warn_at": [50, 80], "on_breach": ["alert", "escalate"], "basis": "ISC 9.1.1.3", "ours": false}, …]}

A rule applies when each of its conditions holds. Of the rules that apply, the one with the most conditions is taken;
among equals the one that ends first. ``ours`` marks a value that no document gives and that the enterprise may decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import Allowance, Calendar, Unit, due_at
from tingsu.clocks.timers import ABOUT, Timer

CONDITIONS: dict[str, tuple[str, ...]] = {
    "grade": ("general", "high_risk"),
    "urgency": ("normal", "urgent"),
    "topic": ("qualification", "product", "ip", "consumer", "operation"),
    "repeated": ("no", "yes"),
    "approved": ("no", "yes"),
    "mode": ("phone", "email", "internet", "in_person", "letter", "other"),
    "channel": (),
}
"""What a rule may ask about a case. Channels are the organisation's own codes; topics are the five problem types."""

HOW_IT_CAME = frozenset({"channel", "mode"})
TIMERS_THAT_MAY_ASK_HOW = frozenset({Timer.FIRST_REPLY})
"""Equal treatment (VL-11): only reply-time limits may differ by the way the complaint came (SL-05, SL-06)."""

BREACH_ACTIONS = ("alert", "escalate")
DEFAULT_WARNINGS = (50, 80)
LONGEST_LIMIT = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the policy may look at in a case. It never holds who the complainant is (VL-11)."""

    channel: str = ""
    mode: str = ""
    grade: str = ""
    urgency: str = ""
    repeated: bool = False
    approved: bool = False
    topic: str = ""

    def value(self, condition: str) -> str:
        """The fact a condition asks about, as the code a rule uses."""
        fact = getattr(self, condition)
        return ("yes" if fact else "no") if isinstance(fact, bool) else fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a policy."""

    timer: Timer
    allowance: Allowance
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    warn_at: tuple[int, ...] = DEFAULT_WARNINGS
    on_breach: tuple[str, ...] = BREACH_ACTIONS
    basis: str = ""
    ours: bool = False

    def applies_to(self, facts: Facts) -> bool:
        """Whether each condition holds."""
        return all(facts.value(condition) in wanted for condition, wanted in self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a time-limit policy."""

    version: int
    profile: str
    rules: tuple[Rule, ...]

    def rules_for(self, timer: Timer) -> tuple[Rule, ...]:
        """The lines about one timer."""
        return tuple(rule for rule in self.rules if rule.timer == timer)


def rule_for(policy: Policy, timer: Timer, facts: Facts, *, start: datetime, calendar: Calendar) -> Rule | None:
    """The line that gives a timer its limit in a case, or None when the policy has none."""
    best: tuple[int, datetime] | None = None
    chosen = None
    for rule in policy.rules_for(timer):
        if rule.applies_to(facts):
            rank = (-len(rule.when), due_at(start, rule.allowance, calendar))
            if best is None or rank < best:
                best, chosen = rank, rule
    return chosen


def read_policy(body: dict[str, Any], *, version: int = 0) -> Policy:
    """The policy value of a checked body."""
    return Policy(version=version, profile=body["profile"], rules=tuple(read_rule(row) for row in body["rules"]))


def read_rule(row: dict[str, Any]) -> Rule:
    """One line of a checked body."""
    return Rule(
        timer=Timer(row["timer"]),
        allowance=Allowance(int(row["amount"]), Unit(row["unit"])),
        when=tuple((condition, frozenset(values)) for condition, values in sorted(row["when"].items())),
        warn_at=tuple(row["warn_at"]),
        on_breach=tuple(row["on_breach"]),
        basis=row.get("basis", ""),
        ours=bool(row.get("ours")),
    )


def problems_of(body: dict[str, Any]) -> list[str]:
    """What is wrong with a policy, as sentences fit to show; empty when it may be published."""
    rows = body.get("rules")
    if not isinstance(rows, list) or not rows:
        return [_("The policy has no limits.")]
    found = [problem for number, row in enumerate(rows, start=1) for problem in row_problems(row, number)]
    return found or list(_policy_problems(body))


def row_problems(row: dict[str, Any], number: int) -> Iterator[str]:
    """What is wrong with one line; ``number`` is how people see it."""
    if row.get("timer") not in list(Timer):
        yield _("Line %(number)s: choose a timer.") % {"number": number}
        return
    timer = Timer(row["timer"])
    line = {"number": number, "timer": ABOUT[timer].name}
    if ABOUT[timer].dated:
        yield _("Line %(number)s: “%(timer)s” ends on the date that was named and takes no limit.") % line
    unit, amount = row.get("unit"), row.get("amount")
    if unit not in list(Unit):
        yield _("Line %(number)s: choose a unit of time.") % line
    elif not isinstance(amount, int) or isinstance(amount, bool) or amount < 1 or _length(amount, unit) > LONGEST_LIMIT:
        yield _("Line %(number)s: the limit must be a whole number from 1 up, at most three years.") % line
    when = row.get("when")
    for condition, values in when.items() if isinstance(when, dict) else [("", [])]:
        allowed = CONDITIONS.get(condition)
        if allowed is None or not values or (allowed and not set(values) <= set(allowed)):
            yield _("Line %(number)s: one of its conditions is not known.") % line
        elif condition in HOW_IT_CAME and timer not in TIMERS_THAT_MAY_ASK_HOW:
            yield (_("Line %(number)s: only the first reply may differ by how the complaint came.") % line)
        elif condition == "approved" and timer is not Timer.SOLUTION:
            yield _("Line %(number)s: only sending a solution can depend on its approval.") % line
    points = row.get("warn_at")
    if (
        not isinstance(points, list)
        or any(not isinstance(point, int) or not 1 <= point <= 99 for point in points)
        or sorted(set(points)) != points
    ):
        yield _("Line %(number)s: warning points are percentages from 1 to 99, in rising order.") % line
    if not isinstance(row.get("on_breach"), list) or not set(row["on_breach"]) <= set(BREACH_ACTIONS):
        yield _("Line %(number)s: choose what happens when the limit is missed.") % line


def _policy_problems(body: dict[str, Any]) -> Iterator[str]:
    seen: dict[tuple, int] = {}
    general = set()
    for number, row in enumerate(body["rules"], start=1):
        rule = read_rule(row)
        key = (rule.timer, rule.when)
        if key in seen:
            yield _("Line %(number)s has the same timer and conditions as line %(other)s.") % {
                "number": number,
                "other": seen[key],
            }
        seen[key] = number
        if not rule.when:
            general.add(rule.timer)
    for timer, about in ABOUT.items():
        if not about.dated and timer not in general:
            yield _("“%(timer)s” (%(code)s) needs a limit that holds when no condition does.") % {
                "timer": about.name,
                "code": timer.value,
            }


def _length(amount: int, unit: str) -> timedelta:
    days = {
        Unit.MINUTE: 1 / 1440,
        Unit.HOUR: 1 / 24,
        Unit.WORKING_HOUR: 1 / 8,
        Unit.WORKING_DAY: 1.5,
        Unit.DAY: 1,
        Unit.WEEK: 7,
    }[Unit(unit)]
    return timedelta(days=days * min(amount, 10**6))
