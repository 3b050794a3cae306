"""Reads of calendars: the one in force, the one a promise names, and the warning that a year is missing."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Calendar, local_date, missing_calendar_year
from tingsu.calendars.body import read_calendar
from tingsu.calendars.regions import OWN, read_region, region_for, regions_of
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.tenancy import organisation_or_none

KIND = "calendar"
"""The rulebook kind of working calendars."""


def calendar_in_force(at: datetime | None = None, *, region: str = "") -> Calendar:
    """The organisation's calendar in force at an instant (default: now), or that of one of its regions."""
    return calendar_of(rulebooks.in_force(KIND, at), region)


def calendar_version(version: int, region: str = "") -> Calendar:
    """The calendar a promise was counted on; 0 is the shipped one."""
    return calendar_of(rulebooks.version_of(KIND, version), region)


def calendar_of(rules: rulebooks.Rules, region: str = "") -> Calendar:
    """The calendar value of one published version, or of a region of it; of a region that this version does not know, the main one.
    Versions never change, so the value is kept.
    """
    code = region if region in regions_of(rules.body) else ""
    key = (rules.id, code)
    if key not in _known:
        _known[key] = (
            read_region(rules.body, code, kind=KIND, version=rules.version)
            if code
            else read_calendar(rules.body, code=KIND, version=rules.version)
        )
    return _known[key]


def region_applying(units: list[str], place: str, at: datetime | None = None) -> str:
    """The region of the calendar in force for some units, the nearest first, and a place; empty for the main calendar."""
    body = rulebooks.in_force(KIND, at).body
    return region_for(body, units, place) if regions_of(body) else ""


def has_regions() -> bool:
    """Whether the calendar in force knows any region; most organisations have none, and ask nothing more."""
    return bool(regions_of(rulebooks.in_force(KIND).body))


_known: dict[tuple[uuid.UUID | None, str], Calendar] = {}
"""Calendars by rulebook row and region; None is the shipped one. A version is never edited, so nothing here goes stale."""


def calendar_warning() -> str | Promise:
    """What every staff page says while an official calendar is missing (SL-02); empty when none is."""
    if organisation_or_none() is None:
        return ""
    return missing_calendar_warning(now())


def missing_year(at: datetime) -> int | None:
    """The year whose official calendar is missing as of an instant, from 1 November of the year before on."""
    calendar = calendar_in_force(at)
    return missing_calendar_year(local_date(at, calendar), calendar)


def missing_of_regions(at: datetime) -> dict[str, tuple[int, Calendar]]:
    """Regions with days of their own whose official calendar is missing, with the year."""
    rules, found = rulebooks.in_force(KIND, at), {}
    for code, region in regions_of(rules.body).items():
        calendar = calendar_of(rules, code)
        year = missing_calendar_year(local_date(at, calendar), calendar)
        if region["days"] == OWN and year is not None:
            found[code] = (year, calendar)
    return found


def missing_calendar_warning(at: datetime) -> str | Promise:
    """The first warning as of an instant; empty while no calendar is missing."""
    return next((words for _code, words in calendar_warnings(at)), "")


def calendar_warnings(at: datetime) -> list[tuple[str, str | Promise]]:
    """What is said of each calendar whose official days are missing, with a code that names it: the main one, then regions."""
    found: list[tuple[str, str | Promise]] = []
    if (year := missing_year(at)) is not None:
        words = _(
            "The official holidays of {year} are not entered yet. Deadlines that reach into {year} are counted on "
            "weekends and fixed holidays only."
        )
        found.append((str(year), format_lazy(words, year=year)))
    for code, (missing, calendar) in missing_of_regions(at).items():
        words = _(
            "{region}: the official holidays of {year} are not entered yet. Deadlines there that reach into {year} are counted on "
            "weekends only."
        )
        name = in_language(dict(calendar.region_name))
        found.append((f"{code}:{missing}", format_lazy(words, region=name, year=missing)))
    return found
