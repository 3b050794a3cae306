"""Indicators: what a definition may say, what it counts, what is kept of it, and what is fair to tell (KP-01 to KP-13, MO-13)."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures import counting, fairness, indicators, periods, shown, values
from tingsu.figures.conditions import condition, summed
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import Fact, IndicatorValue
from tingsu.figures.periods import Period
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.rulebooks import publish
from tingsu.outside.tests.test_spill_over import entered
from tingsu.phone.models import Call
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import register_named
from tingsu.registers.models import EntryFacet

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1))
PLAIN: dict[str, Any] = {
    "kind": "complaint", "problem_type": "consumer", "scene": "platform", "mode": "phone", "channel": "hotline", "anonymous": False,
    "withdrawn": False, "remedy_requested": True, "state": "closed", "grade": "general", "urgency": "normal", "major": False,
    "crisis": False, "difficult": False, "repeated": False, "repeat_count": 1, "escalation_level": 1, "received_on": date(2026, 3, 2),
    "received_hour": 9, "seq": 1,
}  # fmt: skip


def facts(*several: dict[str, Any]) -> None:
    Fact.objects.bulk_create([Fact(id=new_id(), **{**PLAIN, **one}) for one in several])


def definition(**changes: Any) -> Indicator:
    row = {**indicators.INDICATORS[10], "code": "Z-1", "of": "", "among": "", "by": "received_on", **changes}
    return Indicator(row, 1)


def counted(code: str, period: Period = MARCH) -> tuple[Any, ...]:
    found = counting.count(indicators.indicators()[code], period)
    value = found.value(indicators.indicators()[code].kind)
    return found.part, found.whole, None if value is None else round(value, 2)


REFUSED = [
    ("mode ~ phone", "condition"), ("colour = red", "column"), ("id = 1", "column"), ("mode = fax", "choice"), ("mode >= phone", "sign"),
    ("score >= good", "number"), ("score >= ５", "number"), ("major = 1", "flag"), ("received_on = 2026", "day"),
    ("mode in phone, '; DROP", "choice"), ("stages = 1", "column"), ("score >= 99999999999", "number"), ("mode =", "choice"), ("|", "condition"),
]  # fmt: skip
MET = [
    ("", 4), ("mode = phone", 2), ("mode != phone", 2), ("mode in phone, letter", 3), ("score is known", 2), ("score is empty", 2),
    ("score >= 4", 1), ("score > 3; mode = letter", 0), ("score > 3 | mode = letter", 2), ("score < 4", 1), ("categories in 3, 35", 2),
    ("categories = 4", 1), ("major = yes", 1), ("major = no; mode = phone", 1), ("grade is empty", 1), ("  ;  mode=phone ; ", 2),
]  # fmt: skip


@pytest.mark.req("KP-01")
def test_a_definition_is_a_query_or_a_sentence_that_helps(cast: Cast) -> None:
    facts(
        {"score": 5, "categories": [3, 4]},
        {"score": 2, "major": True},
        {"mode": "letter", "categories": [35]},
        {"mode": "email", "grade": ""},
    )
    for words, number in MET:
        assert Fact.objects.filter(condition(words)).count() == number, words
    for words, code in REFUSED:
        with pytest.raises(TingsuError) as refused:
            condition(words)
        assert refused.value.code == code, words
    assert summed("kept_feedback + missed_feedback") == ("kept_feedback", "missed_feedback")
    for wrong in ("kept", "mode", "", "kept_push +"):
        with pytest.raises(TingsuError):
            summed(wrong)


@pytest.mark.req("KP-01")
def test_what_ships_is_whole_and_what_is_wrong_is_refused_by_field(cast: Cast) -> None:
    indicators.check(indicators.shipped())
    codes = [one["code"] for one in indicators.INDICATORS]
    assert [code for code in codes if code.startswith("K-")] == [f"K-{number:02d}" for number in range(1, 14)]  # KP-02
    groups = Counter(one["group"] for one in indicators.INDICATORS if one["code"].startswith("K-"))
    assert groups == {"setup": 4, "spill_over": 2, "spill_over_handling": 3, "internal": 4}
    good = dict(indicators.INDICATORS[10])
    for changes, field in (
        ({"code": "k11"}, "code"), ({"name": {"zh-Hans": "率"}}, "name"), ({"formula": {}}, "formula"), ({"kind": "magic"}, "kind"),
        ({"of": "nothing = 1"}, "of"), ({"of": ""}, "of"), ({"among": "x"}, "among"), ({"of": 5}, "of"), ({"target": "much"}, "target"),
        ({"target": "NaN"}, "target"), ({"direction": ""}, "direction"), ({"owner": "king"}, "owner"), ({"source": ""}, "source"),
        ({"by": "seq"}, "by"), ({"period": "week"}, "period"), ({"kind": "median", "of": "score + returns"}, "of"),
        ({"kind": "quotient", "of": "kept_push", "among": ""}, "among"), ({"kind": "spill_over", "of": "x"}, "of"),
        ({"kind": "standing", "of": "x"}, "of"), ({"among": "a" * 301}, "among"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            indicators.check({"indicators": [{**good, **changes}]})
        assert f"indicators.1.{field}" in refused.value.fields, changes
    with pytest.raises(InvalidInput):
        indicators.check({"indicators": [good, good]})


@pytest.mark.req("KP-02", "KP-04", "KP-05", "KP-06", "KP-08", "KP-09", "KP-13")
def test_shipped_indicators_count_what_their_words_say(cast: Cast) -> None:
    march, april = date(2026, 3, 31), date(2026, 4, 1)
    facts(
        {"mode": "email", "replied_after": 1440, "closed_on": march, "outcome": "accepted", "score": 4, "rated_on": april, "paid_fen": 500},
        {"mode": "internet", "replied_after": 1441, "closed_on": april, "outcome": "accepted", "score": 3, "rated_on": march},
        {"mode": "internet", "missed_first_reply": 1, "limits_missed": 1, "closed_on": march, "outcome": "exhausted", "repeated": True},
        {"mode": "internet", "state": "handling"},  # neither replied to nor late: it judges nobody yet
        {"mode": "letter", "kept_first_reply": 1, "kept_feedback": 3, "missed_feedback": 1, "escalation_level": 2},
        {"urgency": "urgent", "kept_urgent": 1, "kept_push": 1, "closed_on": march, "outcome": "unfounded_answered", "solved_at_once": True},
        {"urgency": "urgent", "kept_urgent": 1, "missed_urgent": 1, "missed_push": 1, "kept_start": 1, "cost_fen": 700, "closed_on": march},
        {"kept_start": 1, "kept_repeat": 1}, {"missed_start": 1, "missed_repeat": 1, "kind": "report"},
        {"received_on": date(2026, 2, 28), "mode": "email", "replied_after": 1}, {"received_on": april, "mode": "email", "replied_after": 1},
    )  # fmt: skip
    for code, expected in {
        "K-11": (3, 4, 75.0), "K-12": (0, 1, 0.0), "K-13": (1, 4, 25.0), "KP-04": (1, 3, 33.33), "KP-05": (1, 1, 100.0),
        "KP-06": (3, 4, 75.0), "KP-08a": (1, 2, 50.0), "KP-08b": (1, 2, 50.0), "KP-08c": (1, 2, 50.0), "KP-08d": (1, 2, 50.0),
        "KP-09a": (8, 9, 8.0), "KP-09b": (2, 2, 1440.0), "KP-09c": (2, 4, 50.0), "KP-09d": (1, 9, 11.11), "KP-13b": (1, 4, 25.0),
        "KP-13c": (4, 4, 175.0), "KP-13d": (1, 9, 11.11), "KP-13e": (4, 4, 500.0),
    }.items():  # fmt: skip
        assert counted(code) == expected, code
    # An empty month is no number, and nothing is divided by nothing.
    for code, one in indicators.indicators().items():
        found = counting.count(one, Period(date(2025, 7, 1)))
        assert found.value(one.kind) in {None, 0.0, 1.0}, code
    assert (counted("K-01"), counted("K-02")) == ((1, 1, 1.0), (0, 1, 0.0)), "a post is no appointment"
    by_mode = counting.by_dimension(indicators.indicators()["KP-09a"], MARCH, "mode")
    assert {mode: one.part for mode, one in by_mode.items()} == {"email": 1, "internet": 3, "letter": 1, "phone": 3}
    rest = counting.behind(indicators.indicators()["KP-04"], MARCH, "rest")
    assert sorted(rest.values_list("replied_after", flat=True), key=str) == [1441, None]
    assert counting.behind(indicators.indicators()["KP-06"], MARCH, "rest").count() == 1
    may = {"received_on": date(2026, 5, 4), "closed_on": date(2026, 5, 4)}
    facts({"kept_feedback": 2, **may}, {"kept_feedback": 1, **may}, {"missed_feedback": 1, **may})
    rest = counting.behind(indicators.indicators()["KP-06"], Period(date(2026, 5, 1)), "rest")
    assert [one.missed_feedback for one in rest] == [1], "the missed ones, not the kept"


@pytest.mark.req("KP-02", "OG-04")
def test_the_structure_stands_with_each_of_its_roles(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for missing, expected in (
        ("", (1, 1)), ("supervisor", (1, 0)), ("specialist", (1, 0)), ("frontline", (1, 0)), ("appointment", (0, 1)), ("qa", (1, 1)),
    ):  # fmt: skip
        monkeypatch.setattr(counting.conformity, "represented", lambda gone=missing: gone != "appointment")
        monkeypatch.setattr(
            counting.people, "active_members", lambda roles, gone=missing: () if gone in roles else (1,)
        )
        assert (counted("K-02")[0], counted("K-03")[0]) == expected, missing


@pytest.mark.req("KP-01", "KP-12")
def test_values_are_kept_with_the_version_they_were_counted_by(cast: Cast) -> None:
    facts(
        {"closed_on": date(2026, 1, 20)},
        {"closed_on": date(2026, 3, 2), "limits_missed": 1},
        {"closed_on": date(2026, 3, 3)},
    )

    def told(month: int) -> tuple[Any, ...]:
        row = IndicatorValue.objects.get(code="K-11", starts_on=date(2026, month, 1))
        return row.part, row.whole, row.version, row.settled

    with travel_to(local("2026-03-10 09:00")):
        assert values.count_due() > 0
        assert values.count_due() == 0  # a half-hour has not passed
        assert IndicatorValue.objects.filter(code="K-11").count() == 13  # twelve that ended, and the running one
        assert (told(1), told(3)) == ((1, 1, 0, True), (1, 2, 0, False))
        changed = [
            {**one, "of": "limits_missed <= 1"} if one["code"] == "K-11" else one for one in indicators.INDICATORS
        ]
        publish(actor=cast.top_mgmt.actor, kind=indicators.KIND, body={"indicators": changed})
    with travel_to(local("2026-03-10 10:00")):
        facts({"closed_on": date(2026, 1, 21), "limits_missed": 1})
        assert values.count_due() > 0
        assert told(1) == (1, 1, 0, True)  # January stands as it was counted
        assert told(2)[2] == 0  # February ended under the old definition
        assert told(3) == (2, 2, 1, False)  # the running period takes the new one
        recount = register_named("recount")
        assert recount is not None
        given = {"indicator": "K-11", "month": "2026-01-31", "reason": "补录后重算"}
        entry = open_entry(actor=cast.analyst.actor, register=recount, opening=Opening(values=given))
        assert told(1) == (2, 2, 1, True)
        assert {name: value for name, value in entry.codes.items() if "_" in name} == {
            "before_part": 1, "before_whole": 1, "after_part": 2, "after_whole": 2,
        }  # fmt: skip
    for at, settled in (("2026-04-04 23:59", False), ("2026-04-05 00:00", True)):
        with travel_to(local(at)):
            values.recount("K-11", Period(date(2026, 2, 1)))
            assert told(2)[3] is settled, "35 days after its end a period stands"
    with travel_to(local("2026-04-01 00:00")):
        publish(actor=cast.top_mgmt.actor, kind=indicators.KIND, body=indicators.shipped())
    with travel_to(local("2026-04-02 09:00")):
        versions = [
            getattr(values.definition_of("K-11", period), "version", None) for period in (MARCH, MARCH.before(-1))
        ]
    assert versions == [1, 2], "what comes into force as a month ends is of the next"
    kept = values.kept(["K-11"], MARCH)["K-11"]
    assert kept[Period(date(2026, 1, 1))].counted.value("share") == 100
    assert kept[Period(date(2026, 2, 1))].counted.value("share") is None


@pytest.mark.req("KP-11")
def test_entered_values_count_when_a_second_person_has_confirmed_them(cast: Cast) -> None:
    register = register_named("figure_value")
    assert register is not None
    one = indicators.indicators()["KP-03"]

    def enter(**changes: Any) -> Any:
        given = {
            "indicator": "KP-03",
            "month": "2026-02-28",
            "part": "850",
            "whole": "1000",
            "source": "话务月报",
            **changes,
        }
        return open_entry(actor=cast.analyst.actor, register=register, opening=Opening(values=given))

    february = Period(date(2026, 2, 1))
    with travel_to(local("2026-03-02 10:00")):
        for wrong in ({"whole": "0"}, {"part": "1001"}, {"part": ""}, {"indicator": "K-11"}):
            with pytest.raises(InvalidInput):
                enter(**wrong)
        entry = enter()
        assert counting.count(one, february) == Counted(None, None)
        with pytest.raises(TingsuError):
            take_step(actor=cast.analyst.actor, register=register, entry=entry, step="confirm")
        take_step(actor=cast.qa.actor, register=register, entry=entry, step="confirm")
        found = counting.count(one, february)
        assert (found, found.value("entered")) == (Counted(850, 1000), 85.0)
        assert one.meets(85.0) is False  # strictly above 85 %
        assert one.meets(85.1) is True
        assert counting.count(one, MARCH) == Counted(None, None)


@pytest.mark.req("KP-01", "MO-13")
def test_shares_have_intervals_and_small_numbers_stay_inside() -> None:
    for part, whole, low, high in (
        (0, 10, 0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1),
        (1, 1, 0.2065, 1),
        (950, 1000, 0.9347, 0.9619),
    ):
        found = fairness.wilson(part, whole)
        assert found is not None
        assert found == pytest.approx((low, high), abs=0.0002)
    assert fairness.wilson(0, 0) is None
    for whole, few in ((0, False), (1, True), (29, True), (30, False)):
        assert Counted(0, whole).few("share") is few
    assert not Counted(3, 3).few("count")
    table = {("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 9, ("b", "x"): 30, ("b", "y"): 40, ("b", "z"): 8, ("c", "x"): 0}
    gone = fairness.suppressed(table)
    assert ("a", "x") in gone
    assert ("c", "x") not in gone  # nobody is nobody
    # Nothing can be told from a total: each row and column lacks none or several, and those hold five or more.
    for axis in (0, 1):
        for key in {cell[axis] for cell in table}:
            hidden = [count for cell, count in table.items() if cell[axis] == key and cell in gone]
            assert not hidden or (len(hidden) > 1 and sum(hidden) >= 5), (axis, key)
    assert len(gone) == 4
    assert fairness.suppressed({("a", "x"): 5, ("a", "y"): 7}) == set()
    alone = {("a", "x"): 2}
    assert fairness.suppressed(alone) == {("a", "x")}
    assert fairness.open_totals(alone, {("a", "x")}, 0) == set()
    several = {("a", "x"): 7, ("a", "y"): 9, ("b", "x"): 6, ("b", "y"): 8}
    assert fairness.open_totals(several, {("a", "x")}, 0) == {"b"}, "the total would tell the one that is withheld"
    assert fairness.open_totals(several, {("a", "x"), ("a", "y")}, 0) == {"a", "b"}


@pytest.mark.req("KP-01")
def test_periods_are_calendar_days_of_the_organisation(cast: Cast) -> None:
    assert counting.instants(MARCH) == (local("2026-03-01 00:00"), local("2026-04-01 00:00"))
    for at, day in (("2026-03-31 23:59:59", date(2026, 3, 31)), ("2026-04-01 00:00", date(2026, 4, 1))):
        with travel_to(local(at)):
            assert values.today() == day
    assert periods.period_of(date(2028, 2, 29)).last == date(2028, 2, 29)
    assert periods.period_of(date(2028, 2, 29), "quarter") == Period(date(2028, 1, 1), "quarter")
    assert Period(date(2028, 1, 1), "quarter").last - Period(date(2028, 1, 1), "quarter").first == timedelta(days=90)
    assert periods.period_of(date(2026, 12, 31)).before(-1) == Period(date(2027, 1, 1))
    assert [one.written for one in Period(date(2026, 2, 1)).line(4)] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    day = date(2026, 3, 10)
    for written, told in (
        ("2026-02", "2026-02"), ("2026-Q1", "2026-Q1"), ("2026", "2026"), ("2026-04", "2026-03"), ("2027", "2026"), ("x", "2026-03"),
        ("2026-13", "2026-03"), ("0000", "2026"), ("1999-12", "2026-03"), ("２０２６", "2026-03"),
    ):  # fmt: skip
        assert periods.read(written, day).written == told


@pytest.mark.req("CA-32")
def test_calls_are_counted_and_desks_without_a_telephone_system_are_entered_beside(cast: Cast) -> None:
    """Strictly above 85 %: answered of those that asked for a person; March of the organisation, not of UTC."""
    one = indicators.indicators()["KP-03"]
    calls = {
        "answered": ("2026-03-01 00:00", *["2026-03-09 10:00"] * 84), "missed": ["2026-03-09 10:00"] * 14 + ["2026-03-31 23:59"],
        "menu": ["2026-03-09 10:00"] * 9, "machine": ["2026-03-09 10:00"] * 9, "closed": ["2026-03-09 10:00"] * 9,
    }  # fmt: skip
    rows = [(outcome, at) for outcome, several in calls.items() for at in several]
    rows += [("answered", "2026-02-28 23:59"), ("answered", "2026-04-01 00:00"), ("missed", "2026-01-09 10:00")]
    assert counted("KP-03") == (None, None, None)
    Call.objects.bulk_create(
        [
            Call(channel_id=new_id(), ref=str(n), outcome=outcome, started_at=local(at))
            for n, (outcome, at) in enumerate(rows)
        ]
    )
    assert counted("KP-03") == (85, 100, 85.0)
    assert counted("KP-03", Period(date(2026, 1, 1))) == (0, 1, 0.0), "nobody answered: a figure, and a bad one"
    assert one.meets(85.0) is False
    values_of_chat = {"indicator": "KP-03", "month": "2026-03-01", "part": 10, "whole": 10, "source": "在线客服系统"}
    with travel_to(local("2026-04-02 09:00")):
        register = register_named("figure_value")
        assert register is not None
        entry = open_entry(actor=cast.analyst.actor, register=register, opening=Opening(values=values_of_chat))
        assert counted("KP-03") == (85, 100, 85.0), "nobody else has confirmed it yet"
        take_step(actor=cast.supervisor.actor, entry=entry, register=register, step="confirm")
    assert counted("KP-03") == (95, 110, 86.36)
    assert one.meets(95 / 110 * 100) is True


def test_cases_in_a_thousand_of_an_entered_number_have_no_rate_by_dimension(cast: Cast) -> None:
    facts({"channel": "hotline"}, {"channel": "hotline"}, {"channel": "store"})
    one = indicators.indicators()["K-10"]
    assert counting.by_dimension(one, MARCH, "channel") == {"hotline": Counted(2, None), "store": Counted(1, None)}


@pytest.mark.req("KP-01")
def test_a_figure_is_what_its_kind_says() -> None:
    for kind, part, whole, amount, value in (
        ("share", 3, 4, None, 75.0), ("per_thousand", 3, 4, None, 750.0), ("entered_mean", 9, 2, None, 4.5), ("spill_over", 12, 10, None, 20.0),
        ("spill_over", 8, 10, None, -20.0), ("spill_over", 3, 0, None, None), ("share", None, 4, None, None), ("median", 3, 4, 7, 7.0),
        ("sum", 3, 4, None, None), ("count", 0, None, None, 0.0),
    ):  # fmt: skip
        assert Counted(part, whole, amount).value(kind) == value, (kind, part, whole)
    told = {kind for kind in indicators.KINDS if Counted(3, 29).few(kind)}
    assert told == {"share", "quotient", "calls", "survey", "entered"}, "a change of two counts is no rate of few cases"
    assert Counted(31, 30).interval("share") is None, "more than its whole is no share"
    assert {kind for kind in indicators.KINDS if Counted(30, 40).interval(kind)} == told
    for direction, kept in (
        ("at_least", (False, True, True)), ("above", (False, False, True)), ("at_most", (True, True, False)), ("below", (True, False, False)),
    ):  # fmt: skip
        one = definition(direction=direction, target="85")
        assert tuple(one.meets(value) for value in (84.9, 85.0, 85.1)) == kept, direction
    for minutes, words in ((59, ["59"]), (60, ["1", "0"]), (119, ["1", "59"]), (1475, ["24", "35"])):
        assert re.findall(r"\d+", shown.duration_words(minutes)) == words


@pytest.mark.req("KP-05")
def test_spill_over_is_compared_with_the_period_before_in_days_of_the_organisation(cast: Cast) -> None:
    for at in (
        "2026-02-01 00:00", "2026-02-28 23:59", "2026-03-01 00:00", "2026-03-10 09:00", "2026-03-31 23:59",
    ):  # fmt: skip
        with travel_to(local(at)):
            entry = entered(cast.frontline, reference=at)
        EntryFacet.objects.filter(entry=entry).update(opened_at=local(at))  # to the second, however slow the test is
    assert counted("K-05", periods.period_of(MARCH.first, indicators.indicators()["K-05"].period)) == (3, 2, 50.0)
