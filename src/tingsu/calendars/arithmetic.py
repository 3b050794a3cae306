"""Working days and hours as pure functions: no database, no clock, no settings (requirement SL-02).

Everything counts in the calendar's time zone and answers in UTC. The rules of counting, with their source
(docs/calendars.md tells them at length):

1. Minutes and hours run on wall-clock time from the instant of the start (SL-02).
2. Days are counted from the day after the start: the first day is never counted (Civil Code art. 201).
3. A limit in working days ends when business ends on the last counted day (Civil Code art. 203: "where there are
   business hours, at the time business stops"), or at 24:00 where the calendar says so.
4. A limit in calendar days or weeks ends at 24:00 of its last day, that is at 00:00 of the day after.
5. Working hours run inside the blocks of working days only; a block of 09:00-12:00 leaves lunch out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from tingsu.calendars.errors import NoWorkingTime

MINUTES_A_DAY = 24 * 60
ONE_DAY = timedelta(days=1)
# A calendar without working time must end in a refusal, not in an endless walk.
LONGEST_WALK = timedelta(days=20 * 366)


class Unit(StrEnum):
    """What an allowance is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    WEEK = "week"


class DayKind(StrEnum):
    """Why a day is a working day or not."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class DayEnds(StrEnum):
    """When the last counted working day ends: with business, or at 24:00."""

    BUSINESS = "business"
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of working time, in minutes since local midnight; 1440 is 24:00."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long something may take: a whole number of one unit."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"an allowance cannot be negative: {self.amount}")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One version of one working calendar, with everything the arithmetic needs.

    ``week`` holds seven tuples of blocks, Monday first; an empty tuple is a day off. ``days_off`` and ``make_up_days``
    map dates to their names by language. ``official_years`` are those whose holidays were published and entered;
    every other year is *assumed*: weekends and ``fixed_holidays`` (month, day) only.
    """

    time_zone: str
    week: tuple[tuple[Block, ...], ...]
    make_up_blocks: tuple[Block, ...] = ()
    days_off: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    make_up_days: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    fixed_holidays: Mapping[tuple[int, int], Mapping[str, str]] = field(default_factory=dict)
    official_years: frozenset[int] = frozenset()
    day_ends: DayEnds = DayEnds.BUSINESS
    code: str = "default"
    version: int = 0
    region: str = ""
    """The code of a regional calendar; empty for the main one."""
    region_name: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return ZoneInfo(self.time_zone)


def is_assumed(on: date | int, calendar: Calendar) -> bool:
    """Whether the year of ``on`` has no official holidays in this calendar yet."""
    return (on if isinstance(on, int) else on.year) not in calendar.official_years


def day_kind(on: date, calendar: Calendar) -> DayKind:
    """What kind of day ``on`` is; a make-up workday wins over the weekend it falls on."""
    if on in calendar.make_up_days:
        return DayKind.MAKE_UP
    if on in calendar.days_off:
        return DayKind.HOLIDAY
    if is_assumed(on, calendar) and (on.month, on.day) in calendar.fixed_holidays:
        return DayKind.HOLIDAY
    return DayKind.WORKING if calendar.week[on.weekday()] else DayKind.WEEKEND


def is_working_day(on: date, calendar: Calendar) -> bool:
    """Whether people work on ``on``."""
    return day_kind(on, calendar) in (DayKind.WORKING, DayKind.MAKE_UP)


def day_name(on: date, calendar: Calendar) -> Mapping[str, str]:
    """The names, by language, of the holiday or of the holiday a make-up workday pays for; empty on other days."""
    if on in calendar.make_up_days:
        return calendar.make_up_days[on]
    if on in calendar.days_off:
        return calendar.days_off[on]
    if is_assumed(on, calendar):
        return calendar.fixed_holidays.get((on.month, on.day), {})
    return {}


def blocks_of(on: date, calendar: Calendar) -> tuple[Block, ...]:
    """The working blocks of a day, in order; none on a day off."""
    kind = day_kind(on, calendar)
    if kind is DayKind.MAKE_UP:
        return calendar.make_up_blocks or calendar.week[on.weekday()] or calendar.week[0]
    return calendar.week[on.weekday()] if kind is DayKind.WORKING else ()


def local_date(at: datetime, calendar: Calendar) -> date:
    """The day on which the instant ``at`` falls in the calendar's time zone."""
    return at.astimezone(calendar.zone).date()


def instant(on: date, minute: int, calendar: Calendar) -> datetime:
    """The UTC instant of a local minute of a day; minute 1440 is the midnight that ends the day.

    A local time that a clock change skips is read with the offset before the change, one that happens twice as the
    first of the two: deadlines then never fall later than the wall clock promised.
    """
    if minute >= MINUTES_A_DAY:
        on, minute = on + ONE_DAY, minute - MINUTES_A_DAY
    return datetime.combine(on, time(minute // 60, minute % 60), calendar.zone).astimezone(UTC)


def end_of_day(on: date, calendar: Calendar) -> datetime:
    """When a working day ends: with the last block of business, or at 24:00."""
    blocks = blocks_of(on, calendar)
    if calendar.day_ends is DayEnds.MIDNIGHT or not blocks:
        return instant(on, MINUTES_A_DAY, calendar)
    return instant(on, blocks[-1].end, calendar)


def days_from(first: date) -> Iterator[date]:
    """The days from ``first`` on, refusing to walk for ever."""
    on = first
    while on - first <= LONGEST_WALK:
        yield on
        on += ONE_DAY
    raise NoWorkingTime(first=first)


def add_working_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of the ``days``-th working day after the day of ``start``; that day itself is never counted."""
    if days == 0:
        return start.astimezone(UTC)
    left = days
    for on in days_from(local_date(start, calendar) + ONE_DAY):
        if is_working_day(on, calendar):
            left -= 1
            if left == 0:
                return end_of_day(on, calendar)
    raise AssertionError("days_from ends by refusing")  # pragma: no cover


def spans_from(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time from ``start`` on, as UTC instants, the first one cut at ``start``."""
    for on in days_from(local_date(start, calendar)):
        for block in blocks_of(on, calendar):
            opens = max(instant(on, block.start, calendar), start)
            closes = instant(on, block.end, calendar)
            if opens < closes:
                yield opens, closes


def add_working_time(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The instant at which ``length`` of working time has passed since ``start``."""
    start, left = start.astimezone(UTC), length
    if not left:
        return start
    for opens, closes in spans_from(start, calendar):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("spans_from ends by refusing")  # pragma: no cover


def add_working_hours(start: datetime, hours: int, calendar: Calendar) -> datetime:
    """The instant at which so many working hours have passed; lunch, nights and days off do not count."""
    return add_working_time(start, timedelta(hours=hours), calendar)


def working_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much working time lies between two instants; zero when ``end`` is not after ``start``."""
    total = timedelta()
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return total
    last = local_date(end, calendar)
    for on in days_from(local_date(start, calendar)):
        if on > last:
            return total
        for block in blocks_of(on, calendar):
            opens, closes = instant(on, block.start, calendar), instant(on, block.end, calendar)
            total += max(min(closes, end) - max(opens, start), timedelta())
    raise AssertionError("days_from ends by refusing")  # pragma: no cover


def due_at(start: datetime, allowance: Allowance, calendar: Calendar) -> datetime:
    """When a limit that began at ``start`` ends, in UTC. ``start`` must be aware of its time zone."""
    if start.tzinfo is None:
        raise ValueError("a deadline cannot be counted from a time without a time zone")
    amount = allowance.amount
    match allowance.unit:
        case Unit.MINUTE:
            return start.astimezone(UTC) + timedelta(minutes=amount)
        case Unit.HOUR:
            return start.astimezone(UTC) + timedelta(hours=amount)
        case Unit.WORKING_HOUR:
            return add_working_hours(start, amount, calendar)
        case Unit.WORKING_DAY:
            return add_working_days(start, amount, calendar)
        case Unit.DAY | Unit.WEEK:
            days = amount * (7 if allowance.unit is Unit.WEEK else 1)
            if days == 0:
                return start.astimezone(UTC)
            return instant(local_date(start, calendar) + timedelta(days=days), MINUTES_A_DAY, calendar)


def counts_working_time(unit: Unit) -> bool:
    """Whether shares of a limit in this unit are measured in working time instead of elapsed time."""
    return unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY)


def point_between(start: datetime, due: datetime, percent: int, unit: Unit, calendar: Calendar) -> datetime:
    """The instant at which ``percent`` of a limit has been used (SL-15).

    For limits in working time the share is of working time, so that a warning reaches people at work: half of
    "2 working days" promised on Friday evening is the end of Monday, not a minute on Sunday.
    """
    start, due = start.astimezone(UTC), due.astimezone(UTC)
    if counts_working_time(unit):
        total = working_time_between(start, due, calendar)
        if total:
            return min(add_working_time(start, total * percent / 100, calendar), due)
    return start + (due - start) * percent / 100


def missing_calendar_year(on: date, calendar: Calendar) -> int | None:
    """The year whose official calendar should be here by ``on`` and is not (SL-02).

    The State Council publishes next year's holidays by early November: from 1 November on the next year is expected,
    and the present year always is.
    """
    if is_assumed(on, calendar):
        return on.year
    if on.month >= 11 and is_assumed(on.year + 1, calendar):
        return on.year + 1
    return None
