"""Analysis: told apart by one and two dimensions, over time, narrowed, as a file, and kept with what was read from it (MO-01, MO-06 to MO-08)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures import analysis, folding, stages, values
from tingsu.figures.analysis import Question
from tingsu.figures.analysis_pages import change_words, outside, signed, withheld
from tingsu.figures.charts import history
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import indicators
from tingsu.figures.models import AnalysisRun, Fact
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers

pytestmark = pytest.mark.django_db
AT = local("2026-03-10 10:00")
MARCH = Period(date(2026, 3, 1), "month")
DAY, BEFORE, YEAR_AGO = date(2026, 3, 2), date(2026, 2, 2), date(2025, 3, 2)


def asked(text: str = "") -> Question:
    pairs = [one.partition("=")[::2] for one in text.split("&") if one]
    given = {name: value for name, value in pairs if name != "where"}
    return analysis.read(given, [value for name, value in pairs if name == "where"], date(2026, 3, 10))


def some(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"received_on": DAY, **more} for _one in range(number)]


@pytest.mark.req("TR-22")
@pytest.mark.parametrize("mark", ["major", "crisis", "difficult", "opinion_risk", "litigation_risk", "penalty_risk"])
def test_each_mark_is_told_apart_by_itself(cast: Cast, mark: str) -> None:
    facts(*some(3, **{mark: True}), *some(2))
    found = analysis.one_dimension(asked(f"what=KP-09a&period=2026-03&rows={mark}"))
    assert {row.value: row.counted.part for row in found} == {True: 3, False: 2}
    assert DIMENSIONS[mark].told(True) == "是"


@pytest.mark.req("MO-06", "MO-08")
def test_one_dimension_beside_the_period_before_and_the_few_that_make_up_most(cast: Cast) -> None:
    facts(
        *some(8, mode="phone"), *some(3, mode="email"), *some(1, mode="letter"), *some(2, mode="phone", received_on=BEFORE),
        *some(4, mode="internet", received_on=BEFORE), *some(9, mode="phone", received_on=YEAR_AGO), *some(7, mode="phone", kind="suggestion"),
    )  # fmt: skip
    question = asked("what=KP-09a&period=2026-03&rows=mode")
    found = analysis.one_dimension(question)
    assert [(row.value, row.counted.part, row.before.part) for row in found] == [
        ("phone", 8, 2), ("email", 3, 0), ("letter", 1, 0), ("internet", 0, 4),
    ]  # fmt: skip
    assert [row.together and round(row.together, 1) for row in found] == [66.7, 91.7, 100.0, 100.0]
    assert analysis.vital(found) == 2
    assert [change_words(question.one, row.counted, row.before) for row in found] == [
        "+300 %",
        "新出现",
        "新出现",
        "-100 %",
    ]
    assert [counted.part for counted in analysis.whole(question)] == [12, 6]
    assert [(at.written, here.part, year.part) for at, here, year in analysis.over_time(question)][-2:] == [
        ("2026-02", 6, 0), ("2026-03", 12, 9),
    ]  # fmt: skip
    assert len(analysis.over_time(question.at(Period(date(2026, 1, 1), "quarter")))) == 12
    quarter = analysis.over_time(question.at(Period(date(2026, 1, 1), "quarter")))[-1]
    assert (quarter[1].part, quarter[2].part) == (18, 9)
    facts(*some(3, mode="phone", received_on=date(2026, 2, 10)), *some(5, mode="phone", received_on=date(2026, 2, 11)))
    with travel_to(AT):  # half a month is held against as many days of the month before
        assert [counted.part for counted in analysis.whole(question)] == [12, 9]
        assert analysis.one_dimension(question)[0].before.part == 5
    Fact.objects.filter(received_on__gte=date(2026, 2, 10), received_on__lt=date(2026, 3, 1)).delete()
    phone = asked("what=KP-09a&period=2026-03&rows=mode&where=mode:phone")
    assert [row.counted.part for row in analysis.one_dimension(phone)] == [8]
    assert [counted.part for counted in analysis.whole(phone)] == [8, 2]
    assert analysis.over_time(phone)[-1][1].part == 8


@pytest.mark.req("MO-08")
def test_two_dimensions_and_figures_that_do_not_add_up(cast: Cast) -> None:
    facts(
        *some(40, mode="phone", score=5, rated_on=DAY), *some(10, mode="phone", score=1, rated_on=DAY), *some(20, mode="email", score=2, rated_on=DAY),
        *some(3, mode="phone", grade="major", cost_fen=500), *some(1, mode="letter", grade="major", cost_fen=900),
    )  # fmt: skip
    grid = analysis.two_dimensions(asked("what=KP-09a&period=2026-03&rows=mode&columns=grade"))
    assert (grid.rows, grid.columns) == (["phone", "email", "letter"], ["general", "major"])
    assert {key: counted.part for key, counted in grid.cells.items()} == {
        ("phone", "general"): 50, ("email", "general"): 20, ("phone", "major"): 3, ("letter", "major"): 1,
    }  # fmt: skip
    assert [grid.of_rows[value].part for value in grid.rows] == [53, 20, 1]
    assert analysis.two_dimensions(asked("rows=mode&columns=grade&period=2026-03"), most=1).beyond == 1
    satisfied = next(one for one in indicators().values() if one.by == "rated_on" and one.kind == "share")
    rows = analysis.one_dimension(asked(f"what={satisfied.code}&period=2026-03&rows=mode"))
    assert [(row.value, row.counted.part, row.counted.whole, row.share) for row in rows] == [
        ("phone", 40, 50, None), ("email", 0, 20, None),
    ]  # fmt: skip
    assert analysis.vital(rows) == 0


@pytest.mark.req("MO-08")
def test_what_has_changed_is_told_only_where_it_can_be() -> None:
    for kind, here, before, told in (
        ("share", Counted(33, 60), Counted(15, 60), 30.0), ("share", Counted(3, 29), Counted(15, 60), None), ("share", Counted(33, 60), Counted(1, 2), None),
        ("count", Counted(3, 9), Counted(4, 4), -25.0), ("count", Counted(3, 9), Counted(0, 4), None), ("median", Counted(9, 9, 90), Counted(9, 9, 60), 50.0),
        ("median", Counted(0, 0, None), Counted(9, 9, 60), None), ("share", Counted(0, 0), Counted(0, 0), None),
        ("sum", Counted(1, 1, 0), Counted(1, 1, 0), None),
    ):  # fmt: skip
        assert analysis.change(kind, here, before) == (None if told is None else pytest.approx(told)), (
            kind,
            here,
            before,
        )


def test_what_rounds_to_no_change_has_no_sign() -> None:
    assert [signed(one, 0) for one in (0.0, 0.4, -0.4, 0.6, -1.2)] == ["0", "0", "0", "+1", "-1"]
    assert [signed(one, 1) for one in (0.0, 0.04, -0.06)] == ["0.0", "0.0", "-0.1"]


def test_a_question_is_an_address_and_what_is_wrong_in_one_is_left_out(cast: Cast) -> None:
    text = (
        "what=KP-06&period=2026-Q1&rows=department_id&columns=mode&where=mode:phone&where=withdrawn:False&where=score:"
    )
    question = asked(text)
    assert (
        analysis.read(
            dict(one.split("=", 1) for one in text.split("&") if "where" not in one),
            ["mode:phone", "withdrawn:False", "score:"],
            date(2026, 3, 10),
        )
        == question
    )
    assert question.address.replace("%3A", ":") == text
    assert [(by.column, value) for by, value in question.narrowed] == [
        ("mode", "phone"),
        ("withdrawn", False),
        ("score", None),
    ]
    for wrong in (
        "what=K-01",
        "what=%00",
        "rows=pk&columns=organisation_id",
        "rows=mode&columns=mode",
        "where=id:1&where=mode",
        "period=1999-13",
    ):
        found = asked(wrong)
        assert found.one.code == "KP-09a"
        assert found.columns is None
        assert found.narrowed == ()
        assert found.period == MARCH
    assert len(asked("&".join(f"where={column}:x" for column in DIMENSIONS)).narrowed) == analysis.MOST_NARROWED
    alone = question.narrow(question.rows, None)
    assert (alone.rows.column, alone.columns, alone.narrowed[-1][0].column) == ("mode", None, "department_id")
    assert [by.column for by, _value in question.widen(DIMENSIONS["withdrawn"]).narrowed] == ["mode", "score"]


@pytest.mark.req("MO-06", "AI-12")
def test_where_the_time_goes(cast: Cast) -> None:
    facts(
        *some(9, stages={"registered": 10, "investigating": 100}), *some(1, stages={"registered": 10, "investigating": 5000}, returns=2, reopened=1),
        *some(1, stages={"closed": 99999}, waited_department=30), *some(2, waited_department=50, waited_outside=0), *some(5, received_on=BEFORE),
    )  # fmt: skip
    found = stages.times(asked("period=2026-03").facts())
    assert [(one.code, one.cases, one.median, one.ninth, one.total) for one in found.stages] == [
        ("investigating", 10, 100, 590, 5900), ("registered", 10, 10, 10, 100),
    ]  # fmt: skip
    assert round(found.stages[0].share, 1) == 98.3
    assert found.bottleneck == found.stages[0]
    assert found.waits == [("waited_department", 3, 50, 130)]
    assert (found.cases, found.returned, found.returns, found.reopened, found.reopenings) == (13, 1, 2, 1, 1)
    nothing = stages.times(Fact.objects.none())
    assert (nothing.cases, nothing.stages, nothing.bottleneck) == (0, [], None)


@pytest.mark.req("MO-13", "MO-08")
def test_what_leaves_the_centre_tells_no_small_number_and_none_by_subtraction(cast: Cast) -> None:
    facts(*some(50, mode="phone"), *some(12, mode="email"), *some(3, mode="letter"), *some(9, mode="internet"))
    told = {row["row"]: row["part"] for row in outside(asked("what=KP-09a&period=2026-03&rows=mode"))}
    assert told == {"电话": 50, "电子邮件": 12, "互联网": "", "信件": ""}
    cells = {
        ("a", "x"): Counted(20, 40),
        ("a", "y"): Counted(38, 40),
        ("b", "x"): Counted(20, 40),
        ("b", "y"): Counted(20, 40),
    }
    share = next(one for one in indicators().values() if one.kind == "share" and one.by == "received_on")
    assert ("a", "y") in withheld(share, cells)  # 40 of which 38: two are left out
    assert withheld(share, cells) == {("a", "y"), ("a", "x"), ("b", "x"), ("b", "y")}


@pytest.mark.req("MO-08", "PS-11")
def test_the_pages_open_to_the_complaints_and_ask_a_fixed_number_of_questions(
    sign_in: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with travel_to(local("2026-03-02 09:00")):
        case = a_case(cast.frontline)
        other = a_case(cast.frontline)
    Complaint.objects.filter(pk=other.pk).update(mode="visit")
    with travel_to(AT):
        folding.rebuild()
        client, costs = sign_in(cast.analyst), []
        addresses = (
            "/desk/analysis/?rows=channel", "/desk/analysis/?rows=mode&columns=grade", "/desk/analysis/stages/", "/desk/analysis/list.csv?rows=mode",
        )  # fmt: skip
        for _round in range(2):
            client.get(addresses[0])
            with CaptureQueriesContext(connection) as queries:
                pages = [client.get(address) for address in addresses]
                assert [page.status_code for page in pages] == [200] * 4
                b"".join(pages[3].streaming_content)
            costs.append(len(queries))
            facts(
                *some(5, mode="email", channel="api", stages={"registered": 5}), *some(5, mode="letter", grade="major")
            )
        assert costs[0] == costs[1]
        assert costs[1] <= 4 * 12
        [by_phone] = [row for row in client.get("/desk/analysis/?rows=mode").context["rows"] if row["words"] == "电话"]
        assert [row.number for row, *_more in client.get(by_phone["cases"]).context["rows"]] == [case.number]
        narrowed = client.get(f"/desk/analysis/?{by_phone['narrow']}")
        assert "不再限于" in narrowed.content.decode()
        assert narrowed.context["value"] == "1"
        grid = client.get("/desk/analysis/?rows=mode&columns=channel&where=mode:visit").context["grid"]
        [cell] = [one for one in grid[0][2] if one]
        assert [row.number for row, *_more in client.get(cell[3]).context["rows"]] == [other.number]
        assert len(client.get(cell[3]).context["narrowed"]) == 2
        assert client.get("/desk/analysis/list.pdf").status_code == 404
        monkeypatch.setattr("tingsu.figures.access.sees_everything", lambda actor: False)
        assert [client.get(address).status_code for address in addresses] == [403] * 4
    assert sign_in(cast.frontline).get("/desk/analysis/").status_code == 403


@pytest.mark.req("MO-01", "MO-07", "MO-11")
def test_an_analysis_is_kept_counted_at_intervals_and_read_by_a_person(
    sign_in: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = registers()["analysis"]
    given = {
        "title": "每月来源",
        "what": "KP-09a",
        "by": "mode",
        "each": "month",
        "every": "monthly",
        "only": "repeated:False",
    }
    facts(
        *some(6, mode="phone", received_on=BEFORE),
        *some(2, mode="email", received_on=BEFORE),
        *some(4, mode="email", received_on=BEFORE, repeated=True),
    )
    with travel_to(AT):
        for wrong in (
            {"by_too": "mode"},
            {"only_too": "repeated:True"},
            {"what": "K-01"},
            {"by": "pk"},
            {"only": "mode:fax"},
        ):
            with pytest.raises(InvalidInput):
                open_entry(actor=cast.analyst.actor, register=known, opening=Opening(values={**given, **wrong}))
        with pytest.raises(NotAllowed):
            open_entry(actor=cast.frontline.actor, register=known, opening=Opening(values=given))
        entry = open_entry(actor=cast.analyst.actor, register=known, opening=Opening(values=given))
        run = AnalysisRun.objects.get()
        assert (run.period, run.starts_on, run.code, run.totals) == (
            "month",
            date(2026, 2, 1),
            "KP-09a",
            [[8, 8, None], [0, 0, None]],
        )
        assert [(key, counted[0]) for key, counted, _before in run.lines] == [(["phone"], 6), (["email"], 2)]
        promise = Promise.objects.get(stream_id=entry.pk, kind="analysis_run")
        assert values.today() + timedelta(days=28) <= promise.due_at.date() <= values.today() + timedelta(days=35)
    facts(*some(7, mode="letter"))
    with travel_to(local("2026-04-03 10:00")):
        read = {"finding": "来信增多。", "cluster": "recurring", "proposal": "客服部加派人手。"}
        for wrong in ({"finding": ""}, {"cluster": ""}, {"proposal": ""}):
            with pytest.raises(InvalidInput):
                take_step(actor=cast.analyst.actor, register=known, entry=entry, step="run", values={**read, **wrong})
        take_step(actor=cast.analyst.actor, register=known, entry=entry, step="run", values=read)
        assert [run.totals[0][0] for run in AnalysisRun.objects.order_by("starts_on")] == [8, 7]
        assert Promise.objects.filter(stream_id=entry.pk, kind="analysis_run", ended_at__isnull=True).count() == 1
        entry.refresh_from_db()
        page = sign_in(cast.analyst).get(f"/desk/records/analysis/{entry.number}/").content.decode()
        for words in ("2026-03", "2026-02", "信件", "重复性", "来信增多。", "客服部加派人手。"):
            assert words in page, words
        shown = sign_in(cast.analyst).get("/desk/analysis/?what=KP-09a&rows=mode&where=repeated:False").context["keeps"]
        form = sign_in(cast.analyst).get(shown).content.decode()
        assert 'value="repeated:False" selected' in form
        for narrowed, kept in (("where=repeated:False&where=mode:phone", True), ("where=province:", False),
                               ("where=repeated:False&where=mode:phone&where=kind:complaint", False)):  # fmt: skip
            address = f"/desk/analysis/?what=KP-09a&rows=grade&{narrowed}"
            assert bool(sign_in(cast.analyst).get(address).context["keeps"]) is kept, narrowed
        monkeypatch.setattr("tingsu.figures.kept.sees_everything", lambda actor: False)
        assert "2026-02" not in sign_in(cast.analyst).get(f"/desk/records/analysis/{entry.number}/").content.decode()
        monkeypatch.undo()
        monkeypatch.setattr("tingsu.figures.kept.question_of", lambda entry, period: None)
        with pytest.raises(InvalidInput):  # an indicator that was counted otherwise in the last period
            open_entry(actor=cast.analyst.actor, register=known, opening=Opening(values=given))
        monkeypatch.undo()
        take_step(actor=cast.analyst.actor, register=known, entry=entry, step="end", values={"reason": "不再需要"})
        assert not Promise.objects.filter(stream_id=entry.pk, kind="analysis_run", ended_at__isnull=True).exists()


def test_a_chart_starts_at_zero_and_dashes_what_still_runs() -> None:
    assert history(["a", "b"], [None, 1.0], [], str) == ""
    drawn = str(history(["a", "b", "c"], [1.0, 2.0, 3.0], [1.0, None, 2.0], lambda value: f"{value:.0f}", running=True))
    assert drawn.count('<polyline class="chart-line chart-running"') == 1
    assert drawn.count('<polyline class="chart-line chart-before"') == 2
    assert ">0<" in drawn
    assert ">3<" in drawn
    assert "nan" not in str(history(["a", "b"], [0.0, 0.0], [], str))
