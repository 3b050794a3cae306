"""Days, instants and reasons in words for the pages of calendars and clocks."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _

from tingsu.calendars.explanation import DayLine, Reason
from tingsu.clocks.words import day_words, end_words, instant_words
from tingsu.kernel.fields import in_language

register = template.Library()


@register.filter
def day_in_words(on: date | str) -> str:
    """A day with its weekday; takes a date or its ISO form."""
    return day_words(date.fromisoformat(on) if isinstance(on, str) else on)


@register.filter
def instant_in_words(at: datetime, zone: str) -> str:
    """An instant on the wall clock of a zone."""
    return instant_words(at, zone)


@register.filter
def end_in_words(at: datetime, zone: str) -> str:
    """The end of a limit; midnight is told as 24:00 of the day it ends."""
    return end_words(at, zone)


@register.filter
def bilingual_name(name: dict[str, str]) -> str:
    """A name entered in two languages, in the reader's."""
    return in_language(name)


@register.filter
def reason_in_words(day: DayLine) -> str:
    """Why a day was counted or skipped, with the holiday's name."""
    words = {
        Reason.FIRST_DAY: _("the day of the start"),
        Reason.WORKING_DAY: _("working day"),
        Reason.MAKE_UP: _("make-up workday"),
        Reason.WEEKEND: _("weekend"),
        Reason.HOLIDAY: _("holiday"),
        Reason.CALENDAR_DAY: _("calendar day"),
        Reason.NO_TIME_LEFT: _("outside working hours"),
    }[day.reason]
    parts = [words]
    if day.name and day.reason in (Reason.HOLIDAY, Reason.MAKE_UP):
        parts.append(in_language(dict(day.name)))
    if day.minutes:
        parts.append(_("%(minutes)s minutes") % {"minutes": day.minutes})
    if day.assumed:
        parts.append(_("assumed"))
    return " · ".join(parts)


@register.filter
def waiting_in_words(on: str) -> str:
    """Whom a case waited for."""
    return {
        "department": _("Waiting for the department"),
        "complainant": _("Waiting for the complainant"),
        "respondent": _("Waiting for the respondent"),
        "outside": _("Waiting for the outside body"),
    }.get(on, on)
