"""Pages of the indicators: values with formula and standing, the complaints behind them, what leaves the centre, who reads them."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures import charts, folding, indicators, shown, values
from tingsu.figures.charts import trend
from tingsu.figures.counting import Counted
from tingsu.figures.models import Fact
from tingsu.figures.tests.test_indicators import facts
from tingsu.figures.views import for_outside
from tingsu.kernel.clock import travel_to

pytestmark = pytest.mark.django_db
AT = local("2026-03-10 10:00")


@pytest.mark.req("KP-01", "MO-13")
def test_every_figure_opens_to_its_formula_and_to_its_complaints(sign_in: Any, cast: Cast) -> None:
    with travel_to(local("2026-03-01 00:00")):
        cases = [a_case(cast.frontline) for _number in range(3)]
    with travel_to(local("2026-02-28 23:59")):
        early = a_case(cast.frontline)
    Complaint.objects.filter(pk=cases[0].pk).update(repeated=True)
    with travel_to(AT):
        folding.rebuild()
        facts(
            *({"repeated": True, "received_on": date(2026, 3, 2)} for _number in range(33)),
            {"received_on": date(2026, 2, 2), "repeated": True},
        )
        values.count_all()
        client = sign_in(cast.analyst)
        page = client.get(reverse("figures:indicators"))
        lines = {line.one.code: line for _label, group in page.context["groups"] for line in group}
        assert (lines["KP-09d"].value, lines["KP-09d"].of, lines["KP-09d"].interval) == (
            "94.4 %",
            "34 / 36",
            "81.9–98.5 %",
        )
        assert lines["K-12"].value == "–"
        february = client.get(reverse("figures:indicators"), {"period": "2026-02"})
        told = {line.one.code: line for _label, group in february.context["groups"] for line in group}
        assert (told["KP-09d"].value, told["KP-09d"].standing) == ("1 / 2", "")  # of two cases no rate is told
        one = client.get(reverse("figures:indicator", args=["KP-09d"]), {"by": "mode"})
        html = one.content.decode()
        assert "本期收到的投诉中重复投诉的件数÷本期收到的件数。" in html
        assert "repeated = yes" in html
        assert [(words, line.of) for words, line, _url in one.context["rows"]] == [("电话", "34 / 36")]
        behind = {sort: client.get(url) for sort, _label, url in one.context["opens"]}
        numbers = {sort: [case.number for case, *_more in answer.context["rows"]] for sort, answer in behind.items()}
        assert numbers == {
            "part": [cases[0].number],
            "rest": [cases[2].number, cases[1].number],
            "whole": [cases[2].number, cases[1].number, cases[0].number],
        }
        [by_mode] = [url for _words, _line, url in one.context["rows"]]
        assert len(client.get(by_mode).context["rows"]) == 3
        assert not client.get(by_mode.replace("value=phone", "value=fax")).context["rows"]
        last = client.get(reverse("figures:cases", args=["KP-09d"]), {"period": "2026-02"})
        assert [case.number for case, *_more in last.context["rows"]] == [early.number]
        for wrong in ("Z-9", "KP-03", "%00"):
            assert client.get(f"/desk/indicators/{wrong}/cases/").status_code == 404
        # What leaves the centre tells no number below five, nor one that a subtraction gives: 34 of 36 leaves 2.
        sent = client.get(reverse("figures:file", args=["csv"]))
        rows = {line.split(",")[0]: line for line in b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()}
        assert "不足 5 件" in rows["KP-09d"]
        assert "34" not in rows["KP-09d"]
        assert "36" in rows["KP-09a"]


@pytest.mark.req("MO-13")
def test_what_leaves_the_centre() -> None:
    known = {row["code"]: indicators.Indicator(row, 0) for row in indicators.INDICATORS}
    for code, part, whole, goes in (
        ("KP-09d", 0, 40, True), ("KP-09d", 4, 40, False), ("KP-09d", 5, 40, True), ("KP-09d", 36, 40, False), ("KP-09d", 40, 40, True),
        ("KP-09d", 0, 3, False), ("KP-09a", 3, 3, False), ("KP-09a", 9, 12, True), ("KP-03", 3, 4, True), ("KP-13e", 4, 4, False),
    ):  # fmt: skip
        assert (for_outside(known[code], Counted(part, whole, 9)) is not None) is goes, (code, part, whole)


@pytest.mark.req("KP-10")
def test_how_a_value_stands_to_its_target() -> None:
    known = {row["code"]: indicators.Indicator(row, 0) for row in indicators.INDICATORS}
    for code, part, whole, running, told in (
        ("K-11", 95, 100, False, "met"), ("K-11", 94, 100, False, "missed"), ("K-11", 94, 100, True, "risk"), ("K-11", 0, 29, False, "few"),
        ("K-11", 0, 0, False, ""), ("K-12", 90, 100, False, "met"), ("KP-03", 85, 100, False, "missed"), ("KP-03", 86, 100, False, "met"),
        ("K-05", 10, 10, False, "met"), ("K-05", 11, 10, False, "missed"), ("K-05", 5, 0, False, ""), ("KP-09d", 9, 90, False, ""),
        ("K-02", 0, 1, False, "missed"),
    ):  # fmt: skip
        assert shown.standing(known[code], Counted(part, whole), running=running) == told, (code, part, whole)


def test_a_trend_is_a_line_with_gaps() -> None:
    assert trend([None, 5.0, None]) == ""
    drawn = str(trend([1.0, 2.0, None, 2.0, None, 3.0], 2.5))
    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 2
    assert "trend-target" in drawn
    assert "nan" not in str(trend([2.0, 2.0], 2.0))


@pytest.mark.req("PS-11")
@pytest.mark.req("MO-08")
@pytest.mark.parametrize("most", [50, 12_345_678])
def test_an_amount_beside_a_chart_has_room_in_it(most: int) -> None:
    """On a telephone words stand at 24 units of 720, a digit takes 14 of them: an amount of seven digits stuck out of the window."""
    drawn = charts.history(["1", "2", "3"], [0.0, most / 2, most], [], lambda value: f"¥{value:,.0f}")
    beside = re.findall(r'<text class="chart-words" x="(\d+)" y="[\d.]+" text-anchor="end">([^<]+)<', drawn)
    assert len(beside) == 3
    assert all(int(x) - 14 * len(words) >= 0 for x, words in beside)
    x, words = re.findall(r'<text class="chart-end" x="([\d.]+)" y="[\d.]+">([^<]+)<', drawn)[0]
    assert float(x) + 14 * len(words) <= charts.WIDE + 1
    assert 'x1="64"' in charts.history(["1", "2"], [0.0, 9.0], [], lambda value: "9"), "no more room than words need"


def test_pages_ask_a_fixed_number_of_questions_and_answer_to_readers_of_all_cases(
    sign_in: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with travel_to(AT):
        values.count_all()
        client, costs = sign_in(cast.supervisor), []
        addresses = (
            "/desk/indicators/",
            "/desk/indicators/KP-04/?by=department_id",
            "/desk/indicators/KP-06/cases/?sort=rest",
        )
        for _round in range(2):
            client.get(addresses[0])  # what is known for some seconds is known again
            with CaptureQueriesContext(connection) as asked:
                for address in addresses:
                    assert client.get(address).status_code == 200
            costs.append(len(asked))
            facts(
                *({"mode": mode, "replied_after": 9, "missed_feedback": 1} for mode in ("email", "internet", "letter"))
            )
        assert costs[0] == costs[1]
        assert costs[1] <= 3 * 15
        assert Fact.objects.count() == 6
        monkeypatch.setattr("tingsu.figures.access.sees_everything", lambda actor: False)
        for address in addresses:
            assert client.get(address).status_code == 403
