"""The stored form of a calendar: what the rulebook's body looks like, how it is checked and how it is read.

    {"time_zone": "Asia/Shanghai", "day_ends": "business",
     "week": {"mon": [["09:00", "12:00"], ["13:30", "18:00"]], …, "sun": []},
     "make_up": [["09:00", "12:00"], ["13:30", "18:00"]],
     "fixed_holidays": [{"on": "10-01", "name": {"zh-Hans": "国庆节", "en": "National Day"}}],
     "years": {"2026": {"source": "…", "days_off": [{"on": "2026-01-01", "name": {…}}], "make_up_days": […]}}}

Times are local, from 00:00 to 24:00. A year that is not under "years" is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import MINUTES_A_DAY, Block, Calendar, DayEnds

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_minute(text: str) -> int:
    """Minutes since midnight of a time such as 09:30; 24:00 is 1440. Raises ValueError for anything else."""
    hours, separator, minutes = str(text).strip().partition(":")
    if not separator or not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise ValueError(text)
    value = int(hours) * 60 + int(minutes)
    if len(hours) > 2 or len(minutes) != 2 or int(minutes) > 59 or value > MINUTES_A_DAY:
        raise ValueError(text)
    return value


def write_minute(minute: int) -> str:
    """The time of a minute since midnight, such as 09:30 or 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_blocks(pairs: list[list[str]]) -> tuple[Block, ...]:
    """The blocks of a day. Raises ValueError when one is empty or backwards, or when two overlap."""
    blocks = tuple(Block(read_minute(start), read_minute(end)) for start, end in pairs)
    for block in blocks:
        if block.start >= block.end:
            raise ValueError(pairs)
    for earlier, later in pairwise(blocks):
        if earlier.end > later.start:
            raise ValueError(pairs)
    return blocks


def read_calendar(body: dict[str, Any], *, code: str = "default", version: int = 0) -> Calendar:
    """The calendar value of a checked body. Costs about a millisecond: keep the result."""
    years = body["years"]
    return Calendar(
        code=code,
        version=version,
        time_zone=body["time_zone"],
        day_ends=DayEnds(body["day_ends"]),
        week=tuple(read_blocks(body["week"][day]) for day in WEEKDAYS),
        make_up_blocks=read_blocks(body["make_up"]),
        fixed_holidays={_month_and_day(item["on"]): item["name"] for item in body["fixed_holidays"]},
        days_off={date.fromisoformat(day["on"]): day["name"] for year in years.values() for day in year["days_off"]},
        make_up_days={
            date.fromisoformat(day["on"]): day["name"] for year in years.values() for day in year["make_up_days"]
        },
        official_years=frozenset(int(year) for year in years),
    )


def calendar_problems(body: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one calendar, as sentences fit to show; its regions are looked at by themselves."""
    try:
        ZoneInfo(body["time_zone"])
    except (ZoneInfoNotFoundError, ValueError, KeyError, TypeError, OSError):
        yield _("The time zone “%(zone)s” is not known. Use a name such as Asia/Shanghai.") % {
            "zone": body.get("time_zone", "")
        }
    if body.get("day_ends") not in list(DayEnds):
        yield _("Say whether a working day ends with business or at midnight.")
    yield from _week_problems(body)
    for item in body.get("fixed_holidays", []):
        try:
            _month_and_day(item["on"])
        except (ValueError, KeyError, TypeError):
            yield _("The fixed holiday “%(on)s” is not a month and a day such as 10-01.") % {"on": item.get("on", "")}
    years = body.get("years")
    if not isinstance(years, dict):
        yield _("The years of the calendar are missing.")
        return
    for year, days in years.items():
        yield from year_problems(year, days, week=body.get("week"))


def _week_problems(body: dict[str, Any]) -> Iterator[str]:
    week = body.get("week")
    if not isinstance(week, dict) or set(week) != set(WEEKDAYS):
        yield _("The week needs its seven days.")
        return
    for name, pairs in [*week.items(), ("make_up", body.get("make_up", []))]:
        try:
            read_blocks(pairs)
        except (ValueError, TypeError):
            yield _(
                "The hours of %(day)s cannot be read. Write stretches like 09:00-12:00, in order, without overlap."
            ) % {"day": weekday_label(name)}
    if not any(week.values()):
        yield _("Nobody works in this week. Give at least one weekday its hours.")


def year_problems(year: str, days: dict[str, Any], *, week: dict[str, Any] | None = None) -> Iterator[str]:
    """What is wrong with one year's days off and make-up workdays; ``week`` tells which weekdays are days off.

    Saturday and Sunday may be made up even where people work on them: the official notice names them for everybody.
    """
    rest_days = {5, 6} | {number for number, day in enumerate(WEEKDAYS) if week and not week.get(day)}
    seen: dict[date, str] = {}
    for kind in ("days_off", "make_up_days"):
        for item in days.get(kind, []):
            try:
                on = date.fromisoformat(item["on"])
            except (ValueError, KeyError, TypeError):
                yield _("“%(on)s” is not a date such as 2026-10-01.") % {"on": item.get("on", "")}
                continue
            if str(on.year) != str(year):
                yield _("%(on)s does not lie in %(year)s.") % {"on": on.isoformat(), "year": year}
            if on in seen:
                yield _("%(on)s is listed twice.") % {"on": on.isoformat()}
            if kind == "make_up_days" and on.weekday() not in rest_days:
                yield _("%(on)s is a make-up workday, but people work on that weekday anyway.") % {"on": on.isoformat()}
            seen[on] = kind
    if not days.get("days_off"):
        yield _("The year %(year)s has no days off. Enter them, or leave the year out.") % {"year": year}


def weekday_label(day: str) -> str:
    """The name of a weekday, or of the make-up workday, in the reader's language."""
    return {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
        "make_up": _("make-up workdays"),
    }[day]


def _month_and_day(text: str) -> tuple[int, int]:
    on = date.fromisoformat(f"2000-{text}")
    return on.month, on.day
