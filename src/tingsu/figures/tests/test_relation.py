"""The page on complaints and satisfaction: words, our own figures, and who was satisfied (OE-19)."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures import relation, values
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_costs import some
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to

pytestmark = [pytest.mark.django_db, pytest.mark.req("OE-19")]
MARCH = Period(date(2026, 3, 1))
RATED = {"rated_on": date(2026, 3, 11)}


def test_who_was_satisfied_stands_by_both_sides_of_each_way(cast: Cast) -> None:
    facts(
        *some(40, score=5, **RATED), *some(10, score=2, **RATED), *some(20, score=4, limits_missed=1, rated_on=date(2025, 4, 30)),
        *some(20, score=1, limits_missed=2, **RATED), *some(6, score=1, repeated=True, **RATED), *some(9),
        *some(30, score=1, rated_on=date(2025, 3, 31)), *some(30, score=1, rated_on=date(2026, 4, 1)),
    )  # fmt: skip
    with CaptureQueriesContext(connection) as spent:
        found = {str(way.name): pair for way, pair in zip(relation.WAYS, relation.pairs(MARCH), strict=True)}
    assert len(spent) == 1
    (_kept, kept), (_missed, missed) = found["in_time"].sides
    assert (kept.part, kept.whole, missed.part, missed.whole) == (40, 56, 20, 40), "of twelve months, to the day"
    assert found["in_time"].apart == pytest.approx(100 * 40 / 56 - 50)
    assert found["first_time"].apart is None, "six are no rate"
    assert found["inside"].sides[1][1].value("share") is None, "nobody went outside: nothing is divided by nothing"


def test_the_page_leads_from_the_complaint_to_who_stays(sign_in: Any, cast: Cast) -> None:
    page = reverse("figures:relation")
    with travel_to(local("2026-04-02 10:00")):
        client = sign_in(cast.supervisor)
        assert "这十二个月内没有投诉被评价" in client.get(f"{page}?period=2026-03").content.decode()
        facts(*some(40, score=5, **RATED), *some(40, score=2, limits_missed=1, **RATED))
        values.count_all()
        with CaptureQueriesContext(connection) as spent:
            told = client.get(f"{page}?period=2026-03").content.decode()
        assert len(spent) <= 25
        words = re.sub(r"<[^>]+>|\s+", " ", told)
        assert told.count('<li class="card">') == 5
        for expected in ("K-12", "KP-09a", "KP-14b"):
            assert f'/indicators/{expected}/?period=2026-03"' in told, expected
        assert "+100.0" in words
        lines = re.search(r"<tbody>(.*?)</tbody>", told, re.DOTALL)
        assert lines is not None
        assert {row.count("<t") - 1 for row in lines[1].split("</tr>")[:-1]} == {6}, (
            "each line has every cell: on a phone each stands under its head"
        )
        for odd in ("x", "2024-02", "2026", "2026-Q1", "9999-12"):
            assert client.get(f"{page}?period={odd}").status_code == 200, odd
        assert page in client.get(reverse("figures:analysis")).content.decode()
        assert sign_in(cast.frontline).get(page).status_code == 403
