"""What a department reports each month of all its rectifications together: opened by itself, written there, taken note of (CO-09, OG-08)."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.governance import department_reports, monthly
from tingsu.governance.tests.test_disposal import findings, take
from tingsu.improvement.tests.test_rectifications import does, running, values
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.people.access import actor_of
from tingsu.people.actions import give_post
from tingsu.people.models import Member
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.paper import sheet_of_entry
from tingsu.triage.tests.cases import registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("CO-09", "OG-08")]
MARCH = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
"""In Beijing it is 1 April, one o'clock at night."""


def measure(cast: Cast, at: datetime, **changes: Any) -> Entry:
    with travel_to(at):
        given = values(cast, **changes)
        return open_entry(
            actor=cast.supervisor.actor, register=registers()["rectification"], opening=Opening(values=given)
        )


def owed(at: datetime = APRIL) -> list[Entry]:
    with travel_to(at):
        return department_reports.open_owed(monthly.NAME)


def said(*entries: Entry, **more: Any) -> dict[str, Any]:
    effects = [{"measure": one.number, "effect": f"{one.number}见效", "figure": "6 → 1"} for one in entries]
    return {"effects": effects, "findings": "整体有效", "proposals": "推广到其他门店"} | more


@pytest.fixture
def three(cast: Cast) -> list[Entry]:
    """One that runs, one that was carried out, one that was dropped before the month began, and one that was dropped in it."""
    runs, carried = measure(cast, MARCH), measure(cast, MARCH, kind="training")
    ended = measure(cast, MARCH - timedelta(days=30), kind="other")
    gone = measure(cast, MARCH - timedelta(days=30), kind="rules")
    with travel_to(MARCH - timedelta(days=20)):
        does(cast.qa, gone, "drop", reason="已由总部统一修改")
    with travel_to(MARCH + timedelta(days=1)):
        carried = does(cast.dept2, carried, "finish", done_on="2026-03-11", result="已培训")
        does(cast.qa, ended, "drop", reason="产品已停售")
    return [runs, carried, gone, ended]


def test_the_report_of_the_month_is_asked_of_the_department_once(cast: Cast, three: list[Entry]) -> None:
    runs, carried, _gone, ended = three
    with travel_to(MARCH):
        mine, _other = registered(cast.frontline), registered(cast.frontline)
    Complaint.objects.filter(pk=mine.pk).update(department_id=cast.units["finance"].pk)
    for early in (MARCH, datetime(2026, 3, 31, 15, 59, tzinfo=UTC)):
        assert date(2026, 3, 1) not in {one.speaks_of for one in owed(early)}, "the month is not over"
    (entry,) = owed()
    assert (entry.state, entry.owner_id, entry.unit_id) == ("owed", cast.dept2.id, cast.units["finance"].pk)
    assert (entry.speaks_of, entry.codes["received"]) == (date(2026, 3, 1), 1)
    lines = {line["number"]: line["stage"] for line in entry.codes["standing"]}
    assert lines == {runs.number: "open", carried.number: "carried", ended.number: "dropped"}
    assert {line["number"]: line["late"] for line in entry.codes["standing"]} == {
        runs.number: True,
        carried.number: False,
        ended.number: False,
    }
    assert running(entry) == {"department_report"}
    assert Notice.objects.filter(member_id=cast.dept2.id, kind="monthly_report.given").exists()
    assert owed() == []
    assert owed(APRIL + timedelta(days=20)) == []
    assert [one.codes["department"] for one in owed(APRIL + timedelta(days=31))] == [str(cast.units["finance"].pk)]


def test_what_the_department_says_is_the_report_of_each_rectification_too(cast: Cast, three: list[Entry]) -> None:
    runs, carried, gone, _ended = three
    (entry,) = owed()
    later = APRIL + timedelta(days=2)
    for who, step in product(
        (cast.analyst, cast.supervisor, cast.dept, cast.frontline), ("report", "compile", "hand_in")
    ):
        with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
            take(who, entry, step, later, **(said(runs, carried) if step == "report" else {}))
    wrong: list[tuple[dict[str, Any], str]] = [
        (said(runs), "missing"),
        (said(runs, carried, carried), "twice"),
        (said(runs, carried, gone), ""),
        (said(runs, carried, findings=""), ""),
    ]
    for given, code in wrong:
        with pytest.raises(InvalidInput) as refused:
            take(cast.dept2, entry, "report", later, **given)
        assert not code or refused.value.fields["effects"].code == code
    assert running(runs) == {"rectification_done", "rectification_check", "rectification_report"}
    first = Promise.objects.get(stream_id=runs.pk, kind="rectification_report")
    entry = take(cast.dept2, entry, "report", later, **said(runs, carried))
    assert entry.state == "handed_in"
    assert Promise.objects.get(stream_id=entry.pk, kind="department_report").ending == "met"
    first.refresh_from_db()
    assert first.ending == "met"
    for one in (runs, carried):
        one.refresh_from_db()
        assert one.written()["report"] == f"{one.number}见效"
        assert one.codes["reported_on"] == "2026-04-03"
    told = Notice.objects.filter(stream_id=entry.pk, kind="monthly_report.reported")
    assert set(told.values_list("member_id", flat=True)) == {cast.supervisor.id, cast.mgmt_rep.id}
    assert findings() == []


@pytest.mark.req("VL-10")
def test_the_centre_takes_note_and_nobody_of_the_department_does(cast: Cast, three: list[Entry]) -> None:
    (entry,) = owed()
    entry = take(cast.dept2, entry, "report", APRIL, **said(*three[:2]))
    entry = take(cast.supervisor, entry, "give_back", APRIL, reason="缺少数据")
    assert (entry.state, running(entry)) == ("owed", {"department_report"})
    entry = take(cast.dept2, entry, "report", APRIL, **said(*three[:2]))
    with travel_to(APRIL):
        give_post(actor=cast.mgmt_rep.actor, member_id=cast.coach.id, unit_id=cast.units["finance"].pk, role="dept")
        give_post(
            actor=cast.mgmt_rep.actor, member_id=cast.coach.id, unit_id=cast.units["centre"].pk, role="supervisor"
        )
        both = Person(cast.coach.id, "coach", cast.units["centre"].pk, actor_of(Member.objects.get(pk=cast.coach.id)))
    with pytest.raises(ConditionsUnmet) as refused:
        take(both, entry, "take_note", APRIL)
    assert "own_department" in {one.code for one in refused.value.unmet}
    assert take(cast.mgmt_rep, entry, "take_note", APRIL).state == "noted"
    assert running(entry) == set()


def test_its_page_form_and_document_name_every_rectification(cast: Cast, three: list[Entry], sign_in: Any) -> None:
    (entry,) = owed()
    with travel_to(APRIL):
        client = sign_in(cast.dept2)
        form = client.get(reverse("registers:step", args=["monthly_report", entry.number, "report"])).content.decode()
        chosen = re.findall(r'value="(ZG-[^"]+)" (?:checked|selected)', form)
        assert chosen == [one.number for one in three[:2]], "a line for each that still runs"
        take(cast.dept2, entry, "report", APRIL, **said(*three[:2]))
        page = client.get(reverse("registers:entry", args=["monthly_report", entry.number])).content.decode()
        assert all(f"{one.number}见效" in page for one in three[:2])
        assert three[2].number not in page
        written = Entry.objects.get(pk=entry.pk)
        paper = client.get(reverse("registers:print", args=["monthly_report", entry.number])).content.decode()
        assert written.written()["findings"] in paper
        facts = sheet_of_entry(cast.dept2.actor, registers()["monthly_report"], written).parts[0].facts
        assert written.written()["findings"] in dict(facts).values(), "no other document holds it"
        assert (
            sign_in(cast.dept).get(reverse("registers:entry", args=["monthly_report", entry.number])).status_code == 404
        )


def test_the_data_analysis_group_opens_one_of_a_department_by_hand(cast: Cast, three: list[Entry]) -> None:
    with travel_to(APRIL):
        entry = open_entry(
            actor=cast.analyst.actor, register=registers()[monthly.NAME],
            opening=Opening(values={"month": "2026-03-09", "department": str(cast.units["finance"].pk), "proposals": "合并说明"}),
        )  # fmt: skip
        nobody = open_entry(
            actor=cast.analyst.actor, register=registers()[monthly.NAME],
            opening=Opening(values={"month": "2026-03-09", "department": str(cast.units["handling"].pk), "proposals": "合并说明"}),
        )  # fmt: skip
    assert (entry.state, entry.owner_id) == ("owed", cast.dept2.id)
    assert (nobody.state, nobody.owner_id) == ("owed", cast.supervisor.id), "where nobody leads, the next one above"
    assert owed() == []
