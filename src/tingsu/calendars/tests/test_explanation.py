"""“Explain this deadline”: each day counted or skipped, and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingsu.calendars.arithmetic import Allowance, Unit, due_at
from tingsu.calendars.explanation import Reason, explain
from tingsu.calendars.tests.calendars import china, local
from tingsu.calendars.tests.test_arithmetic import calendar_in, instants, zones


@pytest.mark.req("SL-02")
def test_two_working_days_over_spring_festival_name_every_skipped_day() -> None:
    told = explain(local("2026-02-13 10:00"), Allowance(2, Unit.WORKING_DAY), china())
    assert [(day.on.day, day.reason, day.ordinal) for day in told.days] == [
        (13, Reason.FIRST_DAY, None),
        (14, Reason.MAKE_UP, 1),
        *[(day, Reason.HOLIDAY, None) for day in range(15, 24)],
        (24, Reason.WORKING_DAY, 2),
    ]
    assert told.days[2].name["zh-Hans"] == "春节"
    assert told.due == local("2026-02-24 18:00")
    assert told.counted == 2
    assert told.assumed_years == ()


@pytest.mark.req("SL-02")
def test_a_deadline_in_a_year_without_an_official_calendar_says_so() -> None:
    told = explain(local("2026-12-30 10:00"), Allowance(3, Unit.WORKING_DAY), china())
    assert told.assumed_years == (2027,)
    assert [day.assumed for day in told.days][-1]


@pytest.mark.req("SL-02")
def test_calendar_days_count_weekends_and_hours_have_no_days() -> None:
    told = explain(local("2026-03-06 10:00"), Allowance(3, Unit.DAY), china())
    assert [(day.on, day.reason) for day in told.days] == [
        (date(2026, 3, 6), Reason.FIRST_DAY),
        (date(2026, 3, 7), Reason.CALENDAR_DAY),
        (date(2026, 3, 8), Reason.CALENDAR_DAY),
        (date(2026, 3, 9), Reason.CALENDAR_DAY),
    ]
    assert explain(local("2026-03-06 10:00"), Allowance(24, Unit.HOUR), china()).days == ()


@pytest.mark.req("SL-02")
def test_working_hours_say_how_much_of_each_day_was_used() -> None:
    told = explain(local("2026-03-06 17:00"), Allowance(2, Unit.WORKING_HOUR), china())
    assert [(day.reason, day.minutes) for day in told.days] == [
        (Reason.WORKING_DAY, 60),
        (Reason.WEEKEND, 0),
        (Reason.WEEKEND, 0),
        (Reason.WORKING_DAY, 60),
    ]
    late = explain(local("2026-03-06 19:00"), Allowance(1, Unit.WORKING_HOUR), china())
    assert late.days[0].reason is Reason.NO_TIME_LEFT


@pytest.mark.req("SL-02")
@given(start=instants, amount=st.integers(1, 30), zone=zones)
def test_an_explanation_counts_what_the_limit_says(start, amount: int, zone: str) -> None:
    calendar = calendar_in(zone)
    for unit in (Unit.WORKING_DAY, Unit.DAY):
        told = explain(start, Allowance(amount, unit), calendar)
        assert told.counted == amount
        assert told.days[-1].counted
        assert told.due == due_at(start, Allowance(amount, unit), calendar)
