"""Reports from the data to the receipt: frozen figures, approval by another, rectifications, readers, new versions (MO-04 to MO-06, OG-12, OG-16, AI-09)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.standing import kept
from tingsu.clocks.models import Promise
from tingsu.figures import values
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period
from tingsu.figures.tests.test_indicators import facts
from tingsu.governance import monthly, report_figures, report_kinds, report_schedule, report_shown, reporting
from tingsu.governance.tests.test_disposal import findings, opened, take
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.people.models import Unit
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.triage.tests.cases import registered

pytestmark = [pytest.mark.django_db]
APRIL = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1))
REFUSED = (NotAllowed, NotFound, ConditionsUnmet)


def some_facts(day: date = date(2026, 3, 2)) -> None:
    """Forty closed complaints of a month: three by letter, one repeated, half of them rated."""
    facts(
        *(
            {
                "received_on": day, "closed_on": day, "mode": "letter" if number < 3 else "phone", "channel": "letter" if number < 3 else "hotline",
                "repeated": number == 0, "outcome": "accepted", "score": 5 if number < 20 else None, "rated_on": day if number < 20 else None,
                "paid_fen": 10_000 if number < 10 else 0, "cost_fen": 500, "stages": {"investigating": 600 + number},
            }
            for number in range(40)
        )
    )  # fmt: skip


def measure(cast: Cast, by: str = "2026-05-01", **changes: Any) -> dict[str, Any]:
    return {
        "kind": "process", "what": "夜间增加一人值班", "department": str(cast.units["finance"].pk), "who": str(cast.dept2.id), "by": by,
        "criterion": "夜间首次回复按时", **changes,
    }  # fmt: skip


def draft(cast: Cast, at: datetime = APRIL, **given: Any) -> Entry:
    return opened(cast.analyst, monthly.NAME, at, **{"month": "2026-03-15", "proposals": "增加夜间值班", **given})


@kept
def released(cast: Cast) -> Entry:
    some_facts()
    entry = draft(cast, findings="夜间偏多", measures=[measure(cast)])
    take(cast.analyst, entry, "hand_in", APRIL)
    take(cast.top_mgmt, entry, "approve", APRIL)
    take(cast.analyst, entry, "release", APRIL, readers=[str(cast.top_mgmt.id), str(cast.dept.id)])
    return Entry.objects.get(pk=entry.pk)


def lines(entry: Entry, name: str, key: str) -> dict[str, dict[str, Any]]:
    return {str(row[key]): row for row in Entry.objects.get(pk=entry.pk).codes.get(name, [])}


def tables(cast: Cast, entry: Entry, full: bool = True) -> dict[str, list[list[str]]]:
    register = registers()[monthly.NAME]
    found = report_shown.sections_of(cast.analyst.actor, register, Entry.objects.get(pk=entry.pk), full=full)
    return {one.title: [[cell.words for cell in row] for row in one.rows] + [[one.note]] for one in found}


@pytest.mark.req("MO-04", "MO-06")
def test_figures_are_frozen_with_their_version_and_nothing_changes_them(cast: Cast) -> None:
    entry = released(cast)
    kept_figures = lines(entry, "figures", "code")
    assert (kept_figures["KP-09a"]["part"], kept_figures["KP-09a"]["version"]) == (40, 0)
    assert (kept_figures["K-13"]["part"], kept_figures["K-13"]["whole"]) == (40, 40), "settlement"
    assert (kept_figures["K-12"]["part"], kept_figures["K-12"]["whole"]) == (20, 20), "satisfaction"
    assert lines(entry, "money", "what")["paid_fen"] == {"what": "paid_fen", "cases": 10, "sum": 100_000, "before": 0}
    assert lines(entry, "money", "what")["cost_fen"]["sum"] == 20_000
    channels = {row["value"]: row["cases"] for row in entry.codes["breakdown"] if row["by"] == "channel"}
    assert channels == {"hotline": 37, "letter": 3}
    (stage,) = entry.codes["stages"]
    assert (stage["stage"], stage["cases"], stage["share"]) == ("investigating", 40, 100)
    codes = entry.codes
    Fact.objects.all().delete()
    values.count_all()
    for who, step in ((cast.analyst, "compile"), (cast.supervisor, "approve"), (cast.analyst, "release")):
        with pytest.raises(REFUSED):
            take(who, entry, step, APRIL + timedelta(days=40), proposals="x", readers=[str(cast.qa.id)])
    assert Entry.objects.get(pk=entry.pk).codes == codes
    assert findings() == []


@pytest.mark.req("MO-04", "MO-11", "OG-07")
def test_another_approves_and_each_measure_becomes_a_rectification(cast: Cast) -> None:
    some_facts()
    entry = draft(cast, measures=[measure(cast), measure(cast, by="2026-06-01", what="培训")])
    take(
        cast.supervisor,
        entry,
        "compile",
        APRIL,
        proposals="增加夜间值班",
        measures=[measure(cast), measure(cast, by="2026-06-01", what="培训")],
    )
    take(cast.analyst, entry, "hand_in", APRIL)
    for who in (cast.analyst, cast.supervisor, cast.dept, cast.qa):
        with pytest.raises(REFUSED):
            take(who, entry, "approve", APRIL)
    with pytest.raises(ConditionsUnmet) as late:
        take(cast.top_mgmt, entry, "approve", APRIL + timedelta(days=31))
    assert [one.code for one in late.value.unmet] == ["day_passed"]
    take(cast.top_mgmt, entry, "approve", APRIL)
    made = Entry.objects.filter(register="rectification").order_by("number")
    assert [(one.owner_id, one.codes["until"], one.codes["check_on"]) for one in made] == [
        (cast.dept2.id, "2026-05-01", "2026-05-31"), (cast.dept2.id, "2026-06-01", "2026-07-01"),
    ]  # fmt: skip
    assert made[1].written()["what"] == "培训"
    assert [one.number for one in made] == Entry.objects.get(pk=entry.pk).codes["items"]
    assert EntryLink.objects.filter(other_id=entry.pk, kind="follows").count() == 2
    assert Promise.objects.filter(stream_id=made[0].pk, kind="rectification_done", owner_id=cast.dept2.id).exists()
    assert findings() == []


@pytest.mark.req("MO-04", "OG-12")
def test_readers_are_told_and_each_confirms_once_and_sees_no_small_number(cast: Cast, sign_in: Any) -> None:
    entry = released(cast)
    assert set(Notice.objects.filter(stream_id=entry.pk, kind="monthly_report.released").values_list("member_id", flat=True)) >= {
        cast.top_mgmt.id, cast.dept.id,
    }  # fmt: skip
    assert (entry.state, entry.codes["released_on"]) == ("released", "2026-04-01")
    for who in (cast.qa, cast.frontline, cast.supervisor):
        with pytest.raises(REFUSED):
            take(who, entry, "confirm", APRIL)
    assert take(cast.dept, entry, "confirm", APRIL).state == "released"
    with pytest.raises(REFUSED):
        take(cast.dept, entry, "confirm", APRIL)
    assert take(cast.top_mgmt, entry, "confirm", APRIL + timedelta(days=1)).state == "received"
    receipts = Entry.objects.get(pk=entry.pk).codes["receipts"]
    assert receipts == [
        {"member": str(cast.dept.id), "on": "2026-04-01"},
        {"member": str(cast.top_mgmt.id), "on": "2026-04-02"},
    ]
    address = reverse("registers:entry", args=[monthly.NAME, entry.number])
    with travel_to(APRIL):
        whole, part = (sign_in(who).get(address).content.decode() for who in (cast.analyst, cast.dept))
        assert sign_in(cast.frontline).get(address).status_code == 404
    assert "1 / 40" in whole or "40 件中 1 件" in whole or "2.5 %" in whole
    assert reverse("figures:indicator", args=["KP-09d"]) in whole
    assert "不足 5 件" in part
    assert "figures:indicator" not in part
    assert reverse("figures:indicator", args=["KP-09d"]) not in part
    (number,) = entry.codes["items"]
    measure_page = reverse("registers:entry", args=["rectification", number])
    assert (measure_page in whole, measure_page in part, number in part) == (True, False, True), (
        "no way to a closed door"
    )
    assert findings() == []


@pytest.mark.req("MO-04")
def test_a_correction_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    entry = released(cast)
    before = entry.codes
    with pytest.raises(InvalidInput):
        draft(cast)
    with pytest.raises(InvalidInput):
        take(cast.analyst, entry, "correct", APRIL, reason="")
    facts({"received_on": date(2026, 3, 9)})
    assert take(cast.analyst, entry, "correct", APRIL, reason="漏计一件").state == "superseded"
    new = Entry.objects.get(register=monthly.NAME, state="draft")
    assert Promise.objects.get(stream_id=new.pk, kind=reporting.MONTH_DUE).started_at == APRIL, (
        "a correction is not late"
    )
    assert (new.codes["edition"], lines(new, "figures", "code")["KP-09a"]["part"]) == (2, 41)
    assert Notice.objects.filter(stream_id=entry.pk, kind="monthly_report.corrected", member_id=cast.dept.id).exists()
    assert new.written()["findings"] == "夜间偏多"
    assert entry.number in new.written()["replaces"]
    old = Entry.objects.get(pk=entry.pk)
    assert old.written()["replaced_by"] == new.number
    assert {name: old.codes[name] for name in before} == before
    assert report_figures.monthly_of(monthly.NAME, MARCH) is None, "the new one is not approved yet"
    assert findings() == []


DUE = [
    # opened in Beijing, due in Beijing: 1 to 3 May 2026 are holidays and 4, 5 May too
    ("2026-03-31 17:00", "2026-03-01", "2026-04-08"),
    ("2026-04-20 02:00", "2026-03-01", "2026-04-08"),
    ("2026-06-30 17:00", "2026-06-01", "2026-07-07"),
]


@pytest.mark.req("MO-04")
@pytest.mark.parametrize(("at", "month", "due"), DUE)
def test_the_monthly_report_is_overdue_after_the_fifth_working_day(cast: Cast, at: str, month: str, due: str) -> None:
    facts({"received_on": date(2026, 2, 1)})
    entry = draft(cast, datetime.fromisoformat(at).replace(tzinfo=UTC), month=month)
    promise = Promise.objects.get(stream_id=entry.pk, kind=reporting.MONTH_DUE)
    local = promise.due_at + timedelta(hours=8)
    assert f"{local:%Y-%m-%d}" == due
    take(cast.analyst, entry, "hand_in", promise.due_at - timedelta(minutes=1))
    promise.refresh_from_db()
    assert promise.ending == "met"
    back = promise.due_at + timedelta(days=1)
    take(cast.supervisor, entry, "give_back", back, reason="再核对一遍")
    again = Promise.objects.get(stream_id=entry.pk, kind=reporting.MONTH_DUE, ended_at=None)
    assert again.started_at == back, "it is owed again, from then"


@pytest.mark.req("MO-04", "MO-05", "OG-12", "ME-11")
def test_reports_are_drafted_by_themselves_once_when_their_period_is_over(cast: Cast) -> None:
    def owed(at: datetime) -> list[tuple[str, str]]:
        with travel_to(at):
            made = report_schedule.open_owed(monthly.NAME)
        return [(report_kinds.kind_of(one.codes), report_kinds.period_in(one.codes).written) for one in made]

    midnight = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    assert owed(midnight) == [], "a firm without a complaint owes nothing"
    with travel_to(datetime(2026, 3, 20, 2, 0, tzinfo=UTC)):
        registered(cast.frontline)
    assert owed(midnight - timedelta(seconds=1)) == [], "March is not over"
    committee = Unit.objects.filter(kind="committee").exists()
    assert owed(midnight) == [("monthly", "2026-03")] + ([("quarterly", "2026-Q1")] if committee else [])
    assert owed(midnight + timedelta(hours=1)) == []
    entry = Entry.objects.filter(register=monthly.NAME, speaks_of=date(2026, 3, 1)).latest("opened_at")
    assert Entry.objects.filter(owner_id=cast.analyst.id, register=monthly.NAME).exists()
    assert tables(cast, entry)
    late = midnight + timedelta(days=49)
    assert owed(late) == [("monthly", "2026-04")]
    promise = Promise.objects.get(
        stream_id__in=Entry.objects.filter(speaks_of=date(2026, 4, 1)).values("pk"), kind=reporting.MONTH_DUE
    )
    assert promise.started_at == late, "opened late by the system, it is owed from then"
    assert promise.due_at > late
    asked = {"report": "representative", "span": "month", "by_itself": "yes"}
    opened(cast.mgmt_rep, monthly.NAME, APRIL, month="2026-03-01", proposals="外联顺畅", **asked)
    assert owed(midnight + timedelta(days=50)) == [("representative", "2026-04")]
    assert ("representative", "2026-05") in owed(midnight + timedelta(days=61))
    last = Entry.objects.get(register=monthly.NAME, codes__report="representative", speaks_of=date(2026, 5, 1))
    take(cast.analyst, last, "compile", midnight + timedelta(days=62), proposals="到此为止", by_itself="")
    june = midnight + timedelta(days=91)
    assert owed(june) == [("monthly", "2026-06")] + ([("quarterly", "2026-Q2")] if committee else []), "it was ended"


@pytest.mark.req("OG-12", "PT-04")
def test_a_report_that_cannot_be_drafted_holds_up_no_other(cast: Cast) -> None:
    def owed(at: str) -> list[str]:
        with travel_to(datetime.fromisoformat(at).replace(tzinfo=UTC)):
            return [report_kinds.kind_of(one.codes) for one in report_schedule.open_owed(monthly.NAME)]

    public = {"report": "public", "by_itself": "yes"}
    draft(cast, span="month", month="2026-03-01", **public)
    draft(cast, datetime(2026, 4, 20, 2, 0, tzinfo=UTC), span="quarter", month="2026-04-01", **public)
    draft(cast, report="representative", span="month", month="2026-03-01", by_itself="yes")
    assert owed("2026-05-02") == ["representative"], (
        "April overlaps the quarter, and what follows it is drafted all the same"
    )


@pytest.mark.req("MO-04")
def test_of_two_who_begin_the_same_report_the_second_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only then does it see the first one, and is refused."""
    waited: list[tuple[str, int]] = []
    there = Entry.objects.filter(register=monthly.NAME)
    monkeypatch.setattr(reporting, "take_turns", lambda name: waited.append((name.rpartition(":")[2], there.count())))
    draft(cast)
    with pytest.raises(InvalidInput):
        draft(cast)
    assert waited == [("monthly", 0), ("monthly", 1)]


@pytest.mark.req("MO-05")
def test_a_quarter_is_put_together_from_its_three_monthly_reports(cast: Cast) -> None:
    for month, approved in ((1, True), (2, False), (3, True)):
        facts(*({"received_on": date(2026, month, 5)} for _number in range(10 * month)))
        entry = draft(cast, month=f"2026-{month:02d}-05", findings=f"{month} 月所见")
        take(cast.analyst, entry, "hand_in", APRIL)
        if approved:
            take(cast.supervisor, entry, "approve", APRIL)
    facts({"received_on": date(2026, 3, 6)})
    first = opened(cast.analyst, monthly.NAME, APRIL, report="quarterly", month="2026-02-01", proposals="见各月")
    assert [bool(row["number"]) for row in first.codes["sources"]] == [True, False, True]
    assert "2026-02" in str(tables(cast, first))
    assert "part" not in lines(first, "figures", "code")["KP-09a"], "two months are no quarter"
    take(cast.supervisor, Entry.objects.get(register=monthly.NAME, speaks_of=date(2026, 2, 1)), "approve", APRIL)
    take(cast.analyst, first, "compile", APRIL, proposals="见各月")
    sums = lines(first, "figures", "code")
    assert sums["KP-09a"]["part"] == 60, "as the reports told it, not as it is now"
    assert "part" not in sums["KP-09b"], "medians do not add up"
    shown = tables(cast, first)
    assert any(name.startswith("2026-02 · ") for name in shown)
    assert any("10" in row and "20" in row and "30" in row for rows in shown.values() for row in rows)
    assert Promise.objects.filter(stream_id=first.pk, kind=reporting.QUARTER_DUE).exists()
    assert findings() == []


@pytest.mark.req("OG-16")
def test_a_scorecard_weighs_figures_against_targets(cast: Cast) -> None:
    unit = cast.units["finance"].pk
    facts(
        *(
            {"department_id": unit, "closed_on": date(2026, 3, 3), "limits_missed": int(number < 20)}
            for number in range(40)
        ),
        *({"department_id": None, "closed_on": date(2026, 3, 3)} for _number in range(40)),
    )
    weights = [{"code": "K-11", "weight": "3"}, {"code": "K-12", "weight": "1"}]
    asked = {"report": "department", "span": "month", "month": "2026-03-01", "weights": weights}
    with pytest.raises(InvalidInput) as refused:
        draft(cast, **asked)
    assert set(refused.value.fields) == {"department"}
    entry = draft(cast, department=str(unit), **asked)
    scores = lines(entry, "scores", "code")
    assert (scores["K-11"]["part"], scores["K-11"]["whole"], scores["K-11"]["score"]) == (20, 40, 52), (
        "50 of 95, never rounded up"
    )
    assert scores["K-12"]["score"] is None
    assert entry.codes["score"] == 52, "what has no figure takes no weight"
    again = draft(cast, **{**asked, "department": str(unit), "month": "2026-02-01", "weights": []})
    assert {code: row["weight"] for code, row in lines(again, "scores", "code").items()} == {"K-11": 3, "K-12": 1}
    assert again.codes.get("score") is None


@pytest.mark.req("AI-09", "MO-04")
def test_goals_beside_values_and_an_empty_period_says_so(cast: Cast) -> None:
    some_facts(date(2025, 3, 2))
    entry = draft(cast, report="informatisation", span="month", month="2026-03-02")
    row = lines(entry, "figures", "code")["K-11"]
    assert (row["whole"], row["whole_before"]) == (0, 40), "beside the same month a year before"
    assert "KP-09a" not in lines(entry, "figures", "code")
    told = {words for rows in tables(cast, entry).values() for row in rows for words in row}
    assert told & {"没有可统计的案件", "no case to count"}
    empty = draft(cast)
    notes = {row[0] for rows in tables(cast, empty).values() for row in rows if len(row) == 1}
    assert notes & {"本月没有收到投诉。", "No complaint was received in this month."}
    assert notes & {"没有上期数据，无从比较。", "There is nothing of the period before to compare with."}
    with pytest.raises(InvalidInput) as refused:
        draft(cast, report="informatisation", month="2026-03-02", department=str(cast.units["finance"].pk))
    assert set(refused.value.fields) == {"department"}
