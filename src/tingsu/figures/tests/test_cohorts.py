"""Cohorts: months of receipt, each complaint looked at after the same time; young months, few cases, small numbers in files (MO-06, MO-13)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures.cohort_pages import outside
from tingsu.figures.cohorts import MINUTES_A_WEEK, OPEN, cohorts, ended_with, read_weeks
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), "month")


def some(number: int, on: date = date(2026, 1, 10), **more: Any) -> list[dict[str, Any]]:
    return [{"received_on": on, **more} for _one in range(number)]


def closed(weeks: float, outcome: str) -> dict[str, Any]:
    return {"closed_after": round(weeks * MINUTES_A_WEEK), "outcome": outcome}


@pytest.mark.req("MO-06", "MO-08")
def test_each_complaint_is_looked_at_after_the_same_time(cast: Cast) -> None:
    facts(
        *some(20, **closed(1, "resolved")), *some(6, **closed(3.9, "unfounded_answered")), *some(5, **closed(4.1, "resolved")), *some(9),
        *some(2, on=date(2026, 3, 1)), *some(1, on=date(2025, 3, 31)), *some(4, on=date(2024, 1, 5)),
    )  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = cohorts(Q(), MARCH, 4, date(2026, 3, 2))
    assert len(asked) == 1
    assert [one.month.written for one in found][::11] == ["2025-04", "2026-03"], "twelve months, the empty ones too"
    january = next(one for one in found if one.month.written == "2026-01")
    assert january.received == 40
    assert january.closed == {1: 20, 2: 20, 4: 26, 8: 31, 13: 31, 26: 31}
    assert january.became == {"resolved": 20, "unfounded_answered": 6, OPEN: 14}, "what came later had not come then"
    assert (january.is_whole(4), january.is_whole(8)) == (True, False)
    assert january.share(26) == 65.0
    assert found[-1].share(2) is None, "two are no rate"
    assert not found[-1].is_whole(1)
    edge = cohorts(Q(), MARCH, 4, date(2026, 2, 28))[-3]
    assert (edge.is_whole(4), edge.is_whole(2)) == (False, True), (
        "the last of January is exactly four weeks old: not yet"
    )


@pytest.mark.req("MO-06")
def test_an_empty_year_and_a_question_that_makes_no_sense(cast: Cast) -> None:
    found = cohorts(Q(), MARCH, 4, date(2026, 3, 2))
    assert {(one.received, one.share(0)) for one in found} == {(0, None)}
    assert list(outside(found, 4)) == []
    assert [read_weeks(one) for one in ("8", "", "7", "x", "-1")] == [8, 4, 4, 4, 4]
    today = date(2026, 3, 2)
    assert ended_with(Period(date(2026, 1, 1), "year"), today) == MARCH
    assert ended_with(Period(date(2025, 4, 1), "quarter"), today).written == "2025-06"


@pytest.mark.req("MO-06", "MO-13", "PS-11")
def test_the_page_and_its_file_which_withholds_small_numbers(client: Client, cast: Cast, sign_in: Any) -> None:
    facts(
        *some(20, **closed(1, "resolved")), *some(3, **closed(1, "unfounded_answered")), *some(12), *some(9, kind="report", **closed(1, "resolved")),
    )  # fmt: skip
    page, file = reverse("figures:cohorts"), reverse("figures:cohorts_file", args=["csv"])
    with travel_to(local("2026-03-10 10:00")):
        sign_in(cast.frontline)
        assert [client.get(one).status_code for one in (page, file)] == [403, 403]
        sign_in(cast.analyst)
        client.cookies["tingsu_language"] = "en"
        shown = client.get(page)
        row = next(line for line in shown.context["becoming"] if line[0] == "2026-01")
        assert (row[1], [cell[0] for cell in row[2]]) == (35, ["20 · 57 %", "3 · 9 %", "12 · 34 %"])
        assert next(line for line in shown.context["closing"] if line[0] == "2026-01")[2][3] is None, (
            "eight weeks have not passed"
        )
        assert client.get(page + "?where=kind:report&after=1").context["becoming"][-3][1] == 9
        told = client.get(file)
        text = b"".join(told.streaming_content).decode() if told.streaming else told.content.decode()
        lines = [line.split(",") for line in text.splitlines()[1:]]
        withheld = [line[2] for line in lines if "withheld" in line[-1]]
        assert len(withheld) == 2, "the small one, and another that no total gives it away"
        assert "3" not in [line[-1] for line in lines]
        assert client.get(reverse("figures:cohorts_file", args=["pdf"])).status_code == 404
        assert client.get(page + "?period=2020-01").context["any"] is False
