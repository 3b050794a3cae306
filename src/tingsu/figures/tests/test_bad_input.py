"""Bad input of figures as a table: a clear sentence, nothing lost, no division by zero before a person (KP-01, KP-12, MO-13)."""

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures import counting, indicators, values
from tingsu.figures.counting import Counted
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_indicators import definition, facts
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db
PAGES = (
    "desk:board", "desk:board_wall", "figures:indicators", "figures:analysis", "figures:costs", "figures:stages", "figures:cohorts",
    "figures:relation",
)  # fmt: skip
PERIODS = (
    "", "2026-02", "2024-02", "2028-02", "2026-Q1", "2026", "2026-13", "2026-00", "0000-01", "9999-12", "x", "2026-02-29", "-1", "%00",
    "2026-02" * 40,
)  # fmt: skip


NO_NUMBER = re.compile(r"\b(NaN|Infinity|division)\b|\b(nan|inf|None) %")
"""As words of their own: a form's random token may hold such letters in the middle."""


@pytest.mark.req("KP-01", "MO-06")
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_month_and_a_period_that_is_none_are_pages(cast: Cast, sign_in: Any, page: str) -> None:
    with travel_to(local("2028-02-29 10:00")):
        client = sign_in(cast.supervisor)
        for written in PERIODS:
            answer = client.get(reverse(page), {"period": written})
            assert answer.status_code == 200, written
            told = answer.content.decode()
            assert not NO_NUMBER.search(told), written


@pytest.mark.req("KP-01")
@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("of", "colour = red", "colour"), ("of", "score >= ", "score"), ("of", "score ~ 4", "score ~ 4"), ("of", "", ""),
        ("among", "score in", "score in"), ("among", "no_such_field is known", "no_such_field"), ("target", "ninety", "95"), ("target", "1e99", "95"),
        ("target", "NaN", "95"), ("alert", "Infinity", "85"), ("code", "very long code", "K-11"), ("period", "fortnight", ""),
        ("by", "yesterday", ""),
    ],
)  # fmt: skip
def test_a_formula_that_names_what_is_not_there_is_refused_by_field_with_the_part_in_question(
    cast: Cast, field: str, typed: str, says: str
) -> None:
    good = {**definition().row, "kind": "share", "of": "score >= 4", "direction": "at_least"}
    indicators.check({"indicators": [good]})
    with pytest.raises(InvalidInput) as refused:
        indicators.check({"indicators": [{**good, field: typed}]})
    assert says in str(refused.value.fields[f"indicators.1.{field}"])


@pytest.mark.req("KP-01", "KP-12")
def test_nothing_is_divided_by_nothing(cast: Cast) -> None:
    for kind in indicators.KINDS:
        nothing = Counted(0, 0, None)
        assert nothing.value(kind) in {None, 0}, kind
        assert Counted(None, None).value(kind) is None, kind
    one = indicators.indicators()["K-12"]
    empty = counting.count(one, Period(date(2024, 2, 1)))
    assert empty.value("share") is None
    assert empty.interval("share") is None


@pytest.mark.req("KP-12")
def test_a_definition_changed_in_mid_period_counts_from_the_period_whose_end_it_sees(cast: Cast) -> None:
    on = {"received_on": date(2026, 2, 10), "closed_on": date(2026, 2, 20), "outcome": "accepted"}
    facts(*[{**on, "limits_missed": int(n < 20)} for n in range(40)])
    with travel_to(local("2026-02-25 10:00")):
        values.count_all()
        february = Period(date(2026, 2, 1))
        before = values.kept(["K-11"], february)["K-11"][february]
        body = indicators.shipped()
        body["indicators"] = [{**row, "target": "50"} if row["code"] == "K-11" else row for row in body["indicators"]]
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=indicators.KIND, body=body)
        values.count_all()
        after = values.kept(["K-11"], february)["K-11"][february]
    assert (before.version, after.version) == (0, 1), "the running period is counted by the one in force"
    assert (after.counted.part, after.counted.whole) == (20, 40), "nothing is lost"


@pytest.mark.req("KP-01", "MS-34")
@pytest.mark.parametrize(
    ("day", "first", "last"), [("2028-02-29", "2028-02-01", "2028-02-29"), ("2027-02-28", "2027-02-01", "2027-02-28")]
)
def test_a_month_ends_where_the_calendar_ends_it(day: str, first: str, last: str) -> None:
    period = Period(date.fromisoformat(first))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.line(13)[0].last.isoformat()[:7] == f"{int(first[:4]) - 1}-02"
