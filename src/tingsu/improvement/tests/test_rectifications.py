"""Rectifications outlive the case: owner, day, effect at an interval, a check by somebody else (CO-09, OG-08)."""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.casework.tests.cases import investigating
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.linked import newest_links
from tingsu.complaints.models import Complaint
from tingsu.improvement import rectifications
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people.actions import give_post
from tingsu.registers import queries
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import told_links
from tingsu.triage.tests.cases import registered, step

WHAT: dict[str, Any] = {
    "kind": "process",
    "what": "打款失败自动重试并告警",
    "criterion": "同类投诉每月不超过 2 件",
    "every": "monthly",
}


def day(days: int) -> date:
    return local_date(now(), "Asia/Shanghai") + timedelta(days=days)


def values(cast: Cast, until: int = 10, check: int = 40, **changes: Any) -> dict[str, Any]:
    dates = {"until": day(until).isoformat(), "check_on": day(check).isoformat()}
    return WHAT | dates | {"department": str(cast.units["finance"].pk)} | changes


def ordered(cast: Cast, complaint: Complaint | None = None, who: str = "specialist", **changes: Any) -> Entry:
    step(getattr(cast, who), complaint or investigating(cast), "order_rectification", **values(cast, **changes))
    return Entry.objects.get(register="rectification")


def does(who: Person, entry: Entry, name: str, **given: Any) -> Entry:
    take_step(actor=who.actor, entry=entry, register=registers()["rectification"], step=name, values=given)
    return Entry.objects.get(pk=entry.pk)


def running(entry: Entry) -> set[str]:
    return set(Promise.objects.filter(stream_id=entry.pk, ended_at=None).values_list("kind", flat=True))


@pytest.mark.req("CO-09", "OG-08")
def test_a_case_orders_it_and_the_department_answers_for_it_with_three_limits(cast: Cast) -> None:
    complaint = investigating(cast)
    entry = ordered(cast, complaint)
    assert (entry.state, entry.owner_id, entry.unit_id) == ("open", cast.dept2.id, cast.units["finance"].pk)
    assert running(entry) == {"rectification_done", "rectification_check", "rectification_report"}
    assert Event.objects.get(stream_id=complaint.pk, kind="complaint.rectification_ordered").data["entry"] == str(
        entry.pk
    )
    assert len(told_links(cast.supervisor.actor, newest_links(complaint))) == 1
    assert Notice.objects.filter(member_id=cast.dept2.id, kind="rectification.given").exists()


@pytest.mark.req("CO-09")
def test_it_goes_on_when_the_complaint_is_closed_and_can_be_ordered_then(cast: Cast) -> None:
    complaint = investigating(cast)
    entry = ordered(cast, complaint)
    Complaint.objects.filter(pk=complaint.pk).update(state="closed")
    complaint.refresh_from_db()
    step(cast.supervisor, complaint, "order_rectification", **values(cast, kind="training"))
    assert Entry.objects.filter(register="rectification").count() == 2
    assert running(entry) == {"rectification_done", "rectification_check", "rectification_report"}
    assert does(cast.dept2, entry, "finish", done_on=day(0).isoformat(), result="已上线").state == "carried"


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("who", ["frontline2", "dept", "function", "coach", "auditor"])
def test_not_everybody_orders_one(cast: Cast, who: str) -> None:
    complaint = investigating(cast)
    with pytest.raises((NotAllowed, NotFound)):
        ordered(cast, complaint, who)
    assert not Entry.objects.filter(register="rectification").exists()


@pytest.mark.req("CO-09")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": 10, "check": 9}, "check_on"),
        ({"until": -1}, "until"),
        ({"every": "sometimes"}, "every"),
        ({"what": ""}, "what"),
        ({"department": "x"}, "department"),
    ],
)
def test_wrong_dates_and_codes_are_refused_and_nothing_is_half_done(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        ordered(cast, complaint, **changes)
    assert field in refused.value.fields
    assert not Entry.objects.filter(register="rectification").exists()
    assert not Event.objects.filter(kind="complaint.rectification_ordered").exists()


@pytest.mark.req("CO-09")
def test_the_effect_may_be_looked_at_on_the_very_day_it_is_to_be_carried_out(cast: Cast) -> None:
    entry = ordered(cast, until=10, check=10)
    assert entry.codes["until"] == entry.codes["check_on"] == day(10).isoformat()


@pytest.mark.req("CO-09", "VL-10")
def test_the_effect_is_checked_by_somebody_outside_the_department_on_its_day(cast: Cast) -> None:
    entry = does(cast.dept2, ordered(cast), "finish", done_on=day(0).isoformat(), result="已上线，回归通过")
    assert running(entry) == {"rectification_check", "rectification_report"}
    with pytest.raises(ConditionsUnmet):
        does(cast.qa, entry, "confirm", effect="同类投诉 0 件")
    give_post(actor=cast.mgmt_rep.actor, member_id=cast.dept2.id, unit_id=cast.units["centre"].pk, role="qa")
    give_post(actor=cast.mgmt_rep.actor, member_id=cast.coach.id, unit_id=cast.units["finance"].pk, role="dept")
    give_post(actor=cast.mgmt_rep.actor, member_id=cast.coach.id, unit_id=cast.units["centre"].pk, role="qa")
    from tingsu.people.access import actor_of
    from tingsu.people.models import Member

    with travel_to(now() + timedelta(days=41)):
        for who in (
            cast.dept2,
            cast.coach,
        ):  # whoever carried it out, and a colleague of the department by a second hat
            actor = actor_of(Member.objects.get(pk=who.id))
            with pytest.raises(ConditionsUnmet):
                take_step(
                    actor=actor,
                    entry=entry,
                    register=registers()["rectification"],
                    step="confirm",
                    values={"effect": "自己看过"},
                )
        entry = does(cast.qa, entry, "confirm", effect="同类投诉 0 件")
    assert entry.state == "effective"
    assert running(entry) == set()


@pytest.mark.req("CO-09")
def test_without_effect_it_is_done_once_more(cast: Cast) -> None:
    entry = does(cast.dept2, ordered(cast), "finish", done_on=day(0).isoformat(), result="已上线")
    with travel_to(now() + timedelta(days=41)):
        later = {"effect": "仍有 5 件", "until": day(10).isoformat()}
        with pytest.raises(InvalidInput):
            does(cast.qa, entry, "reopen", **later, check_on=day(9).isoformat())
        entry = does(cast.qa, entry, "reopen", **later, check_on=day(20).isoformat())
        assert entry.state == "open"
        assert {"rectification_done", "rectification_check"} <= running(entry)


@pytest.mark.req("OG-08", "SL-15")
def test_the_effect_is_reported_at_its_interval_and_missing_reports_are_reminded(cast: Cast) -> None:
    entry = ordered(cast)
    first = Promise.objects.get(stream_id=entry.pk, kind="rectification_report")
    entry = does(cast.dept2, entry, "report", report="重试成功率 99%", figure="同类投诉 6 → 1")
    first.refresh_from_db()
    assert first.ending == "met"
    second = Promise.objects.get(stream_id=entry.pk, kind="rectification_report", ended_at=None)
    assert second.due_at >= first.due_at
    with travel_to(second.due_at + timedelta(minutes=1)):
        while sweep_due().taken:
            pass
        assert Event.objects.filter(
            stream_id=entry.pk, kind="promise.warned", data__kind="rectification_report"
        ).exists()
        assert Event.objects.filter(
            stream_id=entry.pk, kind="promise.breached", data__kind="rectification_report"
        ).exists()


@pytest.mark.req("CO-09", "PS-11")
def test_another_department_sees_nothing_of_it(cast: Cast) -> None:
    entry = ordered(cast)
    with pytest.raises((NotAllowed, NotFound)):
        does(cast.dept, entry, "finish", done_on=day(0).isoformat(), result="不是我们")
    with pytest.raises((NotAllowed, NotFound)):
        does(cast.frontline, entry, "report", report="x")


@pytest.mark.req("CO-09")
def test_nobody_who_leads_the_department_is_needed_where_an_owner_is_named(cast: Cast) -> None:
    given = values(cast, department=str(cast.units["handling"].pk))
    register = registers()["rectification"]
    with pytest.raises(InvalidInput) as refused:
        open_entry(actor=cast.supervisor.actor, register=register, opening=Opening(values=given))
    assert set(refused.value.fields) == {"owner"}
    entry = open_entry(
        actor=cast.supervisor.actor, register=register, opening=Opening(values=given | {"owner": str(cast.coach.id)})
    )
    assert entry.owner_id == cast.coach.id


@pytest.mark.req("CO-09")
def test_from_which_day_and_by_whom_the_effect_is_judged_and_since_when_reports_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Midnight in Beijing begins the day; who answers for it and who works in the department do not judge."""
    owner, unit, other = (uuid.UUID(int=number) for number in (1, 2, 3))
    monkeypatch.setattr(rectifications, "current_organisation", lambda: SimpleNamespace(time_zone="Asia/Shanghai"))
    kept: dict[str, Any] = {}
    opened: Any = SimpleNamespace(
        entry=SimpleNamespace(codes={"check_on": "2026-03-03"}, owner_id=owner, unit_id=unit), put=kept.__setitem__,
    )  # fmt: skip
    nothing: Any = None
    for hour, early in ((15, True), (16, False), (40, False)):
        opened.at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
        unmet = rectifications.check_day_reached(opened, nothing, nothing)
        assert [one.code for one in unmet] == ["too_early"] * early
        rectifications.reported(opened, {})
        assert kept == {"reported_on": local_date(opened.at, "Asia/Shanghai")}
    for who, units, its_own in (
        (owner, (), True),
        (other, (unit,), True),
        (other, (other,), False),
        (owner, (unit,), True),
    ):
        opened.actor = SimpleNamespace(id=who, unit_ids=units)
        assert [one.code for one in rectifications.not_its_own(opened, nothing, nothing)] == [
            "own_department"
        ] * its_own
    for late, refused in ((0, False), (1, False), (-1, True)):
        values_ = {"until": date(2026, 3, 5), "check_on": date(2026, 3, 5) + timedelta(days=late)}
        if refused:
            with pytest.raises(InvalidInput):
                rectifications.again(opened, values_)
        else:
            rectifications.again(opened, values_)


@pytest.mark.req("IM-16")
@pytest.mark.parametrize("problem_type", ["ip", "qualification"])
def test_what_a_department_improves_after_infringements_and_reports_is_followed_to_its_end_across_cases(
    cast: Cast, problem_type: str
) -> None:
    complaint = investigating(cast, registered(cast.frontline, problem_type=problem_type))
    first = ordered(cast, complaint)
    rectification = registers()["rectification"]

    def listed(**asked: str) -> list[str]:
        rows = queries.rows_of(cast.supervisor.actor, rectification, queries.asked_of(rectification, asked))
        return [row.number for row in rows]

    department = str(cast.units["finance"].pk)
    assert listed(state="running", department=department) == [first.number]
    assert listed(state="running", department=str(cast.units["centre"].pk)) == []
    assert {"rectification_done", "rectification_check", "rectification_report"} == running(first)
    does(cast.dept2, first, "finish", done_on=day(0).isoformat(), result="上架前核验授权书")
    with travel_to(now() + timedelta(days=41)):
        does(cast.qa, first, "confirm", effect="同类投诉 0 件")
    assert listed(state="running") == []
    assert listed(state="effective") == [first.number]
    assert running(first) == set()
