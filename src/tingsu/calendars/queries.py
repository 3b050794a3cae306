"""Reads of calendars: the one in force, the one a promise names, and the warning that a year is missing."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Calendar, local_date, missing_calendar_year
from tingsu.calendars.body import read_calendar
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.tenancy import organisation_or_none

KIND = "calendar"
"""The rulebook kind of working calendars."""


def calendar_in_force(at: datetime | None = None) -> Calendar:
    """The organisation's calendar in force at an instant (default: now)."""
    return calendar_of(rulebooks.in_force(KIND, at))


def calendar_version(version: int) -> Calendar:
    """The calendar a promise was counted on; 0 is the shipped one."""
    return calendar_of(rulebooks.version_of(KIND, version))


def calendar_of(rules: rulebooks.Rules) -> Calendar:
    """The calendar value of one published version. Versions never change, so the value is kept."""
    if rules.id not in _known:
        _known[rules.id] = read_calendar(rules.body, code=KIND, version=rules.version)
    return _known[rules.id]


_known: dict[uuid.UUID | None, Calendar] = {}
"""Calendars by rulebook row; None is the shipped one. A version is never edited, so nothing here goes stale."""


def calendar_warning() -> str | Promise:
    """What every staff page says while an official calendar is missing (SL-02); empty when none is."""
    if organisation_or_none() is None:
        return ""
    return missing_calendar_warning(now())


def missing_year(at: datetime) -> int | None:
    """The year whose official calendar is missing as of an instant, from 1 November of the year before on."""
    calendar = calendar_in_force(at)
    return missing_calendar_year(local_date(at, calendar), calendar)


def missing_calendar_warning(at: datetime) -> str | Promise:
    """The warning as of an instant; empty while no calendar is missing."""
    year = missing_year(at)
    if year is None:
        return ""
    return format_lazy(
        _(
            "The official holidays of {year} are not entered yet. Deadlines that reach into {year} are counted on "
            "weekends and fixed holidays only."
        ),
        year=year,
    )
