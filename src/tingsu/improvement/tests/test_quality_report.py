"""The monthly report on the quality of records: opened once by itself, what is missing or wrong, by unit and person (RC-09)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.improvement import rules, tasks
from tingsu.improvement.quality_report import open_owed
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed
from tingsu.kernel.models import Event
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.triage.tests.cases import GRADE, step

pytestmark = pytest.mark.req("RC-09")
SHANGHAI = ZoneInfo("Asia/Shanghai")
FEBRUARY = datetime(2026, 2, 28, 23, 30, tzinfo=SHANGHAI)
MARCH = datetime(2026, 3, 1, 0, 30, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 9, 40, tzinfo=SHANGHAI)


def does(who: Person, entry: Entry, name: str, **given: Any) -> Entry:
    take_step(actor=who.actor, entry=entry, register=registers()[entry.register], step=name, values=given)
    return Entry.objects.get(pk=entry.pk)


@pytest.fixture
def records(cast: Cast) -> dict[str, Complaint]:
    """Of February: one in order, one that lacks something, one that was wrong; and one of the first half hour of March."""
    with travel_to(FEBRUARY):
        given = {
            "occurred_on": "2026-02-20",
            "product": "空气炸锅 5L",
            "record_confirmed": True,
            "problem_type": "consumer",
        }
        found = {
            "good": a_case(cast.frontline, **given),
            "lacks": a_case(cast.frontline2, **given | {"product": "", "record_confirmed": False}),
            "wrong": a_case(cast.frontline2, **given),
            "later": a_case(cast.frontline, **given),
        }
        step(cast.frontline, found["good"], "assess_and_grade", **GRADE | {"categories": ["16"]})
        step(cast.frontline2, found["wrong"], "correct_record", product="电饭煲 4L", reason="型号写错")
        step(cast.frontline, found["later"], "correct_record", branch="滨江店", reason="客户来电补充")
    with travel_to(MARCH):
        found["march"] = a_case(cast.frontline, **given | {"product": ""})
    return found


def test_the_report_on_the_month_before_is_opened_once_and_counts_by_person(cast: Cast, records: Any) -> None:
    with travel_to(NIGHT):
        entry = open_owed()
        assert entry is not None
        assert open_owed() is None, "once"
    codes = Entry.objects.get(pk=entry.pk).codes
    assert (codes["month"], codes["recorded"], codes["flawed"], codes["wrong"]) == ("2026-02-01", 4, 2, 1)
    assert {line["what"]: line["records"] for line in codes["counts"] if line["records"]} == {
        "incomplete": 1, "unconfirmed": 1, "wrong": 1,
    }  # fmt: skip
    frontline, frontline2 = str(cast.frontline.id), str(cast.frontline2.id)
    intake = str(cast.units["intake"].pk)
    assert codes["people"] == [
        {"unit": intake, "member": frontline2, "recorded": 2, "lacking": 1, "wrong": 1},
        {"unit": intake, "member": frontline, "recorded": 2, "lacking": 0, "wrong": 0},
    ]
    assert {line["number"]: line["what"] for line in codes["records"]} == {
        records["lacks"].number: ["incomplete", "unconfirmed"], records["wrong"].number: ["wrong"],
    }  # fmt: skip
    assert entry.owner_id == cast.qa.id
    limit = Promise.objects.get(stream_id=entry.pk, kind="data_quality_report")
    assert limit.due_at.astimezone(SHANGHAI).date().isoformat() == "2026-03-09", "five working days"


def test_a_month_without_complaints_owes_no_report(cast: Cast, records: Any) -> None:
    with travel_to(datetime(2026, 5, 2, 9, 0, tzinfo=SHANGHAI)):
        assert open_owed() is None


def test_it_is_assessed_by_one_and_noted_by_another_who_leads(cast: Cast, records: Any, sign_in: Any) -> None:
    with travel_to(NIGHT):
        entry = open_owed()
        assert entry is not None
        with pytest.raises(NotAllowed):
            does(cast.auditor, entry, "assess", findings="x")
        measures = [{"what": "登记页提示必填项", "who": str(cast.frontline2.id), "by": "2026-03-20"}]
        entry = does(cast.supervisor, entry, "assess", findings="型号易错", measures=measures)
        assert Promise.objects.get(stream_id=entry.pk, kind="data_quality_report").ending == "met"
        with pytest.raises((ConditionsUnmet, NotAllowed)):
            does(cast.supervisor, entry, "take_note")
        page = (
            sign_in(cast.auditor).get(reverse("registers:entry", args=["data_quality", entry.number])).content.decode()
        )
        assert all(word in page for word in (records["lacks"].number, "登记不完整", "记录有误", "登记页提示必填项"))
        assert does(cast.mgmt_rep, entry, "take_note").state == "noted"
    assert (
        sign_in(cast.frontline).get(reverse("registers:entry", args=["data_quality", entry.number])).status_code == 404
    )


@pytest.mark.parametrize(
    ("given", "cause", "opens"),
    [
        ({"product": "电饭煲 4L"}, "ours", True),
        ({"branch": "滨江店"}, "told_later", False),
        ({"product": "电饭煲 4L", "cause": "told_later"}, "told_later", False),
        ({"branch": "滨江店", "cause": "ours"}, "ours", True),
        ({"scene": "store"}, "told_later", False),
    ],
)
def test_a_wrong_record_is_a_nonconformity_and_what_was_told_later_is_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], cause: str, opens: bool
) -> None:
    queued: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.open_nonconformity, "defer", lambda **named: queued.append(named))
    made = a_case(cast.frontline)
    step(cast.frontline, made, "correct_record", **given, reason="更正")
    event = Event.objects.get(stream_id=made.pk, kind="complaint.record_corrected")
    assert event.body["cause"] == cause
    assert [one["source"] for one in queued] == ([rules.ERROR] if opens else [])
