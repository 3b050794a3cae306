"""Edges of figures in tables: what a board tells of days, regions and obligations, which alerts stand, how a question is narrowed and kept."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.figures import access, alerts, analysis, folding, indicators, kept, live, stages, tasks, values
from tingsu.figures.analysis import Found
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import AnalysisRun
from tingsu.figures.periods import Days, Period
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.errors import NotAllowed, NotFound

Row = SimpleNamespace
TODAY = date(2026, 3, 20)
AT = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
ANY: Any = None


def shipped(code: str, **changes: Any) -> Indicator:
    return Indicator(next(row for row in indicators.INDICATORS if row["code"] == code) | changes, 1)


@pytest.mark.req("QC-06", "OG-18")
def test_which_days_a_board_counts() -> None:
    for key, first in (("today", 20), ("week", 14), ("month", 1), ("nonsense", 20)):
        assert live.span_of(key, TODAY) == Days(date(2026, 3, first), date(2026, 3, 21))


@pytest.mark.req("QC-06", "OG-18", "KP-01")
def test_an_obligation_is_a_bar_where_it_is_a_share_of_enough() -> None:
    for code, part, whole, empty, share in (
        ("K-12", 27, 30, False, 90.0), ("K-12", 26, 29, False, None), ("K-12", 0, 0, True, None), ("K-12", None, None, True, None),
        ("K-12", 31, 30, False, 100.0), ("KP-09a", 40, 40, False, None),
    ):  # fmt: skip
        one = live.Obligation(one=shipped(code), counted=Counted(part, whole))
        assert (one.empty, one.share) == (empty, share), (code, part, whole)
    for changes, aim in (({"target": "90"}, 90.0), ({"target": ""}, None), ({"target": "90", "direction": ""}, None)):
        assert live.Obligation(one=shipped("K-12", **changes), counted=Counted(1, 1)).aim == aim


@pytest.mark.django_db
@pytest.mark.req("QC-06", "OG-18")
def test_what_came_and_went_on_each_day_and_which_region_stands_out(cast: Cast) -> None:
    def some(number: int, days: int, **more: Any) -> list[dict[str, Any]]:
        return [{"received_on": TODAY - timedelta(days=days), "received_hour": 9, **more} for _one in range(number)]

    closed = {"closed_on": TODAY - timedelta(days=1), "solved_at_once": True}
    facts(
        *some(6, 0, province="33", limits_missed=1), *some(1, 0, province="33", limits_missed=2), *some(5, 0, province="44"), *some(5, 0),
        *some(4, 0, province="11", received_hour=12), *some(6, 0, province="51"), *some(1, 1, **closed), *some(1, 13, province="33"),
        *some(13, 3, province="44"), *some(39, 2, province="51"), *some(9, 14), *some(3, 7), *some(2, 7, received_hour=12), *some(1, 5, province="11"),
        *some(2, 4, closed_on=TODAY, solved_at_once=False), *some(5, 0, province="22"), *some(33, 6, province="22"),
    )  # fmt: skip
    told = live.volume_of("today", live.span_of("today", TODAY), TODAY, 12)
    assert (told.received, told.closed, told.at_once, told.before, told.so_far) == (32, 2, 0, 3, 28)
    assert [(one.day, one.running) for one in (told.days[0], *told.days[-2:])] == [
        (TODAY - timedelta(days=13), False), (TODAY - timedelta(days=1), False), (TODAY, True),
    ]  # fmt: skip
    assert [(one.received, one.closed, one.missed) for one in told.days[-3:]] == [(39, 0, 0), (1, 1, 0), (32, 2, 7)]
    assert (len(told.days), told.most) == (14, 39)
    # Against a day of the thirteen before: 33 has 7 instead of 1/13; 51 just twice its three; 22 less than twice its 2.5; 11 too few to say;
    # those without a region never stand out.
    assert [(one.code, one.number, one.times) for one in told.regions] == [
        ("33", 7, 91), ("51", 6, 2), ("", 5, 0), ("22", 5, 0), ("44", 5, 5), ("11", 4, 0),
    ]  # fmt: skip
    month = live.volume_of("month", live.span_of("month", TODAY), TODAY, 12)
    assert (month.received, month.closed, month.at_once, month.before) == (136, 3, 1, None)
    assert {one.times for one in month.regions} == {0}


@pytest.mark.req("QC-06", "KP-03")
def test_a_board_says_since_when_its_figures_stand_still_and_that_more_alerts_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live.counting, "count_days", lambda one, days: None)
    monkeypatch.setattr(live, "volume_of", lambda *given: None)
    for number, more in ((alerts.MOST, False), (alerts.MOST + 1, True)):
        rows = [
            Row(codes={"indicator": "K-12", "month": "2026-03-01"}, number="N", opened_at=AT) for _one in range(number)
        ]
        monkeypatch.setattr(live.alerts, "standing", lambda rows=rows: rows)
        monkeypatch.setattr(live.indicators, "indicators", lambda: {"K-12": shipped("K-12")})
        for ago, stale in ((live.STALE, False), (live.STALE + timedelta(seconds=1), True), (None, False)):
            reached = AT - ago if ago is not None else None
            monkeypatch.setattr(
                live.Reach, "objects", Row(values_list=lambda *a, reached=reached, **k: Row(first=lambda: reached))
            )
            found = live.figures_of("today", AT, TODAY, 12)
            assert (len(found.alarms), found.more_alarms, found.stale) == (alerts.MOST, more, stale)


@pytest.mark.req("KP-03")
def test_a_limit_is_told_in_signs() -> None:
    for direction, words in (("at_least", "< 85 %"), ("above", "≤ 85 %"), ("at_most", "> 85 %"), ("below", "≥ 85 %")):
        assert alerts.limit_words(shipped("K-12", alert="85.0", direction=direction)) == words
    assert alerts.limit_words(shipped("KP-09a", alert="30", direction="at_most")) == "> 30"
    assert alerts.limit_words(shipped("K-12", alert="")) == ""


@pytest.mark.req("KP-03")
def test_an_alert_keeps_its_figure_and_goes_to_somebody_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    one = shipped("K-12", alert="90")
    monkeypatch.setattr(alerts.indicators, "indicators", lambda: {"K-12": one})
    march = Period(date(2026, 3, 1))
    monkeypatch.setattr(
        alerts.values, "kept", lambda codes, period, number: {"K-12": {march: Row(counted=Counted(26, 30))}}
    )
    away, here = Row(pk=1, on_duty=False), Row(pk=2, on_duty=True)
    for holders, owner in (([away, here], [2]), ([away], [1]), ([], [])):
        for said in ("", "手写"):
            monkeypatch.setattr(
                alerts.people,
                "active_members",
                lambda roles, holders=holders: holders if roles == ("supervisor",) else None,
            )
            got: dict[str, Any] = {}
            given: list[Any] = []
            opened: Any = Row(
                entry=Row(codes={"indicator": "K-12", "month": "2026-03-05"}),
                put=got.__setitem__,
                write=got.__setitem__,
                say=lambda name, said, got=got: got.update({name: said.values}),
                give=given.append,
            )
            alerts.filled(opened, {"figure": said})
            assert (got["part"], got["whole"], "figure" in got, given) == (26, 30, not said, owner)
            assert said or (got["figure"]["indicator"], got["figure"]["period"], got["figure"]["part"]) == (
                "K-12",
                "2026-03",
                26,
            )
            alerts.back(opened, {})
            assert (got["part_after"], got["whole_after"]) == (26, 30)


@pytest.mark.req("KP-03")
def test_the_newest_alerts_stand_first_and_one_more_says_that_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    rows = Row(order_by=lambda *names: asked.append(names) or list(range(50)))
    monkeypatch.setattr(alerts.Entry, "objects", Row(filter=lambda **given: asked.append(given) or rows))
    assert alerts.standing() == list(range(alerts.MOST + 1))
    assert asked == [{"register": "limit_alert", "state": "raised"}, ("-opened_at", "-pk")]


# Questions


def question(**changes: Any) -> analysis.Question:
    given = {
        "one": shipped("KP-09a"),
        "period": Period(date(2026, 3, 1)),
        "rows": DIMENSIONS["mode"],
        "columns": DIMENSIONS["grade"],
        "narrowed": (),
    }
    return analysis.Question(**given | changes)


@pytest.mark.req("MO-06", "MO-08")
def test_narrowing_leaves_a_dimension_that_is_told_apart_and_keeps_the_last_four() -> None:
    mode, grade, kind = (DIMENSIONS[name] for name in ("mode", "grade", "kind"))
    first = next(iter(DIMENSIONS.values()))
    for by, rows, columns in ((grade, mode, None), (mode, grade, None), (kind, mode, grade)):
        found = question().narrow(by, "x")
        assert (found.rows, found.columns, found.narrowed) == (rows, columns, ((by, "x"),))
    alone = question(columns=None).narrow(mode, "x")
    assert (alone.rows, alone.columns) == (first if first is not mode else list(DIMENSIONS.values())[1], None)
    asked = question(rows=DIMENSIONS["province"], columns=None)
    for name in ("kind", "mode", "grade", "repeated", "withdrawn", "kind"):
        asked = asked.narrow(DIMENSIONS[name], name + "!")
    assert [(by.column, value) for by, value in asked.narrowed] == [
        (one, one + "!") for one in ("grade", "repeated", "withdrawn", "kind")
    ]
    assert first is not None


@pytest.mark.req("MO-06")
def test_how_many_make_up_most_what_has_changed_and_until_when_a_period_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Counted(0, 0)
    for shares, few in (([80.0, 100.0], 1), ([79.9, 100.0], 2), ([40.0, 80.0, 100.0], 2), ([None, None], 0), ([], 0)):
        assert analysis.vital([Found("x", nothing, nothing, None, one) for one in shares]) == few
    for kind, here, before, told in (
        ("count", Counted(30, 30), Counted(20, 20), 50.0), ("count", Counted(30, 30), Counted(0, 0), None),
        ("share", Counted(15, 30), Counted(12, 30), 10.0), ("share", Counted(15, 29), Counted(12, 30), None),
        ("share", Counted(15, 30), Counted(12, 29), None), ("share", Counted(15, 30), Counted(0, 0), None), ("mean", Counted(1, 1, 5), Counted(1, 1, 4), 25.0),
    ):  # fmt: skip
        found = analysis.change(kind, here, before)
        assert (found is None) is (told is None)
        assert found is None or found == pytest.approx(told)
    for day, runs in ((date(2026, 3, 31), True), (date(2026, 4, 1), False)):
        monkeypatch.setattr(analysis.values, "today", lambda day=day: day)
        assert question().runs is runs


@pytest.mark.req("MO-06", "MO-11")
def test_a_question_of_a_period_that_is_over_keeps_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    now_, then, gone = shipped("KP-09a"), shipped("KP-09a"), shipped("KP-09a", kind="calls")
    monkeypatch.setattr(analysis, "measures", lambda: {"KP-09a": now_})
    for defined, one in ((then, then), (None, now_), (gone, now_)):
        monkeypatch.setattr(analysis.values, "definition_of", lambda code, period, defined=defined: defined)
        assert analysis.read({"what": "KP-09a"}, [], TODAY).one is one
        assert analysis.read({"rows": "mode", "columns": "mode"}, [], TODAY).columns is None


@pytest.mark.req("MO-01", "MO-11")
def test_what_of_a_question_is_kept_and_how_it_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed = tuple(
        (DIMENSIONS[name], value) for name, value in (("repeated", False), ("kind", "complaint"), ("province", "33"))
    )
    told = kept.first_values(question(narrowed=narrowed[:2]))
    assert {name: told[name] for name in ("what", "by", "by_too", "each", "only", "only_too")} == {
        "what": "KP-09a", "by": "mode", "by_too": "grade", "each": "month", "only": "repeated:False", "only_too": "kind:complaint",
    }  # fmt: skip
    assert kept.first_values(question(columns=None))["by_too"] == ""
    monkeypatch.setattr(kept.values, "definition_of", lambda code, period: shipped("KP-09a"))
    entry: Any = Row(pk=UUID(int=1), codes=told)
    assert kept.question_of(entry, Period(date(2026, 3, 1))) == question(narrowed=narrowed[:2])
    monkeypatch.setattr(
        kept, "_narrowings", lambda thing: [("repeated:False", ""), ("kind:complaint", ""), ("province:33", "")]
    )
    for number, may in ((0, True), (2, True), (3, False)):
        assert kept.may_be_kept(question(narrowed=narrowed[:number])) is may
    assert not kept.may_be_kept(question(narrowed=((DIMENSIONS["mode"], "fax"),)))
    monkeypatch.setattr(kept.values, "today", lambda: TODAY)
    assert [kept.last_over(kind).written for kind in ("month", "quarter", "year")] == ["2026-02", "2025-Q4", "2025"]
    order: list[str] = []
    runs = [Row(starts_on=date(2026, 2, 1), period="month", totals=[[1, 1, None], [1, 1, None]], version=1, made_at=AT,
                lines=[[["phone", "urgent"], [1, 1, None], None]] * (kept.MOST_SHOWN + 2))]  # fmt: skip
    rows = Row(order_by=lambda name: order.append(name) or runs)
    monkeypatch.setattr(AnalysisRun, "objects", Row(filter=lambda entry_id: rows))
    for all_, number in ((True, 1), (False, 0)):
        monkeypatch.setattr(kept, "sees_everything", lambda actor, all_=all_: all_)
        shown = kept.runs(ANY, entry)["runs"]
        assert [(len(one["lines"]), one["more"]) for one in shown] == [(kept.MOST_SHOWN, 2)] * number
    assert order == ["-starts_on"]


@pytest.mark.django_db
@pytest.mark.req("MO-06", "MO-08")
def test_where_time_goes_the_bottleneck_takes_most_of_all_and_one_return_counts(cast: Cast) -> None:
    spent = [{"stages": {"handling": 10, "investigating": minutes}, "returns": 1} for minutes in (1, 2, 3, 4, 100)]
    facts(*spent, {"stages": {"executing": 50}, "returns": 0})
    found = stages.times(analysis.Fact.objects.all())
    assert [(one.code, one.cases, one.median, one.ninth, one.total) for one in found.stages] == [
        ("investigating", 5, 3, 62, 110), ("executing", 1, 50, 50, 50), ("handling", 5, 10, 10, 50),
    ]  # fmt: skip
    assert found.bottleneck
    assert (found.bottleneck.code, found.returned, found.returns) == ("investigating", 5, 5)


# Who reads and fetches, and the job of each minute


@pytest.mark.req("PS-11", "MO-08")
def test_figures_are_for_those_who_see_all_and_a_file_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    actor = Row()
    monkeypatch.setattr(access, "actor_for", lambda request, needs: actor)
    monkeypatch.setattr(access, "log_access", lambda who, did, about, field: noted.append((who, did, field)))
    for all_, export, form, refused in (
        (False, True, "csv", NotAllowed), (True, False, "csv", NotAllowed), (True, True, "pdf", NotFound), (True, True, "csv", None),
        (True, True, "xlsx", None),
    ):  # fmt: skip

        def require(who: Any, right: Any, export: bool = export) -> None:
            if not export:
                raise NotAllowed

        noted.clear()
        monkeypatch.setattr(access, "sees_everything", lambda who, all_=all_: all_)
        monkeypatch.setattr(access, "require", require)
        if refused:
            with pytest.raises(refused):
                access.exporting(ANY, form, "analysis")
            assert noted == []
        else:
            assert access.exporting(ANY, form, "analysis") == form
            assert noted == [(actor, "exported", "analysis")]


@pytest.mark.req("KP-03", "MO-01")
def test_each_minute_facts_follow_and_limits_are_judged_when_values_were_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(tasks, "each_organisation", lambda: [1, 2])
    monkeypatch.setattr(folding, "fold_moved", lambda: done.append("fold"))
    monkeypatch.setattr(folding, "catch_up", lambda: done.append("catch up"))
    monkeypatch.setattr(alerts, "check", lambda: done.append("check"))
    for due, told in ((True, ["fold", "check"] * 2), (False, ["fold"] * 2)):
        done.clear()
        monkeypatch.setattr(values, "count_due", lambda due=due: due)
        tasks.follow.func(0)
        assert done == told
    done.clear()
    tasks.catch_up.func(0)
    assert done == ["catch up"] * 2
