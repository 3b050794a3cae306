"""What a day of a calendar is, hour by hour, and how the stored form is read and refused."""

import copy
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from tingsu.calendars import body as stored
from tingsu.calendars.arithmetic import (
    LONGEST_WALK,
    Allowance,
    Block,
    Calendar,
    DayEnds,
    DayKind,
    Unit,
    add_working_time,
    blocks_of,
    counts_working_time,
    day_kind,
    day_name,
    days_from,
    due_at,
    end_of_day,
    instant,
    is_assumed,
    is_working_day,
    local_date,
    point_between,
    working_time_between,
)
from tingsu.calendars.checks import problems_of
from tingsu.calendars.china import FIXED_HOLIDAYS, official_year, shipped_body
from tingsu.calendars.errors import NoWorkingTime
from tingsu.calendars.explanation import Reason, explain
from tingsu.calendars.tests.calendars import china, elsewhere, local

OFFICE = (Block(540, 720), Block(810, 1080))
SATURDAY_WORK = (Block(600, 900),)
NAME = {"zh-Hans": "厂庆", "en": "Founding day"}


def calendar(**changes: object) -> Calendar:
    values: dict = {
        "time_zone": "Asia/Shanghai", "week": (OFFICE,) * 5 + ((), ()), "make_up_blocks": SATURDAY_WORK,
        "fixed_holidays": {(3, 4): NAME, (3, 5): NAME}, "official_years": frozenset({2026}),
        "days_off": {date(2026, 3, 6): {"zh-Hans": "调休", "en": "Bridge day"}}, "make_up_days": {date(2026, 3, 7): NAME},
    }  # fmt: skip
    return Calendar(**{**values, **changes})


@pytest.mark.parametrize(
    ("on", "kind", "works", "name", "blocks"),
    [
        (date(2026, 3, 3), DayKind.WORKING, True, {}, OFFICE),
        # A fixed holiday stands in for a year that was not published, and only for that.
        (date(2026, 3, 4), DayKind.WORKING, True, {}, OFFICE),
        (date(2027, 3, 4), DayKind.HOLIDAY, False, NAME, ()),
        (date(2027, 3, 3), DayKind.WORKING, True, {}, OFFICE),
        (date(2026, 3, 6), DayKind.HOLIDAY, False, {"zh-Hans": "调休", "en": "Bridge day"}, ()),
        # A made-up Saturday has hours of its own.
        (date(2026, 3, 7), DayKind.MAKE_UP, True, NAME, SATURDAY_WORK),
        (date(2026, 3, 8), DayKind.WEEKEND, False, {}, ()),
        (date(2026, 3, 9), DayKind.WORKING, True, {}, OFFICE),
    ],
)
def test_a_day_has_its_kind_its_name_and_its_hours(
    on: date, kind: DayKind, works: bool, name: dict, blocks: tuple[Block, ...]
) -> None:
    days = calendar()
    assert day_kind(on, days) is kind
    assert is_working_day(on, days) is works
    assert day_name(on, days) == name
    assert blocks_of(on, days) == blocks


def test_a_make_up_day_wins_over_a_day_off_and_borrows_hours_when_it_has_none() -> None:
    both = calendar(days_off={date(2026, 3, 7): {"zh-Hans": "休", "en": "off"}})
    assert (day_kind(date(2026, 3, 7), both), day_name(date(2026, 3, 7), both)) == (DayKind.MAKE_UP, NAME)
    own = calendar(make_up_blocks=(), week=(OFFICE,) * 5 + ((Block(480, 600),), ()))
    assert blocks_of(date(2026, 3, 7), own) == (Block(480, 600),)
    assert blocks_of(date(2026, 3, 7), calendar(make_up_blocks=())) == OFFICE
    monday = (Block(60, 120),)
    assert (
        blocks_of(date(2026, 3, 7), calendar(make_up_blocks=(), week=(monday, OFFICE, OFFICE, OFFICE, OFFICE, (), ())))
        == monday
    )


def test_a_limit_on_a_made_up_saturday_ends_with_its_own_hours() -> None:
    days = calendar()
    assert due_at(local("2026-03-05 10:00"), Allowance(1, Unit.WORKING_DAY), days) == local("2026-03-07 15:00")
    assert due_at(local("2026-03-05 17:00"), Allowance(2, Unit.WORKING_HOUR), days) == local("2026-03-07 11:00")
    assert working_time_between(local("2026-03-07 00:00"), local("2026-03-08 00:00"), days) == timedelta(hours=5)


def test_a_day_ends_with_business_at_midnight_or_where_nobody_works_at_midnight() -> None:
    assert end_of_day(date(2026, 3, 3), calendar()) == local("2026-03-03 18:00")
    assert end_of_day(date(2026, 3, 8), calendar()) == local("2026-03-09 00:00")
    assert end_of_day(date(2026, 3, 3), calendar(day_ends=DayEnds.MIDNIGHT)) == local("2026-03-04 00:00")


def test_a_minute_of_a_day_is_an_instant_over_midnight_and_clock_changes() -> None:
    london = elsewhere("Europe/London")
    assert instant(date(2026, 3, 3), 0, calendar()) == local("2026-03-03 00:00")
    assert instant(date(2026, 3, 3), 1439, calendar()) == local("2026-03-03 23:59")
    assert instant(date(2026, 3, 3), 1440, calendar()) == local("2026-03-04 00:00")
    # 01:30 does not exist on 29 March and comes twice on 25 October: the earlier reading is taken.
    assert instant(date(2026, 3, 29), 90, london) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), 90, london) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(date(2026, 3, 3), 540, london).tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_the_day_changes_at_midnight_in_beijing(at: datetime, on: date) -> None:
    assert local_date(at, calendar()) == on


def test_a_walk_goes_on_for_twenty_years_and_not_a_day_longer() -> None:
    walk = days_from(date(2026, 1, 1))
    assert next(walk) == date(2026, 1, 1)
    assert next(walk) == date(2026, 1, 2)
    seen = []
    with pytest.raises(NoWorkingTime):
        for day in days_from(date(2026, 1, 1)):
            seen.append(day)
    assert max(seen) == date(2026, 1, 1) + LONGEST_WALK == date(2046, 1, 16)


def test_years_are_official_or_assumed() -> None:
    assert [is_assumed(year, calendar()) for year in (2025, 2026, 2027)] == [True, False, True]
    assert [is_assumed(date(year, 12, 31), calendar()) for year in (2025, 2026, 2027)] == [True, False, True]


def test_working_time_between_two_instants_counts_only_hours_of_work() -> None:
    days = calendar()
    for start, end, hours in (
        ("2026-03-02 09:00", "2026-03-02 18:00", 7.5), ("2026-03-02 11:00", "2026-03-02 14:30", 2), ("2026-03-02 12:00", "2026-03-02 13:30", 0),
        ("2026-03-02 17:00", "2026-03-03 10:00", 2), ("2026-03-02 08:00", "2026-03-02 09:00", 0), ("2026-03-02 10:00", "2026-03-02 10:00", 0),
        ("2026-03-03 10:00", "2026-03-02 10:00", 0), ("2026-03-06 00:00", "2026-03-09 09:00", 5),
    ):  # fmt: skip
        assert working_time_between(local(start), local(end), days) == timedelta(hours=hours), start
    assert add_working_time(local("2026-03-02 17:00"), timedelta(), days) == local("2026-03-02 17:00")
    assert add_working_time(local("2026-03-02 09:00"), timedelta(hours=3), days) == local("2026-03-02 12:00")
    assert add_working_time(local("2026-03-02 09:00"), timedelta(hours=3, seconds=1), days) == local(
        "2026-03-02 13:30:01"
    )


def test_a_share_of_a_limit_is_of_working_time_only_where_there_is_some() -> None:
    days = calendar()
    assert {unit for unit in Unit if counts_working_time(unit)} == {Unit.WORKING_HOUR, Unit.WORKING_DAY}
    sunday = (local("2026-03-08 10:00"), local("2026-03-08 20:00"))
    assert point_between(*sunday, 50, Unit.WORKING_DAY, days) == local("2026-03-08 15:00")
    assert point_between(local("2026-03-02 09:00"), local("2026-03-02 18:00"), 40, Unit.WORKING_HOUR, days) == local(
        "2026-03-02 12:00"
    )
    assert point_between(local("2026-03-02 09:00"), local("2026-03-02 18:00"), 40, Unit.HOUR, days) == local(
        "2026-03-02 12:36"
    )
    # The share never lies after the end, even when the end falls into a break.
    assert point_between(local("2026-03-02 09:00"), local("2026-03-02 12:30"), 100, Unit.WORKING_HOUR, days) == local(
        "2026-03-02 12:00"
    )


def test_an_explanation_names_each_day_why_it_counts_and_which_years_are_assumed() -> None:
    told = explain(local("2026-03-05 17:00"), Allowance(2, Unit.WORKING_DAY), calendar())
    assert [(day.on.day, day.counted, day.reason, day.ordinal, day.minutes) for day in told.days] == [
        (5, False, Reason.FIRST_DAY, None, None), (6, False, Reason.HOLIDAY, None, None), (7, True, Reason.MAKE_UP, 1, None),
        (8, False, Reason.WEEKEND, None, None), (9, True, Reason.WORKING_DAY, 2, None),
    ]  # fmt: skip
    assert (told.counted, told.assumed_years, told.time_zone) == (2, (), "Asia/Shanghai")
    hours = explain(local("2026-03-05 16:00"), Allowance(3, Unit.WORKING_HOUR), calendar())
    assert [(day.on.day, day.counted, day.reason, day.ordinal, day.minutes) for day in hours.days] == [
        (5, True, Reason.WORKING_DAY, 1, 120), (6, False, Reason.HOLIDAY, None, 0), (7, True, Reason.MAKE_UP, 2, 60),
    ]  # fmt: skip
    evening = explain(local("2026-03-03 18:00"), Allowance(1, Unit.WORKING_HOUR), calendar())
    assert [(day.counted, day.reason) for day in evening.days] == [
        (False, Reason.NO_TIME_LEFT),
        (True, Reason.WORKING_DAY),
    ]
    week = explain(local("2026-12-29 10:00"), Allowance(1, Unit.WEEK), calendar())
    assert [day.reason for day in week.days] == [Reason.FIRST_DAY] + [Reason.CALENDAR_DAY] * 7
    assert (week.days[-1].on, week.counted, week.assumed_years) == (date(2027, 1, 5), 7, (2027,))
    assert [day.assumed for day in week.days] == [False] * 3 + [True] * 5
    assert explain(local("2026-03-05 17:00"), Allowance(2, Unit.HOUR), calendar()).days == ()


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("9:05", 545), (" 09:30 ", 570), ("23:59", 1439), ("24:00", 1440)]
)
def test_a_time_is_read_as_minutes_and_written_back(text: str, minute: int) -> None:
    assert stored.read_minute(text) == minute
    assert stored.read_minute(stored.write_minute(minute)) == minute
    assert len(stored.write_minute(minute)) == 5


@pytest.mark.parametrize(
    "text", ["", "9", "9:5", "09:60", "24:01", "25:00", "009:00", "-1:00", "九:00", "９:00", "09:0٠", "a:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        stored.read_minute(text)


def test_hours_stand_in_order_and_may_touch_but_not_overlap() -> None:
    assert stored.read_blocks([["09:00", "12:00"], ["12:00", "18:00"]]) == (Block(540, 720), Block(720, 1080))
    for wrong in (
        [["09:00", "09:00"]],
        [["12:00", "09:00"]],
        [["09:00", "12:01"], ["12:00", "18:00"]],
        [["13:00", "14:00"], ["09:00", "10:00"]],
    ):
        with pytest.raises(ValueError, match=wrong[0][0]):
            stored.read_blocks(wrong)


def problems(**changes: object) -> list[str]:
    with override("en"):
        return problems_of({**copy.deepcopy(shipped_body()), **changes})


WEEK = shipped_body()["week"]
YEAR = {"source": "typed", "days_off": [{"on": "2027-01-01", "name": NAME}], "make_up_days": []}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"time_zone": "Asia/Nowhere"}, ["time zone “Asia/Nowhere” is not known"]),
        ({"time_zone": ""}, ["time zone “” is not known"]),
        ({"day_ends": "noon"}, ["ends with business or at midnight"]),
        ({"day_ends": "midnight"}, []),
        ({"week": {"mon": []}}, ["needs its seven days"]),
        ({"week": {**WEEK, "tue": [["12:00", "09:00"]]}}, ["hours of Tuesday cannot be read"]),
        ({"week": {day: [] for day in WEEK}}, ["Nobody works in this week"]),
        ({"make_up": [["09:00"]]}, ["hours of make-up workdays cannot be read"]),
        ({"fixed_holidays": [{"on": "13-01", "name": NAME}]}, ["fixed holiday “13-01”"]),
        ({"fixed_holidays": [{"name": NAME}]}, ["fixed holiday “”"]),
        ({"fixed_holidays": [{"on": "02-29", "name": NAME}]}, []),
        ({"years": None}, ["years of the calendar are missing"]),
        ({"years": {"2027": YEAR}}, []),
        ({"years": {"2028": YEAR}}, ["2027-01-01 does not lie in 2028"]),
        ({"years": {"2027": {**YEAR, "days_off": []}}}, ["2027 has no days off"]),
        ({"years": {"2027": {**YEAR, "days_off": [{"on": "soon"}]}}}, ["“soon” is not a date"]),
        ({"years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-01"}]}}}, ["2027-01-01 is listed twice", "people work on that weekday anyway"]),
        ({"years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-09"}]}}}, []),
        ({"years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-10"}]}}}, []),
        ({"years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-11"}]}}}, ["people work on that weekday anyway"]),
        ({"week": {**WEEK, "mon": []}, "years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-11"}]}}}, []),
        ({"week": {**WEEK, "sat": WEEK["mon"]}, "years": {"2027": {**YEAR, "make_up_days": [{"on": "2027-01-09"}]}}}, []),
    ],
)  # fmt: skip
def test_a_calendar_that_makes_no_sense_is_refused_in_words(changes: dict, sentences: list[str]) -> None:
    found = problems(**changes)
    assert len(found) == len(sentences), found
    assert all(any(sentence in problem for problem in found) for sentence in sentences), found


def test_the_stored_form_is_read_whole() -> None:
    body = copy.deepcopy(shipped_body())
    body |= {"time_zone": "Europe/London", "day_ends": "midnight", "make_up": [["10:00", "15:00"]], "years": {"2026": {
        "source": "typed", "days_off": [{"on": "2026-03-06", "name": NAME}], "make_up_days": [{"on": "2026-03-07", "name": NAME}]}}}  # fmt: skip
    read = stored.read_calendar(body, code="other", version=7)
    assert (read.code, read.version, read.time_zone, read.day_ends) == ("other", 7, "Europe/London", DayEnds.MIDNIGHT)
    assert (read.week, read.make_up_blocks) == ((OFFICE,) * 5 + ((), ()), SATURDAY_WORK)
    assert (read.days_off, read.make_up_days) == ({date(2026, 3, 6): NAME}, {date(2026, 3, 7): NAME})
    assert set(read.fixed_holidays) == {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
    assert read.official_years == frozenset({2026})
    assert [stored.weekday_label(day) for day in ("mon", "sun", "make_up")]


def test_the_shipped_calendar_is_mainland_chinas() -> None:
    body = shipped_body()
    assert (body["time_zone"], body["day_ends"]) == ("Asia/Shanghai", "business")
    office = [["09:00", "12:00"], ["13:30", "18:00"]]
    assert body["week"] == {day: office if day not in {"sat", "sun"} else [] for day in stored.WEEKDAYS}
    assert body["make_up"] == office
    assert sorted(body["years"])[0] == "2024"
    assert [on for on, _name in FIXED_HOLIDAYS] == ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
    assert official_year(1999) is None
    assert china().official_years >= {2024, 2025, 2026}
