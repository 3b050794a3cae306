"""Calendars that the tests of arithmetic count on."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from tingsu.calendars.arithmetic import Block, Calendar, DayEnds
from tingsu.calendars.body import read_calendar
from tingsu.calendars.china import shipped_body

LUNCHTIME_WEEK = ((Block(540, 720), Block(810, 1080)),) * 5 + ((), ())


@cache
def china() -> Calendar:
    """The shipped calendar: 09:00-12:00 and 13:30-18:00 in Shanghai, official for 2024 to 2026."""
    return read_calendar(shipped_body(), version=1)


@cache
def elsewhere(zone: str, *, round_the_clock: bool = False, day_ends: DayEnds = DayEnds.BUSINESS) -> Calendar:
    """A calendar without holidays in another zone, official for every year the tests visit."""
    return Calendar(
        time_zone=zone,
        week=((Block(0, 1440),),) * 7 if round_the_clock else LUNCHTIME_WEEK,
        official_years=frozenset(range(2000, 2100)),
        day_ends=day_ends,
    )


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A local time such as 2026-02-13 18:30 as an aware instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
