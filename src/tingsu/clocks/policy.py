"""Time-limit policies as data: which limit a timer has in which case (SL-01), and the strictest profile that ships.

    {"profile": "strictest",
     "rules": [{"timer": "first_reply", "when": {"mode": ["letter"]}, "amount": 15, "unit": "working_day",
                "warn_at": [50, 80], "on_breach": ["alert", "escalate"], "basis": "ISC 9.1.1.3", "ours": false}, …]}

A rule applies when each of its conditions holds. Of the rules that apply, the one with the most conditions is taken;
among equals the one that ends first. ``ours`` marks a value that no document gives and that the enterprise may decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import Allowance, Calendar, Unit, due_at
from tingsu.clocks.conditions import Facts
from tingsu.clocks.kinds import conditions_of
from tingsu.clocks.profiles import PROFILES
from tingsu.clocks.timers import BREACH_ACTIONS, DEFAULT_WARNINGS, TimerKind, timer, timers

LONGEST_LIMIT = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a policy."""

    timer: TimerKind
    allowance: Allowance
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    warn_at: tuple[int, ...] = DEFAULT_WARNINGS
    on_breach: tuple[str, ...] = BREACH_ACTIONS
    basis: str = ""
    ours: bool = False
    extensions: tuple[int, ...] = ()
    """To what it may be extended, one after the other: whole lengths from its start, in its own unit."""
    pack: str = ""
    """The rule pack that it was taken from."""
    unconfirmed: bool = False
    """Nobody has found its number in the official text yet."""

    def applies_to(self, facts: Facts) -> bool:
        """Whether each condition holds."""
        return facts.meet(self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a time-limit policy."""

    version: int
    profile: str
    rules: tuple[Rule, ...]

    def rules_for(self, timer: TimerKind) -> tuple[Rule, ...]:
        """The lines about one timer."""
        return tuple(rule for rule in self.rules if rule.timer.name == timer.name)


def rule_for(policy: Policy, timer: TimerKind, facts: Facts, *, start: datetime, calendar: Calendar) -> Rule | None:
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
        timer=timer(row["timer"]),
        allowance=Allowance(int(row["amount"]), Unit(row["unit"])),
        when=tuple((condition, frozenset(values)) for condition, values in sorted(row["when"].items())),
        warn_at=tuple(row["warn_at"]),
        on_breach=tuple(row["on_breach"]),
        basis=row.get("basis", ""),
        ours=bool(row.get("ours")),
        extensions=tuple(row.get("extensions", ())),
        pack=row.get("pack", ""),
        unconfirmed=bool(row.get("unconfirmed")),
    )


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a policy: a sentence fit to show, the place of its row (None: the policy as a whole), its field."""

    text: str
    row: int | None = None
    field: str = ""


def problems_of(body: dict[str, Any]) -> list[str]:
    """What is wrong with a policy, as sentences fit to show; empty when it may be published."""
    return [one.text for one in faults_of(body)]


def faults_of(body: dict[str, Any], numbers: Sequence[int] = ()) -> list[Fault]:
    """The same with row and field; ``numbers`` are those under which people see the rows, where some are left out."""
    rows = body.get("rules")
    if not isinstance(rows, list) or not rows:
        return [Fault(text=_("The policy has no limits."))]
    if body.get("profile") not in PROFILES:
        return [Fault(text=_("Choose one of the profiles that ship."))]
    shown = numbers or range(1, len(rows) + 1)
    found = [
        Fault(text=text, row=place, field=field)
        for place, row in enumerate(rows)
        for field, text in _row_faults(row, shown[place])
    ]
    return found or list(_whole_faults(body, shown))


def _row_faults(row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
    """What is wrong with one line: field and sentence; ``number`` is how people see it."""
    kind = timers().get(row.get("timer", ""))
    if kind is None:
        yield "timer", _("Line %(number)s: choose a timer.") % {"number": number}
        return
    line = {"number": number, "timer": kind.label}
    if kind.dated:
        yield "timer", _("Line %(number)s: “%(timer)s” ends on the date that was named and takes no limit.") % line
    unit, amount = row.get("unit"), row.get("amount")
    if unit not in list(Unit):
        yield "unit", _("Line %(number)s: choose a unit of time.") % line
    elif not isinstance(amount, int) or isinstance(amount, bool) or amount < 1 or _length(amount, unit) > LONGEST_LIMIT:
        yield "amount", _("Line %(number)s: the limit must be a whole number from 1 up, at most three years.") % line
    else:
        yield from _extension_faults(kind, row.get("extensions", []), amount, unit, line)
    yield from _condition_faults(kind, row.get("when"), number)
    points = row.get("warn_at")
    if (
        not isinstance(points, list)
        or any(not isinstance(point, int) or not 1 <= point <= 99 for point in points)
        or sorted(set(points)) != points
    ):
        yield "warn_at", _("Line %(number)s: warning points are percentages from 1 to 99, in rising order.") % line
    if not isinstance(row.get("on_breach"), list) or not set(row["on_breach"]) <= set(BREACH_ACTIONS):
        yield "on_breach", _("Line %(number)s: choose what happens when the limit is missed.") % line


def _extension_faults(
    kind: TimerKind, extensions: Any, amount: int, unit: str, line: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """What a limit may be extended to: longer each time, never beyond the longest limit, and only where somebody can grant it."""
    if not extensions:
        return
    if not kind.extendable:
        yield "extensions", _("Line %(number)s: “%(timer)s” cannot be extended.") % line
    elif (
        not isinstance(extensions, list)
        or any(not isinstance(one, int) or isinstance(one, bool) for one in extensions)
        or [*sorted({amount, *extensions})] != [amount, *extensions]
        or _length(extensions[-1], unit) > LONGEST_LIMIT
    ):
        yield (
            "extensions",
            _(
                "Line %(number)s: what it may be extended to is counted from the start, longer each time, at most three years."
            )
            % line,
        )


def _condition_faults(kind: TimerKind, when: Any, number: int) -> Iterator[tuple[str, str]]:
    """A line may ask what the kind of thing offers; a restricted question only where its timer names it (VL-11)."""
    offered = conditions_of(kind.of)
    for name, values in when.items() if isinstance(when, dict) else [("", [])]:
        condition = offered.get(name)
        if condition is None or not values or (condition.values and not set(values) <= set(condition.values)):
            yield name, _("Line %(number)s: one of its conditions is not known.") % {"number": number}
        elif condition.restricted and name not in kind.conditions:
            yield name, _("Line %(number)s: %(why)s.") % {"number": number, "why": condition.restricted}


def _whole_faults(body: dict[str, Any], shown: Sequence[int]) -> Iterator[Fault]:
    seen: dict[tuple[Any, ...], int] = {}
    general: set[str] = set()
    for place, row in enumerate(body["rules"]):
        rule = read_rule(row)
        key = (rule.timer.name, rule.when)
        if key in seen:
            text = _("Line %(number)s has the same timer and conditions as line %(other)s.")
            yield Fault(text=text % {"number": shown[place], "other": seen[key]}, row=place, field="timer")
        seen[key] = shown[place]
        if not rule.when:
            general.add(rule.timer.name)
    for kind in timers().values():
        if not kind.dated and not kind.optional and kind.name not in general:
            yield Fault(text=_("“%(timer)s” needs a limit that holds when no condition does.") % {"timer": kind.title})


def _length(amount: int, unit: str) -> timedelta:
    days = {
        Unit.MINUTE: 1 / 1440,
        Unit.HOUR: 1 / 24,
        Unit.WORKING_HOUR: 1 / 8,
        Unit.WORKING_DAY: 1.5,
        Unit.DAY: 1,
        Unit.WEEK: 7,
    }[Unit(unit)]
    return timedelta(days=days * min(amount, 10**7))
