"""Calendars of regions inside the organisation's working calendar: a unit or a part of the country with days and hours of its own (SL-02).

    "regions": {"3f2a9c01": {"name": {"zh-Hans": "广西", "en": "Guangxi"}, "units": ["…"], "places": ["45"], "days": "beside",
                             "years": {"2026": {"source": "…", "days_off": […], "make_up_days": […]}}}}

What a region does not say it has from the main calendar: zone, hours, the end of working days. Its days stand *beside* those of the
main calendar (a regional holiday more), or it has its *own* (another country). All of them are one version of one rulebook, so that a
promise that names a version and a region can be counted again for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import Calendar
from tingsu.calendars.body import calendar_problems, read_calendar, year_problems
from tingsu.kernel.punctuation import after_label

BESIDE, OWN = "beside", "own"
DAYS = (BESIDE, OWN)
HAS_OWN = ("time_zone", "day_ends", "week", "make_up")
"""What a region may say itself instead of the main calendar."""


def regions_of(body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The regions of a calendar by code; none in versions from before there were any."""
    return body.get("regions") or {}


def hours_of(body: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Zone, hours, end of days and fixed holidays of a region: its own, else those of the main calendar, without regions."""
    region = regions_of(body)[code]
    main = {name: value for name, value in body.items() if name != "regions"}
    fixed: dict[str, Any] = {} if region["days"] == BESIDE else {"fixed_holidays": []}
    return {**main, **fixed, **{name: region[name] for name in HAS_OWN if name in region}}


def read_region(body: Mapping[str, Any], code: str, *, kind: str, version: int) -> Calendar:
    """The calendar of one region of a checked body. Raises KeyError for one that is not in it."""
    region = regions_of(body)[code]
    years = region["years"] if region["days"] == OWN else body["years"]
    main = read_calendar({**hours_of(body, code), "years": years}, code=kind, version=version)
    named = replace(main, region=code, region_name=region["name"])
    if region["days"] == OWN:
        return named
    off, work = (_days(region, sort) for sort in ("days_off", "make_up_days"))
    return replace(
        named,
        days_off={**{on: name for on, name in main.days_off.items() if on not in work}, **off},
        make_up_days={**{on: name for on, name in main.make_up_days.items() if on not in off}, **work},
    )


def _days(region: Mapping[str, Any], sort: str) -> dict[date, Mapping[str, str]]:
    return {date.fromisoformat(day["on"]): day["name"] for year in region["years"].values() for day in year[sort]}


def region_for(body: Mapping[str, Any], units: list[str], place: str) -> str:
    """The region that applies: of the nearest unit that has one, else of the place; empty for the main calendar."""
    regions = regions_of(body)
    for unit in units:
        for code, region in regions.items():
            if unit in region["units"]:
                return code
    return next((code for code, region in regions.items() if place and place in region["places"]), "")


def region_problems(body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the regions of a body whose main calendar is right."""
    regions = body.get("regions", {})
    if not isinstance(regions, dict):
        yield _("The regional calendars cannot be read.")
        return
    taken: dict[str, str] = {}
    for code, region in regions.items():
        if not isinstance(region, dict) or not isinstance(region.get("years"), dict) or region.get("days") not in DAYS:
            yield _("The regional calendars cannot be read.")
            continue
        names = region.get("name") or {}
        name = str(names.get("zh-Hans") or names.get("en") or code)
        if not (names.get("zh-Hans") and names.get("en")):
            yield _("Name the regional calendar in both languages.")
        if not region.get("units") and not region.get("places"):
            yield _("%(name)s: choose the units or the provinces in which it holds.") % {"name": name}
        for one in (*region.get("units", ()), *region.get("places", ())):
            if other := taken.get(str(one)):
                yield _("%(name)s: one of its units or provinces belongs to %(other)s already.") % {
                    "name": name,
                    "other": other,
                }
                break
            taken[str(one)] = name
        whole = hours_of(body, code)
        found = list(calendar_problems({**whole, "years": {}}))
        for year, days in region["years"].items():
            found += year_problems(year, days, week=whole.get("week"))
        yield from (after_label(name, one) for one in found)
