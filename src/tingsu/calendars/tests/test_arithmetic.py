"""Working days and hours as tables: ordinary weeks, Spring Festival, make-up Saturdays, clock changes, 29 February."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingsu.calendars.arithmetic import (
    Allowance,
    Calendar,
    DayEnds,
    DayKind,
    Unit,
    add_working_days,
    add_working_hours,
    add_working_time,
    day_kind,
    day_name,
    due_at,
    is_working_day,
    missing_calendar_year,
    point_between,
    working_time_between,
)
from tingsu.calendars.errors import NoWorkingTime
from tingsu.calendars.tests.calendars import LUNCHTIME_WEEK, china, elsewhere, local

SHANGHAI, LONDON, NEW_YORK = "Asia/Shanghai", "Europe/London", "America/New_York"


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # An ordinary Monday: the day itself is not counted, the last day ends with business.
        ("2026-03-02 10:00", 1, "2026-03-03 18:00"),
        ("2026-03-02 00:00", 2, "2026-03-04 18:00"),
        ("2026-03-02 23:59", 2, "2026-03-04 18:00"),
        # Friday evening and the weekend begin to count on Monday.
        ("2026-03-06 19:00", 2, "2026-03-10 18:00"),
        ("2026-03-07 12:00", 2, "2026-03-10 18:00"),
        ("2026-03-08 23:59", 1, "2026-03-09 18:00"),
        # Make-up Saturday 28 February 2026, and no 29 February that year.
        ("2026-02-27 09:00", 1, "2026-02-28 18:00"),
        ("2026-02-27 09:00", 2, "2026-03-02 18:00"),
        # Spring Festival 15-23 February 2026, with a make-up workday on Saturday 14.
        ("2026-02-13 10:00", 1, "2026-02-14 18:00"),
        ("2026-02-13 10:00", 2, "2026-02-24 18:00"),
        ("2026-02-18 10:00", 1, "2026-02-24 18:00"),
        # National Day 2025 with Mid-Autumn, make-up days on Sunday 28 September and Saturday 11 October.
        ("2025-09-26 17:00", 1, "2025-09-28 18:00"),
        ("2025-09-30 17:00", 1, "2025-10-09 18:00"),
        ("2025-09-30 17:00", 3, "2025-10-11 18:00"),
        ("2025-09-30 17:00", 4, "2025-10-13 18:00"),
        # The year changes: 1-3 January 2026 off, Sunday the 4th worked.
        ("2025-12-31 10:00", 1, "2026-01-04 18:00"),
        ("2025-12-31 10:00", 2, "2026-01-05 18:00"),
        # 29 February 2024 is a Thursday like any other.
        ("2024-02-28 10:00", 1, "2024-02-29 18:00"),
        ("2024-02-29 10:00", 1, "2024-03-01 18:00"),
        # A paper letter: fifteen working days over Labour Day, with make-up Saturday 9 May.
        ("2026-04-24 09:00", 15, "2026-05-19 18:00"),
        # Beyond the official years only fixed holidays are known: 1 January 2027 is one.
        ("2026-12-31 10:00", 1, "2027-01-04 18:00"),
    ],
)
def test_working_days_end_with_business_on_the_last_counted_day(start: str, days: int, due: str) -> None:
    assert add_working_days(local(start), days, china()) == local(due)


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 09:00", 1, "2026-03-02 10:00"),
        ("2026-03-02 08:00", 1, "2026-03-02 10:00"),
        ("2026-03-02 09:00", 3, "2026-03-02 12:00"),
        ("2026-03-02 11:00", 2, "2026-03-02 14:30"),
        ("2026-03-02 12:30", 1, "2026-03-02 14:30"),
        ("2026-03-02 17:00", 1, "2026-03-02 18:00"),
        ("2026-03-02 17:59", 1, "2026-03-03 09:59"),
        ("2026-03-06 17:00", 2, "2026-03-09 10:00"),
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),
        ("2026-02-27 17:30", 4, "2026-02-28 14:00"),
        ("2026-03-02 09:00", 15, "2026-03-03 18:00"),
    ],
)
def test_working_hours_leave_out_lunch_nights_and_days_off(start: str, hours: int, due: str) -> None:
    assert add_working_hours(local(start), hours, china()) == local(due)


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("start", "allowance", "due", "zone"),
    [
        # Minutes and hours are wall-clock time, in the middle of Spring Festival as on any other day.
        ("2026-02-17 23:50", Allowance(15, Unit.MINUTE), "2026-02-18 00:05", SHANGHAI),
        ("2026-02-17 23:50", Allowance(24, Unit.HOUR), "2026-02-18 23:50", SHANGHAI),
        ("2024-02-28 12:00", Allowance(24, Unit.HOUR), "2024-02-29 12:00", SHANGHAI),
        ("2025-02-28 12:00", Allowance(24, Unit.HOUR), "2025-03-01 12:00", SHANGHAI),
        # Twenty-four hours are twenty-four hours over both clock changes.
        ("2026-03-28 12:00", Allowance(24, Unit.HOUR), "2026-03-29 13:00", LONDON),
        ("2026-10-24 12:00", Allowance(24, Unit.HOUR), "2026-10-25 11:00", LONDON),
        ("2026-03-07 12:00", Allowance(24, Unit.HOUR), "2026-03-08 13:00", NEW_YORK),
        ("2026-10-31 12:00", Allowance(24, Unit.HOUR), "2026-11-01 11:00", NEW_YORK),
        # Calendar days and weeks end at 24:00 of their last day, weekends and clock changes included.
        ("2026-03-02 10:00", Allowance(7, Unit.DAY), "2026-03-10 00:00", SHANGHAI),
        ("2026-01-31 10:00", Allowance(30, Unit.DAY), "2026-03-03 00:00", SHANGHAI),
        ("2024-02-22 10:00", Allowance(1, Unit.WEEK), "2024-03-01 00:00", SHANGHAI),
        ("2026-03-28 10:00", Allowance(1, Unit.DAY), "2026-03-30 00:00", LONDON),
        ("2026-10-24 10:00", Allowance(8, Unit.WEEK), "2026-12-20 00:00", LONDON),
        # Working days over the clock changes end at the same time on the wall.
        ("2026-03-27 10:00", Allowance(1, Unit.WORKING_DAY), "2026-03-30 18:00", LONDON),
        ("2026-10-23 10:00", Allowance(1, Unit.WORKING_DAY), "2026-10-26 18:00", LONDON),
        ("2026-03-06 10:00", Allowance(1, Unit.WORKING_DAY), "2026-03-09 18:00", NEW_YORK),
        ("2026-10-30 10:00", Allowance(1, Unit.WORKING_DAY), "2026-11-02 18:00", NEW_YORK),
        # Nothing allowed is due at once, whatever the unit.
        *[("2026-03-07 10:00", Allowance(0, unit), "2026-03-07 10:00", SHANGHAI) for unit in Unit],
    ],
)
def test_each_unit_is_counted_by_its_own_rule(start: str, allowance: Allowance, due: str, zone: str) -> None:
    calendar = china() if zone == SHANGHAI else elsewhere(zone)
    counted = due_at(local(start, zone), allowance, calendar)
    assert counted == local(due, zone)
    assert counted.tzinfo is UTC


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        # 29 March 2026 has 23 hours in London, 25 October has 25.
        ("2026-03-29 00:00", 3, "2026-03-29 04:00"),
        ("2026-03-28 22:00", 24, "2026-03-29 23:00"),
        ("2026-10-24 22:00", 24, "2026-10-25 21:00"),
    ],
)
def test_round_the_clock_hours_are_real_hours_over_clock_changes(start: str, hours: int, due: str) -> None:
    calendar = elsewhere(LONDON, round_the_clock=True)
    assert add_working_hours(local(start, LONDON), hours, calendar) == local(due, LONDON)


@pytest.mark.req("SL-02")
def test_a_calendar_may_end_its_working_days_at_midnight() -> None:
    calendar = elsewhere(SHANGHAI, day_ends=DayEnds.MIDNIGHT)
    assert add_working_days(local("2026-03-06 10:00"), 2, calendar) == local("2026-03-11 00:00")


@pytest.mark.req("SL-02")
def test_the_day_is_the_calendars_day_and_not_the_servers() -> None:
    # 00:30 on Saturday in Shanghai is still Friday in UTC.
    start = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    assert add_working_days(start, 1, china()) == local("2026-03-09 18:00")


@pytest.mark.req("SL-02")
def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        due_at(datetime(2026, 3, 2, 10), Allowance(1, Unit.HOUR), china())  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        Allowance(-1, Unit.HOUR)


@pytest.mark.req("SL-02")
def test_a_calendar_without_working_time_refuses_instead_of_counting_for_ever() -> None:
    idle = Calendar(time_zone=SHANGHAI, week=((),) * 7)
    for allowance in (Allowance(1, Unit.WORKING_DAY), Allowance(1, Unit.WORKING_HOUR)):
        with pytest.raises(NoWorkingTime):
            due_at(local("2026-03-02 10:00"), allowance, idle)
    assert due_at(local("2026-03-02 10:00"), Allowance(1, Unit.HOUR), idle) == local("2026-03-02 11:00")


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("on", "kind", "name"),
    [
        (date(2026, 2, 13), DayKind.WORKING, None),
        (date(2026, 2, 14), DayKind.MAKE_UP, "春节"),
        (date(2026, 2, 17), DayKind.HOLIDAY, "春节"),
        (date(2026, 2, 21), DayKind.HOLIDAY, "春节"),
        (date(2026, 3, 7), DayKind.WEEKEND, None),
        (date(2027, 10, 1), DayKind.HOLIDAY, "国庆节"),
        (date(2027, 2, 8), DayKind.WORKING, None),
    ],
)
def test_each_day_has_a_kind_and_a_holiday_its_name(on: date, kind: DayKind, name: str | None) -> None:
    assert day_kind(on, china()) is kind
    assert day_name(on, china()).get("zh-Hans") == name


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("on", "missing"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2025, 11, 1), None),
    ],
)
def test_next_years_calendar_is_missed_from_the_first_of_november(on: date, missing: int | None) -> None:
    assert missing_calendar_year(on, china()) == missing


@pytest.mark.req("SL-15")
@pytest.mark.parametrize(
    ("start", "allowance", "percent", "point"),
    [
        ("2026-03-02 10:00", Allowance(24, Unit.HOUR), 50, "2026-03-02 22:00"),
        ("2026-03-02 10:00", Allowance(24, Unit.HOUR), 80, "2026-03-03 05:12"),
        ("2026-03-02 10:00", Allowance(15, Unit.MINUTE), 80, "2026-03-02 10:12"),
        # Two working days promised on Friday evening: half of them is the end of Monday.
        ("2026-03-06 19:00", Allowance(2, Unit.WORKING_DAY), 50, "2026-03-09 18:00"),
        ("2026-03-06 19:00", Allowance(2, Unit.WORKING_DAY), 80, "2026-03-10 15:00"),
        ("2026-03-06 17:00", Allowance(2, Unit.WORKING_HOUR), 50, "2026-03-06 18:00"),
        ("2026-03-02 10:00", Allowance(7, Unit.DAY), 100, "2026-03-10 00:00"),
    ],
)
def test_warning_points_are_shares_of_the_time_that_counts(
    start: str, allowance: Allowance, percent: int, point: str
) -> None:
    due = due_at(local(start), allowance, china())
    assert point_between(local(start), due, percent, allowance.unit, china()) == local(point)


instants = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([SHANGHAI, LONDON, NEW_YORK, "Asia/Kathmandu", "Australia/Lord_Howe"])


def calendar_in(zone: str) -> Calendar:
    return china() if zone == SHANGHAI else elsewhere(zone)


@pytest.mark.req("SL-02")
@given(start=instants, days=st.integers(1, 40), zone=zones)
def test_exactly_so_many_working_days_lie_after_the_start(start: datetime, days: int, zone: str) -> None:
    calendar = calendar_in(zone)
    due = add_working_days(start, days, calendar)
    first, last = start.astimezone(ZoneInfo(zone)).date(), due.astimezone(ZoneInfo(zone)).date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working_day(on, calendar) for on in between) == days
    assert is_working_day(last, calendar)


@pytest.mark.req("SL-02")
@given(start=instants, minutes=st.integers(1, 60 * 8 * 12), zone=zones)
def test_working_time_added_is_the_working_time_between(start: datetime, minutes: int, zone: str) -> None:
    calendar = calendar_in(zone)
    length = timedelta(minutes=minutes)
    assert working_time_between(start, add_working_time(start, length, calendar), calendar) == length


@pytest.mark.req("SL-02")
@given(earlier=instants, later=instants, amount=st.integers(0, 30), unit=st.sampled_from(list(Unit)), zone=zones)
def test_a_later_start_is_never_due_earlier(
    earlier: datetime, later: datetime, amount: int, unit: Unit, zone: str
) -> None:
    earlier, later = sorted((earlier, later))
    calendar, allowance = calendar_in(zone), Allowance(amount, unit)
    assert due_at(earlier, allowance, calendar) <= due_at(later, allowance, calendar)


@pytest.mark.req("SL-15")
@given(start=instants, amount=st.integers(1, 20), unit=st.sampled_from(list(Unit)), zone=zones)
def test_warnings_lie_in_order_between_start_and_end(start: datetime, amount: int, unit: Unit, zone: str) -> None:
    calendar = calendar_in(zone)
    due = due_at(start, Allowance(amount, unit), calendar)
    half, most = (point_between(start, due, percent, unit, calendar) for percent in (50, 80))
    assert start <= half <= most <= due


@pytest.mark.req("SL-02")
@given(start=instants, hours=st.integers(1, 60), zone=zones)
def test_working_hours_end_inside_working_time(start: datetime, hours: int, zone: str) -> None:
    calendar = calendar_in(zone)
    due = add_working_hours(start, hours, calendar).astimezone(ZoneInfo(zone))
    minute = due.hour * 60 + due.minute + (due.second + due.microsecond / 1e6) / 60
    blocks = LUNCHTIME_WEEK[0]
    assert any(block.start < minute <= block.end for block in blocks)
