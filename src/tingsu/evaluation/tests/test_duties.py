"""Recurring duties: opened once for each stretch of time, proved by what happened, warned of, let off by somebody else (MS-34, RL-6)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.cast import Cast, Person
from tests.signing import enter
from tingsu.calendars.tests.test_regions import LONDON
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.clocks.tests.test_regions import publish
from tingsu.desk.tests.cases import local
from tingsu.evaluation import duties, occurrences, proofs, proving
from tingsu.evaluation.spans import Span, span_of, spans_from
from tingsu.governance import committee_reviews, department_reports, monthly
from tingsu.improvement.tests.test_experience import a_day
from tingsu.improvement.tests.test_rectifications import values
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.quality import rounds
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.satisfaction.closing import SURVEY
from tingsu.satisfaction.rules import INDEX, questionnaires

pytestmark = [pytest.mark.django_db, pytest.mark.req("MS-34")]
MARCH = local("2026-03-11 10:00")


def occurrence(code: str, first: str, leader: Any = None) -> Entry:
    duty = next(one for one in duties.every_duty() if one.code == code)
    pk = occurrences.entry_id(duty, span_of(duty.every, date.fromisoformat(first)), leader)
    return Entry.objects.select_related("stream").get(pk=pk)


def take(who: Person, entry: Entry, name: str, **values: Any) -> Entry:
    return take_step(actor=who.actor, entry=entry, register=registers()[entry.register], step=name, values=values)


@pytest.mark.parametrize(
    ("every", "day", "first", "last", "written"),
    [
        ("weekly", "2026-01-01", "2025-12-29", "2026-01-04", "2026-W01"),
        ("monthly", "2026-02-28", "2026-02-01", "2026-02-28", "2026-02"),
        ("quarterly", "2026-03-31", "2026-01-01", "2026-03-31", "2026-Q1"),
        ("half_yearly", "2026-07-01", "2026-07-01", "2026-12-31", "2026-H2"),
        ("yearly", "2026-12-31", "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_a_day_lies_in_one_stretch(every: str, day: str, first: str, last: str, written: str) -> None:
    span = span_of(every, date.fromisoformat(day))
    assert (span.first.isoformat(), span.last.isoformat(), span.written) == (first, last, written)
    assert span.before().end == span.first
    assert list(spans_from(every, span.first, span.end)) == [span]


def test_the_table_of_duties_is_shipped_whole_in_both_languages() -> None:
    sources = {one["source"]: one["every"] for one in duties.DUTIES}
    assert len(duties.DUTIES) == 20
    assert sources["CTS 9.1.2"] == sources["CTS 9.2"] == sources["CTS 9.3; SZ 4(4)"] == sources["SZ 9"] == "yearly"
    assert (sources["SVC 2.2.2"], sources["SVC 2.2.1"], sources["CTS 8.4"], sources["ISC 5.3.1"]) == (
        "monthly", "quarterly", "weekly", "half_yearly",
    )  # fmt: skip
    assert {one["proof"] for one in duties.DUTIES} == set(duties.PROOFS)
    assert set(proving.FINDERS) | {duties.HAND} == set(duties.PROOFS)
    duties.check(duties.shipped())
    first = dict(duties.DUTIES[0])
    for wrong in (
        {"every": "daily"},
        {"source": ""},
        {"name": {"zh-Hans": "只有中文"}},
        {"after": 999},
        {"proof": "magic"},
    ):
        with pytest.raises(InvalidInput):
            duties.check({"duties": [{**first, **wrong}]})


def test_what_a_stretch_owes_is_opened_once_with_owner_and_day(cast: Cast) -> None:
    with travel_to(MARCH):
        made = occurrences.open_owed()
        assert occurrences.open_owed() == [], "run twice it opens nothing twice"
        codes = [one.codes["duty"] for one in made]
        assert "micro" not in codes, "only a micro-enterprise reviews bad trends by itself"
        assert "rectify" not in codes, "no department has a rectification under way"
        assert codes.count("leaders") == 1
        trend, compliance, leaders = (
            occurrence("trend", "2026-03-11"), occurrence("compliance", "2026-01-01"), occurrence("leaders", "2026-01-01", cast.top_mgmt.id),
        )  # fmt: skip
        assert (trend.codes["due_on"], trend.owner_id) == ("2026-03-15", cast.analyst.id)
        assert (compliance.codes["due_on"], compliance.owner_id) == ("2026-12-31", cast.mgmt_rep.id)
        assert leaders.owner_id == cast.top_mgmt.id
        promise = Promise.objects.get(stream_id=compliance.pk, ended_at=None)
        assert (promise.kind, promise.due_at, promise.owner_id) == (
            "duty_due", local("2026-12-31 23:59:59"), cast.mgmt_rep.id,
        )  # fmt: skip
        assert (compliance.worded_or_none() or {})["what"] == "合规性评价 2026"
        with override("en"):
            assert (compliance.worded_or_none() or {})["what"] == "Compliance evaluation 2026"
    with travel_to(local("2026-04-02 10:00")):
        sweep_due()
        assert {one.codes["duty"] for one in occurrences.open_owed()} >= {
            "trend",
            "cover",
            "report",
            "practice",
            "committee",
        }
        late = Promise.objects.get(stream_id=trend.pk)
        assert late.breached_at == local("2026-03-15 23:59:59"), (
            "what nobody did stays owed, with the next one beside it"
        )
        found = {one.duty.code: one for one in occurrences.standing(date(2026, 4, 2))}
        assert found["trend"].state == "overdue"
        assert found["trend"].clauses == ("CTS 8.4",)
        assert [one.codes["due_on"] for one in found["trend"].overdue] == ["2026-03-15", "2026-03-22", "2026-03-29"]
        assert found["compliance"].state == "due"
        shown = {one.what: one for one in proofs.kept(date(2026, 4, 2))}
        assert (shown["投诉数据趋势监测"].holds, shown["投诉数据趋势监测"].clauses) == ("expired", ("CTS 8.4",)), (
            "the view of conformity tells it"
        )
        assert "合规性评价" not in shown, "not due yet, and never done"
    assert not [one for one in verify_organisation(Tally()) if one.table.startswith("registers")]


@pytest.mark.parametrize(
    ("after", "first", "due"),
    [
        (0, "2026-02-01", "2026-02-28"),  # a Saturday, and a make-up working day
        (0, "2026-05-01", "2026-05-31"),  # a Sunday: a stretch ends when it ends
        (2, "2026-05-01", "2026-06-02"),
        (6, "2026-05-01", "2026-06-08"),  # the 6th is a Saturday
        (1, "2026-09-01", "2026-10-08"),  # the National Day holiday
        (10, "2026-09-01", "2026-10-10"),  # a Saturday on which people work
    ],
)
def test_what_is_due_after_its_stretch_is_due_on_a_working_day(cast: Cast, after: int, first: str, due: str) -> None:
    given = next(one for one in duties.every_duty() if one.code == "report")
    duty = duties.Duty({**given.row, "after": after}, given.version)
    assert duty.due_on(Span(date.fromisoformat(first), "monthly")).isoformat() == due
    assert duty.begins_on(Span(date.fromisoformat(first), "monthly")).day == 1


def test_a_firm_that_begins_owes_nothing_for_before_and_what_does_not_apply_is_left_out(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation_id).update(
        created_at=local("2026-03-10 09:00"), enterprise={"documents": ["cts"]}
    )
    with acting_for(cast.organisation_id), travel_to(MARCH):
        made = occurrences.open_owed()
        assert {one.codes["duty"] for one in made} == {"trend", "compliance", "audit", "review"}, (
            "only CTS applies to it"
        )
        assert all(one.codes["due_on"] >= "2026-03-11" for one in made)


def test_a_duty_is_done_with_its_proof_and_let_off_by_somebody_else(cast: Cast) -> None:
    with travel_to(MARCH):
        occurrences.open_owed()
        mine = occurrence("security", "2026-01-01")
        assert mine.owner_id == cast.dso.id
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.dso, mine, "do", done_on="2026-03-10", note="已评估")
        assert [one.code for one in refused.value.unmet] == ["no_proof"]
        with pytest.raises(InvalidInput):
            take(cast.dso, mine, "do", done_on="2026-03-10", note="已评估", number="BH-2026-999")
        with pytest.raises(InvalidInput):
            take(cast.dso, mine, "do", done_on="2025-12-31", note="已评估", place="档案柜 3-2")
        with pytest.raises(NotAllowed):
            take(cast.analyst, mine, "do", done_on="2026-03-10", note="已评估", place="档案柜 3-2")
        proof = occurrence("exchange", "2026-01-01")
        done = take(cast.dso, mine, "do", done_on="2026-03-10", note="已评估", number=proof.number)
        assert (done.state, done.codes["done_on"]) == ("done", "2026-03-10")
        assert EntryLink.objects.get(entry=mine, kind="proved").other_id == proof.pk
        assert not Promise.objects.filter(stream_id=mine.pk, ended_at=None).exists()
        assert registers()["duty"].clauses(done.codes) == ("ISC 9.7.2.3",)
        again = take(cast.auditor, Entry.objects.get(pk=mine.pk), "give_back", due_on="2026-06-30", reason="报告未签字")
        assert (again.state, again.codes.get("done_on")) == ("open", None)
        Entry.objects.filter(pk=mine.pk).update(codes={**again.codes, "by_itself": True}, state="done")
        again = take(cast.auditor, Entry.objects.get(pk=mine.pk), "give_back", due_on="2026-06-30", reason="再查")
        assert not again.codes.get("by_itself")
        assert Promise.objects.get(stream_id=mine.pk, ended_at=None).due_at == local("2026-06-30 23:59:59")
        review = occurrence("exchange", "2026-01-01")
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.mgmt_rep, review, "waive", reason="本年无同行活动")
        assert [one.code for one in own.value.unmet] == ["own_duty"]
        assert take(cast.top_mgmt, review, "waive", reason="本年无同行活动").state == "waived"


def test_what_the_product_does_itself_proves_its_duty_without_a_second_entry(cast: Cast) -> None:
    with travel_to(MARCH):
        occurrences.open_owed()
        assert occurrences.prove_open() == 0, "nothing has happened yet"
    with travel_to(local("2026-04-03 10:00")):
        occurrences.open_owed()
        reports, register = [], registers()[monthly.NAME]
        for kind in ("monthly", "informatisation"):
            values = {
                "report": kind,
                "month": "2026-03-01",
                "proposals": "夜间加人",
                "span": "year" if kind != "monthly" else "",
            }
            opening = Opening(values={name: value for name, value in values.items() if value})
            entry = open_entry(actor=cast.analyst.actor, register=register, opening=opening)
            reports.append(
                take_step(actor=cast.analyst.actor, entry=entry, register=register, step="hand_in", values={})
            )
        assert occurrences.prove_open() == 0, "a report that nobody has approved proves nothing"
        for entry in reports:
            take_step(actor=cast.supervisor.actor, entry=entry, register=register, step="approve", values={})
        meeting = committee_reviews.open_owed()
        assert meeting is not None
        take(
            cast.mgmt_rep, meeting, "hold", held_on="2026-04-03", present=[str(cast.top_mgmt.id)], cases="无", effect="有效", strategy="不变",
        )  # fmt: skip
        values = {
            "subject": "exchange", "statement": "参加行业交流", "partners": "同行两家", "topic": "夜间受理", "outcome": "互换做法",
            "speaks_of": "2026-04-01",
        }  # fmt: skip
        shown = open_entry(actor=cast.qa.actor, register=registers()["evidence"], opening=Opening(values=values))
        take(cast.supervisor, shown, "approve")
        ended = open_entry(
            actor=cast.qa.actor, register=registers()[rounds.NAME],
            opening=Opening(values={"about": "上半年内部评审", "plan": "NS-1", "since": "2026-01-01", "until": "2026-03-31", "owner": str(cast.qa.id)}),
        )  # fmt: skip
        take(cast.qa, ended, "conclude", findings="总体良好")
        take(cast.supervisor, Entry.objects.get(pk=ended.pk), "accept")
        assert occurrences.prove_open() == 6
        assert occurrences.prove_open() == 0
        told = {
            code: occurrence(code, first)
            for code, first in (
                ("report", "2026-03-01"), ("products", "2026-03-01"), ("digital", "2026-01-01"), ("committee", "2026-01-01"),
                ("exchange", "2026-01-01"), ("service", "2026-01-01"),
            )
        }  # fmt: skip
        assert {one.state for one in told.values()} == {"done"}
        assert all(one.codes["by_itself"] for one in told.values())
        linked = {code: EntryLink.objects.get(entry=one, kind="proved").other_id for code, one in told.items()}
        assert linked == {
            "report": reports[0].pk, "products": reports[0].pk, "digital": reports[1].pk, "committee": meeting.pk, "exchange": shown.pk,
            "service": ended.pk,
        }  # fmt: skip
        assert Promise.objects.get(stream_id=told["report"].pk).ending == "met"


def test_a_record_proves_only_what_is_asked_of_whom_it_is_asked(cast: Cast) -> None:
    year, march = span_of("yearly", MARCH.date()), span_of("monthly", MARCH.date())

    def proved(name: str, leader: Person | None = None, span: Span = year) -> bool:
        return proving.FINDERS[name](span, str(leader.id) if leader else None) is not None

    with travel_to(MARCH):
        a_day(cast, cast.mgmt_rep)
        assert [proved("leaders_days", one) for one in (cast.mgmt_rep, cast.top_mgmt)] == [True, False]
        for where in (cast.units["finance"], cast.units["logistics"]):
            given = values(cast, department=str(where.pk))
            open_entry(
                actor=cast.supervisor.actor, register=registers()["rectification"], opening=Opening(values=given)
            )
    with travel_to(local("2026-04-01 10:00")):
        assert not proved("departments", span=march), "nothing is reported yet"
        first, second = department_reports.open_owed(monthly.NAME)
        for entry, all_in in ((first, False), (second, True)):
            Entry.objects.filter(pk=entry.pk).update(state="handed_in")
            assert proved("departments", span=march) is all_in, "one that has not reported leaves it open"
    told = Entry.objects.filter(pk=first.pk)  # the shape of a survey that ended is all that is looked at
    about = next(one.code for one in questionnaires().values() if one.row["about"] == INDEX)
    for answers in (0, 1):
        codes = {"answers": answers, "until": "2026-03-31", "questionnaire": about}
        told.update(register=SURVEY, state="closed", codes=codes)
        assert proved("index") is bool(answers)


@pytest.mark.req("MS-22")
def test_leaders_are_warned_once_sixty_days_before_the_year_ends(cast: Cast) -> None:
    with travel_to(MARCH):
        occurrences.open_owed()
    entry = occurrence("compliance", "2026-01-01")
    told = Notice.objects.filter(kind="duty.warned", stream_id=entry.pk)
    with travel_to(local("2026-10-31 10:00")):
        occurrences.warn()
        assert not told.exists()
    with travel_to(local("2026-11-01 10:00")):
        occurrences.warn()
        assert {one.member_id for one in told} == {cast.mgmt_rep.id, cast.supervisor.id, cast.top_mgmt.id}
        occurrences.warn()
        assert told.count() == 3, "once"


def test_intervals_owners_and_days_are_the_firms_to_change(cast: Cast) -> None:
    with travel_to(MARCH):
        occurrences.open_owed()
        body = duties.shipped()
        changed = next(one for one in body["duties"] if one["code"] == "audit")
        changed.update(every="half_yearly", role="auditor")
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=duties.KIND, body=body)
        rulebooks.forget_cached()
        assert span_of("yearly", MARCH.date()) == Span(date(2026, 1, 1), "yearly")
        assert occurrences.duty_in(occurrence_of("audit").codes).every == "yearly", "begun under the old rule"  # type: ignore[union-attr]
    with travel_to(MARCH + timedelta(days=1)):
        made = [one for one in occurrences.open_owed() if one.codes["duty"] == "audit"]
        assert [(one.codes["due_on"], one.owner_id) for one in made] == [("2026-06-30", cast.auditor.id)]


def occurrence_of(code: str) -> Entry:
    return next(one for one in Entry.objects.filter(register="duty") if one.codes["duty"] == code)


def test_the_year_shows_each_duty_in_its_month_in_words(cast: Cast, django_assert_num_queries: Any) -> None:
    with travel_to(MARCH):
        occurrences.open_owed()
        done = occurrence("security", "2026-01-01")
        take(cast.dso, done, "do", done_on="2026-03-10", note="已评估", place="档案柜 3-2")
    with travel_to(local("2026-04-02 10:00")):
        occurrences.open_owed()
        desk = enter(Client(), cast.mgmt_rep.username)
        page = desk.get("/desk/calendar-of-duties/?year=2026").content.decode()
        assert done.number in page
        for words in ("已超时 3", "已完成", "待办", "计划中", "每周", "CTS 9.1.2"):
            assert words in page, words
        assert "?year=2025" in page
        assert "?year=2027" in page
        assert "?year=2028" not in desk.get("/desk/calendar-of-duties/?year=2027").content.decode()
        listed = desk.get("/desk/records/duty/").content.decode()
        assert "欠 3 期" in listed
        assert "未规定频次" in desk.get(f"/desk/records/duty/{done.number}/").content.decode()
        with override("en"):
            from tingsu.evaluation import calendar_page

            with django_assert_num_queries(2):
                rows = calendar_page.rows_of(2026, date(2026, 4, 2))
            in_cells = {str(line["words"]) for row in rows for cell in row["cells"] for line in cell.lines}
            assert in_cells == {"planned", "due", "overdue", "done"}
        assert enter(Client(), cast.frontline.username).get("/desk/calendar-of-duties/").status_code == 403


@pytest.mark.req("MS-34", "SL-02")
def test_a_duty_is_due_by_the_calendar_of_where_its_owner_works(cast: Cast) -> None:
    with travel_to(local("2026-04-10 10:00")):
        row = {**duties.DUTIES[2], "after": 10}
        duty, span = duties.Duty(row, 0), span_of("monthly", date(2026, 3, 15))
        day = span.last + timedelta(days=10)
        assert duty.due_on(span, cast.dept.id) == day == date(2026, 4, 10), "a working day everywhere"
        away = {
            **LONDON,
            "units": [str(cast.units["logistics"].pk)],
            "years": {"2026": {**LONDON["years"]["2026"], "days_off": [{"on": "2026-04-10", "name": {"en": "Fair"}}]}},
        }
        publish(cast, uk=away)
        assert duty.due_on(span, cast.dept.id) == date(2026, 4, 13), "over a day off and a weekend of its own region"
        assert duty.due_on(span, cast.dept2.id) == duty.due_on(span) == day, "the others have the main calendar"
