"""Costs beside satisfaction and loyalty: what was at stake, what was avoided, who comes back; charts as files (KP-14, MO-06, MO-08, MO-13)."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures import costs, counting, indicators, surveys, values
from tingsu.figures.analysis import read
from tingsu.figures.cost_pages import outside
from tingsu.figures.counting import Counted
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_indicators import counted, definition, facts
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1))
CLOSED: dict[str, Any] = {"closed_on": date(2026, 3, 10), "outcome": "accepted"}


def some(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{**CLOSED, **more} for _one in range(number)]


@pytest.mark.req("KP-14")
def test_what_was_at_stake_and_what_was_avoided(cast: Cast) -> None:
    facts(
        *some(3, repeated=True, asked_fen=1000, avoided_fen=600, paid_fen=400, cost_fen=50),
        *some(2, grade="high_risk", outside=True, outside_fen=9000, asked_fen=5000),
        *some(1, outcome="exhausted", limits_missed=1), *some(4, asked_fen=100, avoided_fen=100),
        *some(3, closed_on=date(2025, 4, 1), outside=True, outside_fen=3000), *some(1, closed_on=date(2025, 2, 28), outside=True, outside_fen=10**9),
        *some(1, closed_on=date(2026, 4, 1), asked_fen=7), {"asked_fen": 10**6},
    )  # fmt: skip
    asked = read({"period": "2026-03", "rows": "outcome"}, [], date(2026, 4, 2))
    with CaptureQueriesContext(connection) as spent:
        found = costs.of(costs.closed_in(asked, MARCH))
        mean, known = costs.outside_mean(MARCH.end)
    assert len(spent) == 2
    assert (found.cases, found.asked, found.exposure, found.paid) == (10, 13400, 2200, 1200)
    assert (found.outside, found.handling, found.whole, found.each) == (18000, 150, 19350, 1935)
    assert (found.at_risk, found.settled) == (6, 3), (
        "high risk that went outside, and late without an end by agreement, were not settled"
    )
    assert (mean, known) == (5400, 5), "of twelve months, and of those that went outside"
    assert found.saved(mean) == 16200
    assert found.saved(None) is None
    Fact.objects.filter(outside_fen=9000).first().delete()  # type: ignore[union-attr]
    assert costs.outside_mean(MARCH.end) == (None, 4), "four are no mean"
    assert costs.of(Fact.objects.none()) == costs.NOTHING
    assert costs.NOTHING.each is None
    with travel_to(local("2026-04-05 10:00")):
        april = read({"period": "2026-04"}, [], date(2026, 4, 5))
        assert april.runs
        assert costs.of(costs.closed_before(april)).cases == 0, "of five days of March, as April has had"
    with travel_to(local("2026-05-05 10:00")):
        assert costs.of(costs.closed_before(read({"period": "2026-04"}, [], date(2026, 5, 5)))).cases == 9
    by = costs.apart(costs.closed_in(asked, MARCH), "outcome")
    assert {value: one.cases for value, one in by.items()} == {"accepted": 8, "exhausted": 1}
    line = costs.over_time(asked)
    assert [(at.written, one.cases) for at, one in line if one.cases] == [("2025-04", 3), ("2026-03", 9)]
    assert counted("KP-14c") == (9, 9, 8400.0)
    assert counted("KP-14d")[2] == 2200.0
    assert counted("KP-14e") == (3, 5, 60.0)


@pytest.mark.req("KP-14")
def test_a_file_tells_nothing_of_few(cast: Cast) -> None:
    facts(
        *some(9, channel="hotline", cost_fen=100), *some(2, channel="portal", cost_fen=10**6), *some(6, channel="store")
    )
    asked = read({"period": "2026-03", "rows": "channel"}, [], date(2026, 4, 2))
    told = {row["row"]: row["cases"] for row in outside(asked)}
    assert len(told) == 3
    assert sorted(value for value in told.values() if value.isdigit()) == ["9"], (
        "two, and the next smallest that a total would tell"
    )


@pytest.mark.req("KP-14", "KP-11")
def test_who_comes_back_is_entered_or_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert indicators.indicators()["KP-14a"].kind == "entered"
    assert set(surveys.KNOWN) == {"again"}, "the room of satisfaction tells it"
    monkeypatch.setitem(
        surveys.KNOWN, "again", lambda first, end: (40, 50) if (first, end) == (MARCH.first, MARCH.end) else (0, 0)
    )
    one = indicators.indicators()["KP-14b"]
    assert counting.count(one, MARCH) == Counted(40, 50)
    assert counting.count(one, MARCH.before()).value("survey") is None, "nobody asked is no rate"
    assert Counted(40, 50).interval("survey") is not None
    assert Counted(2, 3).few("survey")
    good = definition().row
    indicators.check({"indicators": [{**good, "kind": "survey", "of": "again"}]})
    with pytest.raises(InvalidInput) as refused:
        indicators.check({"indicators": [{**good, "kind": "survey", "of": "weather"}]})
    assert "indicators.1.of" in refused.value.fields


@pytest.mark.req("KP-14")
def test_the_page_shows_costs_beside_satisfaction(sign_in: Any, cast: Cast) -> None:
    facts(
        *some(40, cost_fen=12300, score=5, rated_on=date(2026, 3, 11)), *some(6, outside=True, outside_fen=50000, channel="portal", grade="high_risk"),
        *some(2, repeated=True, channel="store", asked_fen=99900, avoided_fen=88800),
    )  # fmt: skip
    page, address = reverse("figures:costs"), "?period=2026-03&rows=channel"
    with travel_to(local("2026-04-02 10:00")):
        values.count_all()
        client = sign_in(cast.supervisor)
        told = client.get(f"{page}{address}").content.decode()
        words = re.sub(r"<[^>]+>|\s+", " ", told)
        for expected in ("KP-14b", "K-12", "100.0 %", "¥8,100.00".replace("8,100", "7,920"), "¥1,776.00", "¥1,000.00"):
            assert expected in words, expected
        with CaptureQueriesContext(connection) as first:
            client.get(f"{page}{address}")
        facts(*some(60, channel="counter"))
        with CaptureQueriesContext(connection) as second:
            client.get(f"{page}{address}")
        assert len(first) == len(second) <= 25
        empty = client.get(f"{page}?period=2024-01")
        assert empty.status_code == 200
        assert "division" not in empty.content.decode()
        svg = client.get(reverse("figures:costs_file", args=["svg"]) + address)
        assert svg.headers["Content-Disposition"].endswith('.svg"')
        client = sign_in(cast.frontline)
        assert client.get(page).status_code == 403


@pytest.mark.req("MO-08", "MO-13")
def test_a_chart_is_a_picture_that_stands_by_itself(sign_in: Any, cast: Cast) -> None:
    facts(
        *[{"received_on": date(2026, 3, 2)} for _n in range(40)], *[{"received_on": date(2026, 2, 2)} for _n in range(3)],
        *[{"received_on": date(2026, 1, 2)} for _n in range(70)],
    )  # fmt: skip
    with travel_to(local("2026-04-02 10:00")):
        values.count_all()
        client = sign_in(cast.supervisor)
        analysis = reverse("figures:analysis_file", args=["svg"]) + "?period=2026-03&what=KP-09a"
        indicator = reverse("figures:picture", args=["KP-09a", "svg"]) + "?period=2026-03"
        for address in (analysis, indicator):
            answer = client.get(address)
            told = answer.content.decode()
            assert answer.headers["Content-Type"].startswith("image/svg+xml"), address
            assert told.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
            assert "2026-03" in told
            assert "prefers-color-scheme: dark" in told
            drawn = re.findall(r'class="chart-line" points="([^"]+)"', told)
            assert len(drawn) == 2, "February is of three: a gap between the pieces"
        png = client.get(analysis.replace(".svg", ".png"))
        assert png.content.startswith(b"\x89PNG")
        assert len(png.content) > 5000
        assert client.get(reverse("figures:picture", args=["KP-09a", "gif"])).status_code == 404
        client = sign_in(cast.qa)
        assert client.get(analysis).status_code == 403, "whoever may not export gets no picture"
        page = client.get(reverse("figures:analysis") + "?period=2026-03").content.decode()
        assert "list.png" not in page


@pytest.mark.req("MO-06", "MO-08", "MO-13")
def test_bars_are_pictures_too_and_tell_nothing_of_few(sign_in: Any, cast: Cast) -> None:
    on = {"received_on": date(2026, 3, 2)}
    facts(
        *[{**on, "channel": name} for name, number in (("hotline", 40), ("store", 20), ("portal", 3)) for _n in range(number)],
    )  # fmt: skip
    with travel_to(local("2026-04-02 10:00")):
        client = sign_in(cast.supervisor)
        page = client.get(reverse("figures:analysis") + "?period=2026-03&what=KP-09a&rows=channel").content.decode()
        bars = "?chart=bars&what=KP-09a&period=2026-03&rows=channel"
        assert reverse("figures:analysis_file", args=["svg"]) + bars.replace("&", "&amp;") in page
        told = client.get(reverse("figures:analysis_file", args=["svg"]) + bars).content.decode()
        assert told.count("chart-bar") >= 3
        assert re.findall(r'class="chart-end"[^>]*>([^<]*)<', told)[0] == "40"
        assert "不予显示" in told
        assert ">3<" not in told
        assert ">20<" not in told, "the whole less the largest would tell the three"
        png = client.get(reverse("figures:analysis_file", args=["png"]) + bars)
        assert png.content.startswith(b"\x89PNG")
        empty = client.get(reverse("figures:analysis_file", args=["svg"]) + bars.replace("2026-03", "2024-02"))
        assert empty.status_code == 200
        assert client.get(reverse("figures:stages_picture", args=["svg"]) + "?period=2026-03").status_code == 200
        assert client.get(reverse("figures:stages_picture", args=["gif"])).status_code == 404
        assert sign_in(cast.frontline).get(reverse("figures:stages_picture", args=["svg"])).status_code == 403
