"""Why a deadline falls when it falls: each day counted or skipped, and the reason (issue item 3, SL-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from tingsu.calendars.arithmetic import (
    ONE_DAY,
    Allowance,
    Calendar,
    DayKind,
    Unit,
    day_kind,
    day_name,
    due_at,
    is_assumed,
    local_date,
    working_time_between,
)


class Reason(StrEnum):
    """Why one day was counted or skipped."""

    FIRST_DAY = "first_day"
    WORKING_DAY = "working_day"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CALENDAR_DAY = "calendar_day"
    NO_TIME_LEFT = "no_time_left"


REASON_OF_KIND = {
    DayKind.WORKING: Reason.WORKING_DAY,
    DayKind.MAKE_UP: Reason.MAKE_UP,
    DayKind.WEEKEND: Reason.WEEKEND,
    DayKind.HOLIDAY: Reason.HOLIDAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One day of an explanation: ``ordinal`` is its number among the counted days, or None when skipped.

    ``minutes`` is the working time of the day that was used, for limits in working hours; ``name`` the holiday.
    """

    on: date
    counted: bool
    reason: Reason
    ordinal: int | None = None
    minutes: int | None = None
    name: Mapping[str, str]
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A deadline with everything it was counted from."""

    start: datetime
    due: datetime
    allowance: Allowance
    time_zone: str
    days: tuple[DayLine, ...]
    assumed_years: tuple[int, ...]

    @property
    def counted(self) -> int:
        """How many days were counted."""
        return sum(1 for day in self.days if day.counted)


def explain(start: datetime, allowance: Allowance, calendar: Calendar) -> Explanation:
    """Count ``allowance`` from ``start`` again and say of each day whether it was counted, and why.

    Limits in minutes and hours run on wall-clock time, so there are no days to explain.
    """
    due = due_at(start, allowance, calendar)
    start = start.astimezone(UTC)
    days: tuple[DayLine, ...] = ()
    match allowance.unit:
        case Unit.WORKING_DAY | Unit.DAY | Unit.WEEK:
            days = _days_counted(start, due, allowance.unit, calendar)
        case Unit.WORKING_HOUR:
            days = _days_of_hours(start, due, calendar)
    assumed = sorted({day.on.year for day in days if day.assumed})
    return Explanation(
        start=start,
        due=due,
        allowance=allowance,
        time_zone=calendar.time_zone,
        days=days,
        assumed_years=tuple(assumed),
    )


def _last_day(due: datetime, calendar: Calendar) -> date:
    """The day a deadline belongs to: 24:00 belongs to the day it ends."""
    return local_date(due - timedelta(microseconds=1), calendar)


def _line(on: date, calendar: Calendar, *, counted: bool, reason: Reason, **more: int | None) -> DayLine:
    return DayLine(
        on=on,
        counted=counted,
        reason=reason,
        name=day_name(on, calendar),
        assumed=is_assumed(on, calendar),
        **more,
    )


def _days_counted(start: datetime, due: datetime, unit: Unit, calendar: Calendar) -> tuple[DayLine, ...]:
    first, last = local_date(start, calendar), _last_day(due, calendar)
    lines = [_line(first, calendar, counted=False, reason=Reason.FIRST_DAY)]
    ordinal, on = 0, first + ONE_DAY
    while on <= last:
        kind = day_kind(on, calendar)
        counted = unit is not Unit.WORKING_DAY or kind in (DayKind.WORKING, DayKind.MAKE_UP)
        reason = REASON_OF_KIND[kind] if unit is Unit.WORKING_DAY else Reason.CALENDAR_DAY
        ordinal += counted
        lines.append(_line(on, calendar, counted=counted, reason=reason, ordinal=ordinal if counted else None))
        on += ONE_DAY
    return tuple(lines)


def _days_of_hours(start: datetime, due: datetime, calendar: Calendar) -> tuple[DayLine, ...]:
    lines = []
    on, last = local_date(start, calendar), _last_day(due, calendar)
    ordinal = 0
    while on <= last:
        midnight = datetime.combine(on, datetime.min.time(), calendar.zone)
        ends = datetime.combine(on + ONE_DAY, datetime.min.time(), calendar.zone)
        used = working_time_between(max(start, midnight), min(due, ends), calendar)
        minutes = int(used.total_seconds() // 60)
        kind = day_kind(on, calendar)
        reason = REASON_OF_KIND[kind]
        if not used and kind in (DayKind.WORKING, DayKind.MAKE_UP):
            reason = Reason.NO_TIME_LEFT
        ordinal += bool(used)
        lines.append(
            _line(on, calendar, counted=bool(used), reason=reason, ordinal=ordinal if used else None, minutes=minutes)
        )
        on += ONE_DAY
    return tuple(lines)
