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
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.policy import Policy, Rule
from tingsu.clocks.timers import ABOUT, About, Timer

UNITS: dict[str, str | Text] = {
    Unit.MINUTE: _("minutes"),
    Unit.HOUR: _("hours"),
    Unit.WORKING_HOUR: _("working hours"),
    Unit.WORKING_DAY: _("working days"),
    Unit.DAY: _("calendar days"),
    Unit.WEEK: _("weeks"),
}

CONDITION_NAMES: dict[str, Any] = {
    "channel": _("Channel"),
    "mode": _("How it came"),
    "grade": _("Grade"),
    "urgency": _("Urgency"),
    "repeated": _("Repeated"),
    "approved": _("Solution approved"),
    "topic": _("Problem type"),
}

CONDITION_VALUES: dict[tuple[str, str], str | Text] = {
    ("mode", "phone"): _("Telephone"),
    ("mode", "email"): pgettext_lazy("channel", "E-mail"),
    ("mode", "internet"): _("Internet"),
    ("mode", "in_person"): _("In person"),
    ("mode", "letter"): _("Letter"),
    ("mode", "other"): _("Other"),
    ("topic", "qualification"): _("Qualification review"),
    ("topic", "product"): _("Product"),
    ("topic", "ip"): _("Intellectual property"),
    ("topic", "consumer"): _("Consumer rights"),
    ("topic", "operation"): _("Operation"),
    ("grade", "general"): _("General"),
    ("grade", "high_risk"): _("High risk"),
    ("urgency", "normal"): _("Normal"),
    ("urgency", "urgent"): _("Urgent"),
    ("repeated", "yes"): _("Repeated three times or more"),
    ("repeated", "no"): _("Not repeated"),
    ("approved", "yes"): _("After approval"),
    ("approved", "no"): _("Before approval"),
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


def condition_words(when: Iterable[tuple[str, Iterable[str]]]) -> str:
    """The conditions of a line, such as “Letter” or “High risk · Urgent”; empty when it holds for every case."""
    return " · ".join(
        "/".join(str(CONDITION_VALUES.get((condition, value), value)) for value in sorted(values))
        for condition, values in when
    )


def breach_words(actions: Iterable[str]) -> str:
    """What happens when a limit is missed."""
    return ", ".join(str(BREACH_WORDS[action]) for action in BREACH_WORDS if action in set(actions))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLimit:
    """One limit as it is told to the public and to staff (SL-14)."""

    timer: Timer
    name: str | Text
    limit: str
    condition: str
    rule: Rule
    about: About


def limits_in_words(policy: Policy, timers: Iterable[Timer | str] = Timer) -> list[PublishedLimit]:
    """The limits of a policy for some timers, in the order given; portal and acknowledgement publish them (SL-14)."""
    return [
        PublishedLimit(
            timer=rule.timer,
            name=ABOUT[rule.timer].name,
            limit=limit_words(rule.allowance.amount, rule.allowance.unit),
            condition=condition_words(rule.when),
            rule=rule,
            about=ABOUT[rule.timer],
        )
        for timer in timers
        for rule in sorted(policy.rules_for(Timer(timer)), key=lambda rule: len(rule.when))
    ]


def rule_words(row: dict[str, Any]) -> str:
    """A stored line in one sentence part: limit and, if any, its conditions."""
    words = limit_words(row["amount"], row["unit"])
    condition = condition_words(sorted((row.get("when") or {}).items()))
    return f"{words} ({condition})" if condition else words


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
