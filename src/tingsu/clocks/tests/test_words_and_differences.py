"""Limits, ends and changed versions in words, exactly as they are told."""

import copy
from datetime import date

import pytest
from django.utils.translation import override

from tingsu.calendars.china import shipped_body
from tingsu.calendars.tests.calendars import local
from tingsu.clocks.differences import calendar_differences, policy_differences
from tingsu.clocks.policy import read_policy
from tingsu.clocks.profiles import strictest
from tingsu.clocks.timers import timer
from tingsu.clocks.words import (
    breach_words,
    condition_words,
    day_words,
    end_words,
    instant_words,
    limit_words,
    limits_in_words,
    rule_words,
)

SHANGHAI = "Asia/Shanghai"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (1, "minute", "1 minute"), (15, "minute", "15 minutes"), (1, "hour", "1 hour"), (24, "hour", "24 hours"), (1, "working_hour", "1 working hour"),
        (8, "working_hour", "8 working hours"), (1, "working_day", "1 working day"), (2, "working_day", "2 working days"),
        (1, "day", "1 calendar day"), (7, "day", "7 calendar days"), (1, "week", "1 week"), (2, "week", "2 weeks"), (None, "date", "a date that was named"),
    ],
)  # fmt: skip
def test_a_limit_in_words(amount: int | None, unit: str, words: str) -> None:
    assert limit_words(amount, unit) == words


def told(name: str, when: list) -> str:
    return condition_words(timer(name), when)


def test_conditions_consequences_and_stored_lines_in_words() -> None:
    assert told("first_reply", []) == ""
    assert (
        told("first_reply", [("grade", ["high_risk"]), ("mode", ["phone", "letter"])]) == "High risk · Letter/Telephone"
    )
    assert told("first_reply", [("channel", ["weibo"])]) == "weibo"
    assert breach_words(["escalate", "alert"]) == "alert owner and supervisor, escalate one level"
    assert (breach_words(["escalate"]), breach_words([])) == ("escalate one level", "")
    assert (
        rule_words({"timer": "first_reply", "amount": 15, "unit": "working_day", "when": {"mode": ["letter"]}})
        == "15 working days (Letter)"
    )
    assert (
        rule_words({"timer": "answer", "amount": 1, "unit": "hour", "when": {}})
        == rule_words({"timer": "answer", "amount": 1, "unit": "hour"})
        == "1 hour"
    )


def test_the_limits_of_some_timers_stand_in_the_order_asked_the_general_one_first() -> None:
    told = limits_in_words(read_policy(strictest()), ["first_reply", "acknowledgement"])
    assert [(str(one.name), one.limit, one.condition) for one in told] == [
        ("First reply", "24 hours", ""), ("First reply", "15 working days", "Letter"), ("Acknowledgement", "5 minutes", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-03-10 18:00", "10 Mar 2026 18:00"), ("2026-03-10 00:00", "Mon 9 Mar 2026 24:00"), ("2026-03-10 00:00:01", "10 Mar 2026 00:00"),
        ("2026-03-10 00:01", "10 Mar 2026 00:01"), ("2026-03-10 01:00", "10 Mar 2026 01:00"),
    ],
)  # fmt: skip
def test_midnight_is_told_as_the_end_of_the_day(at: str, words: str) -> None:
    assert end_words(local(at), SHANGHAI) == words


def test_instants_are_told_on_the_wall_clock_of_the_place() -> None:
    assert instant_words(local("2026-03-10 02:30"), "Europe/London") == "9 Mar 2026 18:30"
    assert day_words(date(2026, 3, 10)) == "Tue 10 Mar 2026"


def test_two_policies_differ_by_line_condition_and_consequence() -> None:
    old, new = strictest(), strictest()
    assert policy_differences(old, new) == []
    rules = new["rules"]
    reply = next(row for row in rules if row["timer"] == "first_reply" and not row["when"])
    letter = next(row for row in rules if row["when"] == {"mode": ["letter"]})
    reply |= {"amount": 4, "warn_at": [], "on_breach": []}
    rules.remove(letter)
    rules.append(
        {**reply, "when": {"mode": ["email"]}, "amount": 2, "basis": "", "warn_at": [50], "on_breach": ["alert"]}
    )
    found = policy_differences(old, new)
    assert [(one.what.partition(" ")[2], one.before, one.after) for one in found] == [
        ("First reply", "24 hours; warns at 50, 80 %; alert owner and supervisor, escalate one level; ISC 9.1.1.2",
         "4 hours; warns at – %; nothing follows; ISC 9.1.1.2"),
        ("First reply (E-mail)", "", "2 hours; warns at 50 %; alert owner and supervisor"),
        ("First reply (Letter)", "15 working days; warns at 50, 80 %; alert owner and supervisor, escalate one level; ISC 9.1.1.3", ""),
    ]  # fmt: skip


def test_two_calendars_differ_by_zone_hours_ends_and_years() -> None:
    old, new = copy.deepcopy(shipped_body()), copy.deepcopy(shipped_body())
    assert calendar_differences(old, new) == []
    new["time_zone"], new["day_ends"] = "Asia/Urumqi", "midnight"
    new["week"]["sat"], new["week"]["fri"], new["make_up"] = [["09:00", "12:00"]], [], [["10:00", "15:00"]]
    gone = new["years"]["2026"]["days_off"].pop()
    new["years"]["2030"] = {"source": "typed", "days_off": [{"on": "2030-01-01", "name": {}}], "make_up_days": []}
    del new["years"]["2024"]
    told = {one.what: (one.before, one.after) for one in calendar_differences(old, new)}
    assert list(told) == [
        "Time zone",
        "End of a working day",
        "Friday",
        "Saturday",
        "make-up workdays",
        "2024",
        "2026",
        "2030",
    ]
    assert told["Time zone"] == ("Asia/Shanghai", "Asia/Urumqi")
    assert told["End of a working day"] == ("when business ends", "at 24:00")
    assert told["Friday"] == ("09:00-12:00, 13:30-18:00", "day off")
    assert told["Saturday"] == ("day off", "09:00-12:00")
    assert told["make-up workdays"] == ("09:00-12:00, 13:30-18:00", "10:00-15:00")
    assert told["2024"][1] == told["2030"][0] == "assumed"
    assert told["2030"][1] == "1 days off, 0 make-up workdays"
    days, work = len(old["years"]["2026"]["days_off"]), len(old["years"]["2026"]["make_up_days"])
    assert told["2026"] == (
        f"{days} days off, {work} make-up workdays: {gone['on']}",
        f"{days - 1} days off, {work} make-up workdays",
    )
