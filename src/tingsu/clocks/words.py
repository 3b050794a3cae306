"""Limits and conditions in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.conditions import YES_NO
from tingsu.clocks.kinds import conditions_of
from tingsu.clocks.policy import Policy, Rule
from tingsu.clocks.profiles import PROFILES
from tingsu.clocks.timers import TimerKind, timer, timers
from tingsu.kernel.punctuation import after_label, in_brackets, listed

UNITS: dict[str, str | Text] = {
    Unit.MINUTE: _("minutes"),
    Unit.HOUR: _("hours"),
    Unit.WORKING_HOUR: _("working hours"),
    Unit.WORKING_DAY: _("working days"),
    Unit.DAY: _("calendar days"),
    Unit.WEEK: _("weeks"),
}

BREACH_WORDS: dict[str, str | Text] = {
    "alert": _("alert owner and supervisor"),
    "escalate": _("escalate one level"),
}


def limit_words(amount: int | None, unit: str) -> str:
    """A limit such as “2 working days”."""
    if amount is None:
        return str(_("a date that was named"))
    match unit:
        case Unit.MINUTE:
            words = ngettext("%(n)s minute", "%(n)s minutes", amount)
        case Unit.HOUR:
            words = ngettext("%(n)s hour", "%(n)s hours", amount)
        case Unit.WORKING_HOUR:
            words = ngettext("%(n)s working hour", "%(n)s working hours", amount)
        case Unit.WORKING_DAY:
            words = ngettext("%(n)s working day", "%(n)s working days", amount)
        case Unit.DAY:
            words = ngettext("%(n)s calendar day", "%(n)s calendar days", amount)
        case _other:
            words = ngettext("%(n)s week", "%(n)s weeks", amount)
    return words % {"n": amount}


def limit_and_extensions(rule: Rule) -> str:
    """A limit and to what it may be extended, such as “15 calendar days, extendable to 30, then 60”."""
    words = limit_words(rule.allowance.amount, rule.allowance.unit)
    if not rule.extensions:
        return words
    longest = limit_words(rule.extensions[-1], rule.allowance.unit)
    steps = ladder_of([*map(str, rule.extensions[:-1]), longest])
    return str(_("%(limit)s, extendable to %(longest)s")) % {"limit": words, "longest": steps}


def ladder_of(steps: Iterable[str]) -> str:
    """Some lengths one after the other: “30, then 60 calendar days”."""
    first, *others = steps
    for one in others:
        first = str(pgettext("lengths", "%(first)s, then %(next)s")) % {"first": first, "next": one}
    return first


def profile_words(profile: str) -> str:
    """The name of a profile; what does not ship any more shows its code."""
    return str(PROFILES[profile].label) if profile in PROFILES else profile


def condition_words(kind: TimerKind, when: Iterable[tuple[str, Iterable[str]]]) -> str:
    """The conditions of a line, such as “Letter” or “High risk · Urgent”; empty when it holds for every case."""
    return " · ".join("/".join(answer_words(kind.of, name, value) for value in sorted(values)) for name, values in when)


def answer_words(of: str, name: str, value: str) -> str:
    """One answer in words: of a yes or no, the question says what it is about."""
    condition = conditions_of(of).get(name)
    if condition is None:
        return value
    if condition.values is YES_NO:
        return after_label(condition.label, condition.values.get(value, value))
    return str(condition.values.get(value, value))


def breach_words(actions: Iterable[str]) -> str:
    """What happens when a limit is missed."""
    return listed(str(BREACH_WORDS[action]) for action in BREACH_WORDS if action in set(actions))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLimit:
    """One limit as it is told to the public and to staff (SL-14)."""

    timer: TimerKind
    name: str | Text
    limit: str
    condition: str
    rule: Rule


def limits_in_words(policy: Policy, names: Iterable[str] | None = None) -> list[PublishedLimit]:
    """The limits of a policy for some timers, in the order given; portal and acknowledgement publish them (SL-14)."""
    kinds = timers().values() if names is None else map(timer, names)
    return [
        PublishedLimit(
            timer=kind,
            name=kind.label,
            limit=limit_and_extensions(rule),
            condition=condition_words(kind, rule.when),
            rule=rule,
        )
        for kind in kinds
        for rule in sorted(policy.rules_for(kind), key=lambda rule: len(rule.when))
    ]


def rule_words(row: dict[str, Any]) -> str:
    """A stored line in one sentence part: limit and, if any, its conditions."""
    words = limit_words(row["amount"], row["unit"])
    condition = condition_words(timer(row["timer"]), sorted((row.get("when") or {}).items()))
    return f"{words}{in_brackets(condition)}" if condition else words


def instant_words(at: datetime, zone: str) -> str:
    """An instant on the wall clock of a zone, such as “10 Mar 2026 18:00”."""
    return date_format(at.astimezone(ZoneInfo(zone)), pgettext("format of an instant", "j M Y H:i"))


def day_words(on: date) -> str:
    """A day with its weekday, such as “Tue 10 Mar 2026”."""
    return date_format(on, pgettext("format of a day", "D j M Y"))


def end_words(at: datetime, zone: str) -> str:
    """The end of a limit; midnight is told as 24:00 of the day it ends."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{date_format(local - timedelta(days=1), pgettext('format of a day', 'D j M Y'))} 24:00"
    return instant_words(at, zone)
