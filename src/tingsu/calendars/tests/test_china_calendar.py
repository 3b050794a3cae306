"""The shipped Chinese calendar against two independent transcriptions of the State Council's notices."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from tingsu.calendars.arithmetic import add_working_days, is_assumed, is_working_day
from tingsu.calendars.body import WEEKDAYS, read_calendar
from tingsu.calendars.checks import problems_of
from tingsu.calendars.china import official_year, shipped_body
from tingsu.calendars.tests.calendars import china, local

SHIPPED_YEARS = (2024, 2025, 2026)


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("year", SHIPPED_YEARS)
def test_every_day_agrees_with_chinesecalendar(year: int) -> None:
    assert [on for on in days_of(year) if is_working_day(on, china()) != chinese_calendar.is_workday(on)] == []


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("year", SHIPPED_YEARS)
def test_every_day_agrees_with_holidays(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    assert [on for on in days_of(year) if is_working_day(on, china()) != other.is_working_day(on)] == []


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("year", SHIPPED_YEARS)
def test_fifteen_working_days_agree_with_a_count_on_chinesecalendar(year: int) -> None:
    for start in days_of(year)[:340]:
        counted, on = 0, start
        while counted < 15:
            on += timedelta(days=1)
            counted += on.year in SHIPPED_YEARS and chinese_calendar.is_workday(on)
            if on.year not in SHIPPED_YEARS:
                break
        else:
            due = add_working_days(local(f"{start} 12:00"), 15, china())
            assert due == local(f"{on} 18:00")


@pytest.mark.req("SL-02")
def test_the_shipped_calendar_has_no_problems_and_survives_storing() -> None:
    body = shipped_body()
    assert problems_of(body) == []
    calendar = read_calendar(body, version=3)
    assert calendar.version == 3
    assert set(SHIPPED_YEARS) <= calendar.official_years


@pytest.mark.req("SL-02")
def test_a_year_that_nobody_published_is_assumed_and_not_invented() -> None:
    unknown = max(china().official_years) + 1
    assert official_year(unknown) is None
    assert is_assumed(unknown, china())
    assert not is_working_day(date(unknown, 10, 1), china())
    assert not is_assumed(2026, china())


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"day_ends": "sometime"}, "with business or at midnight"),
        ({"week": {"mon": []}}, "seven days"),
        ({"week": {day: [] for day in WEEKDAYS}}, "Nobody works"),
        ({"make_up": [["18:00", "09:00"]]}, "make-up workdays"),
        ({"fixed_holidays": [{"on": "13-40", "name": {}}]}, "13-40"),
        ({"years": {"2026": {"days_off": [], "make_up_days": []}}}, "no days off"),
        ({"years": {"2026": {"days_off": [{"on": "2025-10-01", "name": {}}], "make_up_days": []}}}, "does not lie in"),
        (
            {"years": {"2026": {"days_off": [{"on": "2026-10-01", "name": {}}] * 2, "make_up_days": []}}},
            "listed twice",
        ),
        (
            {
                "years": {
                    "2026": {
                        "days_off": [{"on": "2026-10-01", "name": {}}],
                        "make_up_days": [{"on": "2026-10-12", "name": {}}],
                    }
                }
            },
            "work on that weekday anyway",
        ),
        ({"years": {"2026": {"days_off": [{"on": "tomorrow", "name": {}}], "make_up_days": []}}}, "tomorrow"),
    ],
)
def test_a_calendar_that_cannot_be_counted_on_is_refused_in_words(change: dict, sentence: str) -> None:
    from django.utils.translation import override

    with override("en"):
        problems = problems_of({**shipped_body(), **change})
    assert any(sentence in problem for problem in problems)
