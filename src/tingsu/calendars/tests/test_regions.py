"""Calendars of regions inside the working calendar: what they take from it, what they say themselves (SL-02)."""

import copy
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from tingsu.calendars import queries
from tingsu.calendars.arithmetic import Allowance, Unit, day_kind, due_at, is_assumed
from tingsu.calendars.checks import problems_of
from tingsu.calendars.china import shipped_body
from tingsu.calendars.explanation import Reason, explain
from tingsu.calendars.regions import read_region, region_for
from tingsu.calendars.tests.calendars import local

pytestmark = pytest.mark.req("SL-02")
THIRD = {"zh-Hans": "三月三", "en": "Sanyuesan"}
GUANGXI: dict[str, Any] = {
    "name": {"zh-Hans": "广西", "en": "Guangxi"}, "units": [], "places": ["45"], "days": "beside",
    "years": {"2026": {"source": "x", "days_off": [{"on": "2026-04-20", "name": THIRD}, {"on": "2026-04-21", "name": THIRD}],
                       "make_up_days": [{"on": "2026-04-18", "name": THIRD}]}},
}  # fmt: skip
LONDON: dict[str, Any] = {
    "name": {"zh-Hans": "伦敦", "en": "London"}, "units": ["unit-1"], "places": [], "days": "own", "time_zone": "Europe/London",
    "week": {**{day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}, "sat": [], "sun": []},
    "years": {"2026": {"source": "gov.uk", "days_off": [{"on": "2026-04-03", "name": {"en": "Good Friday"}}], "make_up_days": []}},
}  # fmt: skip


def body(**regions: dict[str, Any]) -> dict[str, Any]:
    return {**copy.deepcopy(shipped_body()), "regions": copy.deepcopy(regions)}


def due(calendar: Any, start: str, days: int, zone: str = "Asia/Shanghai") -> Any:
    return due_at(local(start, zone), Allowance(days, Unit.WORKING_DAY), calendar)


def test_days_beside_the_main_calendar_are_days_more() -> None:
    guangxi = read_region(body(gx=GUANGXI), "gx", kind="calendar", version=3)
    assert (guangxi.region, guangxi.version, guangxi.time_zone) == ("gx", 3, "Asia/Shanghai")
    assert due(guangxi, "2026-04-16 10:00", 2) == local("2026-04-18 18:00"), "a make-up day of the region counts"
    assert due(guangxi, "2026-04-17 10:00", 2) == local("2026-04-22 18:00")
    told = explain(local("2026-04-17 10:00"), Allowance(2, Unit.WORKING_DAY), guangxi)
    assert [day.reason for day in told.days][-3:] == [Reason.HOLIDAY, Reason.HOLIDAY, Reason.WORKING_DAY]
    assert told.days[-2].name == THIRD
    assert day_kind(date(2026, 2, 17), guangxi) == day_kind(
        date(2026, 2, 17), read_region(body(gx=GUANGXI | {"years": {}}), "gx", kind="x", version=1)
    )
    off = GUANGXI | {
        "years": {"2026": {"source": "x", "days_off": [{"on": "2026-02-14", "name": THIRD}], "make_up_days": []}}
    }
    assert due(read_region(body(gx=off), "gx", kind="x", version=1), "2026-02-13 10:00", 1) == local(
        "2026-02-24 18:00"
    ), "a day off of the region wins over a make-up workday of the main calendar"
    works = GUANGXI | {
        "years": {"2026": {"source": "x", "days_off": [], "make_up_days": [{"on": "2026-02-17", "name": THIRD}]}}
    }
    assert due(read_region(body(gx=works), "gx", kind="x", version=1), "2026-02-16 10:00", 1) == local(
        "2026-02-17 18:00"
    ), "and a workday of the region over a holiday of the main one"


def test_a_region_of_another_country_has_its_own_days_zone_and_hours_alone() -> None:
    london = read_region(body(uk=LONDON), "uk", kind="calendar", version=1)
    assert due(london, "2026-04-02 10:00", 1, "Europe/London") == local("2026-04-06 17:00", "Europe/London")
    assert not is_assumed(2026, london)
    assert is_assumed(2025, london)
    assert london.fixed_holidays == {}, "no Chinese holiday stands in for a year that is not entered"
    assert due(london, "2026-09-30 10:00", 1, "Europe/London") == local("2026-10-01 17:00", "Europe/London")


@pytest.mark.parametrize("region", [GUANGXI, LONDON])
def test_a_leap_day_in_a_year_without_calendar_is_a_working_day_like_any_other(region: dict[str, Any]) -> None:
    calendar = read_region(body(r=region), "r", kind="calendar", version=1)
    zone = calendar.time_zone
    end = "17:00" if region is LONDON else "18:00"
    assert due(calendar, "2028-02-28 10:00", 1, zone) == local(f"2028-02-29 {end}", zone)
    assert due(calendar, "2028-02-28 10:00", 2, zone) == local(f"2028-03-01 {end}", zone)
    assert explain(local("2028-02-28 10:00", zone), Allowance(2, Unit.WORKING_DAY), calendar).assumed_years == (2028,)


def test_the_nearest_unit_goes_before_the_place() -> None:
    whole = body(gx=GUANGXI, uk=LONDON)
    assert region_for(whole, [], "45") == "gx"
    assert region_for(whole, ["unit-2", "unit-1"], "45") == "uk"
    assert region_for(whole, ["unit-2"], "44") == ""
    both = body(gx=GUANGXI | {"units": ["unit-2"]}, uk=LONDON)
    assert [region_for(both, units, "") for units in (["unit-2", "unit-1"], ["unit-1", "unit-2"])] == ["gx", "uk"]
    assert region_for(whole, [], "") == ""
    assert region_for(shipped_body(), ["unit-1"], "45") == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"name": {"zh-Hans": "广西", "en": ""}}, "Name the regional calendar in both languages."),
        ({"places": []}, "choose the units or the provinces"),
        ({"units": ["unit-1"]}, "belongs to"),
        ({"time_zone": "Mars/Base"}, "is not known"),
        ({"week": {}}, "seven days"),
        ({"years": {"2026": {"source": "x", "days_off": [{"on": "2027-01-01", "name": {}}], "make_up_days": []}}}, "does not lie in 2026"),
        ({"years": {"2026": {"source": "x", "days_off": [], "make_up_days": []}}}, "has no days off"),
        ({"days": "none"}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_region_that_could_not_be_counted_on_is_refused_in_words(changes: dict[str, Any], sentence: str) -> None:
    with override("en"):
        told = problems_of(body(uk=LONDON, gx=GUANGXI | changes))
    assert [sentence in one for one in told] == [True] * bool(sentence), told


@pytest.mark.parametrize("main", [None, 2027])
@pytest.mark.parametrize("regions", [{}, {"GX": 2027, "XJ": 2028}])
def test_each_calendar_without_official_days_is_said_by_its_own_code_the_main_one_first(
    monkeypatch: pytest.MonkeyPatch, main: int | None, regions: dict[str, int]
) -> None:
    named: Any = {code: SimpleNamespace(region_name={"zh-Hans": code, "en": f"{code}-en"}) for code in regions}
    monkeypatch.setattr(queries, "missing_year", lambda at: main)
    monkeypatch.setattr(
        queries, "missing_of_regions", lambda at: {code: (year, named[code]) for code, year in regions.items()}
    )
    at = local("2026-12-01 10:00")
    with override("en"):
        told = {code: str(words) for code, words in queries.calendar_warnings(at)}
        first = str(queries.missing_calendar_warning(at))
    expected = ([str(main)] if main else []) + [f"{code}:{year}" for code, year in regions.items()]
    assert list(told) == expected
    for code, year in regions.items():
        assert told[f"{code}:{year}"].startswith(f"{code}-en: the official holidays of {year} ")
    if main:
        assert told["2027"].startswith("The official holidays of 2027 ")
    assert first == next(iter(told.values()), "")
