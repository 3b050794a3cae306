"""Edges of casework in tables: how deep, which level, whose opinion, what still waits, what a returned task keeps."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.casework import from_record, queries, rules, waiting
from tingsu.casework.depth import proposed_depth
from tingsu.casework.models import DepartmentTask, FunctionOpinion, Mediation
from tingsu.casework.options import departments
from tingsu.casework.panels import open_tasks
from tingsu.casework.steps import tasks as asking
from tingsu.casework.steps import verdict
from tingsu.casework.tests.cases import ANSWERED, MEDIATED, UNFOUNDED, basis, founded, investigating, outside, with_task
from tingsu.casework.tests.test_tasks import codes, unmet
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.people import directory
from tingsu.people.models import Unit
from tingsu.triage.tests.cases import HIGH, PLAN, graded, last_event, registered, reported, step


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("stream").get(pk=complaint.pk)


@pytest.mark.req("IV-05")
@pytest.mark.parametrize(
    ("facts", "depth"),
    [
        ({}, "basic"), ({"repeat_count": 2}, "basic"), ({"difficult": True}, "standard"), ({"repeated": True}, "standard"),
        ({"urgency": "urgent"}, "standard"), ({"grade": "high_risk"}, "in_depth"), ({"major": True}, "in_depth"),
        ({"crisis": True}, "in_depth"), ({"repeat_count": 3}, "in_depth"), ({"repeat_count": 4, "urgency": "urgent"}, "in_depth"),
    ],
)  # fmt: skip
def test_each_weight_alone_asks_for_its_depth(facts: dict[str, Any], depth: str) -> None:
    usual = {"grade": "general", "urgency": "normal", "repeat_count": 1}
    usual |= dict.fromkeys(("major", "crisis", "difficult", "repeated"), False)
    assert proposed_depth(SimpleNamespace(**usual | facts)) == depth  # type: ignore[arg-type]


@pytest.mark.req("MD-02", "MD-03")
@pytest.mark.parametrize("crisis", [True, False])
@pytest.mark.parametrize("major", [True, False])
@pytest.mark.parametrize("urgency", ["urgent", "normal"])
@pytest.mark.parametrize("grade", ["high_risk", "general"])
def test_which_line_of_the_levels_a_weight_reads(
    monkeypatch: pytest.MonkeyPatch, grade: str, urgency: str, major: bool, crisis: bool
) -> None:
    body = {"levels": {name: name for name in rules.WEIGHTS}}
    monkeypatch.setattr(rules.rulebooks, "in_force", lambda kind: SimpleNamespace(body=body))
    light = "high_risk" if grade == "high_risk" or major else "general"
    wanted = "crisis" if crisis else "major_urgent" if (major, urgency) == (True, "urgent") else light
    assert rules.needed_level(grade=grade, urgency=urgency, major=major, crisis=crisis) == wanted


@pytest.mark.req("IV-07")
@pytest.mark.parametrize(
    ("state", "reason", "refused"),
    [
        ("collected", "", False), ("not_available", "", True), ("not_needed", "", True), ("not_available", "已覆盖", False),
        ("not_needed", "无关", False),
    ],
)  # fmt: skip
def test_every_source_that_was_not_collected_says_why(cast: Cast, state: str, reason: str, refused: bool) -> None:
    lines = [
        *({"source": code, "state": "collected", "reason": ""} for code in ("service", "contacts", "orders")),
        {"source": "video", "state": state, "reason": reason},
    ]
    if not refused:
        return verdict.check_sources(lines, "basic")
    with pytest.raises(InvalidInput) as refusal:
        verdict.check_sources(lines, "basic")
    assert list(refusal.value.fields["sources"].rows) == [3]  # type: ignore[attr-defined]
    return None


@pytest.mark.req("CO-01", "IV-07")
def test_what_the_record_says_is_at_hand_and_who_is_waited_for(cast: Cast) -> None:
    complaint = investigating(cast)
    files = [store.keep(name, b"x", actor=cast.specialist.actor) for name in ("甲.txt", "乙.txt")]
    store.attach([one.pk for one in files], complaint.pk, now(), actor=cast.specialist.actor)
    StoredFile.objects.filter(pk=files[0].pk).update(erased_at=now())
    with override("en"):
        assert "1 file of the case" in from_record.evidence_at_hand(fresh(complaint))
    later, sooner = ((now() + timedelta(days=days)).isoformat() for days in (9, 2))
    for unit, due in (("logistics", later), ("finance", sooner)):
        with_task(cast, complaint, unit=str(cast.units[unit].pk), due_at=due)
    with override("zh-hans"):
        assert [line[:3] for line in open_tasks(cast.specialist.actor, fresh(complaint))] == ["财务结", "物流部"]
    ask = {"kind": "function", "unit": str(cast.units["legal"].pk), "question": "是否支持"}
    step(cast.specialist, complaint, "ask_opinion", **ask)
    assert len(waiting.waited_for(cast.specialist.actor, fresh(complaint))) == 1
    step(cast.function, complaint, "give_opinion", opinion=str(FunctionOpinion.objects.get().pk), content="支持")
    assert waiting.waited_for(cast.specialist.actor, fresh(complaint)) == []


@pytest.mark.req("AS-05")
def test_the_department_of_the_topic_is_offered_first(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    for code in ("finance", "logistics"):
        Unit.objects.update(topics=[])
        Unit.objects.filter(code=code).update(topics=[complaint.problem_type])
        directory.forget_cached()
        assert departments(complaint)[0][0] == str(cast.units[code].pk)


@pytest.mark.req("IV-11")
def test_the_answer_names_whom_the_latest_verdict_named(cast: Cast) -> None:
    complaint = investigating(cast)
    for name in ("顺达快递", "平安保险"):
        found = UNFOUNDED | {"verdict": "not_ours", "transfer_name": name, "transfer_contact": "95000"}
        step(cast.specialist, complaint, "find_unfounded", **found, bases=basis())
        assert queries.transfer_of(fresh(complaint)) == (name, "95000")
        step(cast.specialist, complaint, "deliver_answer", answer="请联系该公司。", tone="normal")
        complaint = step(cast.specialist, complaint, "contest", new_facts="不是他们")


@pytest.mark.req("CO-06")
def test_where_no_function_is_known_for_a_risk_all_are_asked(cast: Cast) -> None:
    Unit.objects.filter(code="legal").update(code="law")
    directory.forget_cached()
    complaint = reported(cast, registered(cast.frontline))
    graded(cast.supervisor, complaint, **HIGH | {"risk_marks": ["litigation"]})
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    step(cast.supervisor, complaint, "adopt_pre_plan", **to)
    joined = CaseMember.objects.filter(complaint=complaint, role="function").values_list("unit_id", flat=True)
    assert list(joined) == [cast.units["legal"].pk]


@pytest.mark.req("MD-05")
def test_a_mediation_outside_the_body_settles_no_crisis(cast: Cast) -> None:
    complaint = founded(cast)
    complaint = step(cast.specialist, complaint, "appoint_mediator", member=str(cast.mediator.id))
    step(cast.mediator, complaint, "mediate", **MEDIATED, result="not_agreed")
    Complaint.objects.filter(pk=complaint.pk).update(crisis=True)
    for by_body, left in ((False, {"body_not_involved"}), (True, set())):
        Mediation.objects.update(by_body=by_body)
        assert unmet(cast.specialist, fresh(complaint), "send_solution", "crisis_mediated") == left


@pytest.mark.req("CO-08")
def test_what_an_outside_body_said_is_entered_by_the_owner_alone(cast: Cast) -> None:
    complaint = investigating(cast)
    step(
        cast.specialist, complaint, "ask_opinion", kind="function", unit=str(cast.units["legal"].pk), question="支持？"
    )
    step(cast.specialist, complaint, "ask_opinion", **outside())
    asked = str(FunctionOpinion.objects.get(kind="outside").pk)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.function, complaint, "give_opinion", opinion=asked, content="合格")
    assert codes(refused) == {"no_opinion"}
    step(cast.specialist, complaint, "give_opinion", opinion=asked, content="合格")
    assert last_event(complaint).data["unit"] is None
    own = str(FunctionOpinion.objects.get(kind="function").pk)
    step(cast.function, complaint, "give_opinion", opinion=own, content="支持")
    assert last_event(complaint).data["unit"] == str(cast.units["legal"].pk)


@pytest.mark.req("E10")
def test_a_returned_task_forgets_its_answer_and_an_answer_changes_no_other_waiting(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "accept_task", task=task)
    complaint = step(cast.specialist, complaint, "set_waiting", waiting_on="complainant")
    complaint = step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert complaint.waiting_on == "complainant", "what the complainant owes is owed still"
    complaint = step(cast.specialist, complaint, "return_task", task=task, reason="缺轨迹")
    row = DepartmentTask.objects.get()
    assert (row.state, row.returns, row.accepted_by, row.accepted_at, row.answered_by, row.answered_at) == (
        "open", 1, None, None, None, None,
    )  # fmt: skip
    assert complaint.waiting_on == "department"
    complaint = step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert complaint.waiting_on == "us"


@pytest.mark.req("CO-01")
@pytest.mark.parametrize(
    ("after", "stays"), [(timedelta(), True), (waiting.KEPT - timedelta(seconds=1), True), (waiting.KEPT, False)]
)
def test_what_a_department_answered_stays_with_it_for_two_weeks(cast: Cast, after: timedelta, stays: bool) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    answered_at = DepartmentTask.objects.get().answered_at
    assert answered_at is not None
    for person in cast._people.values():
        with travel_to(answered_at + after):
            shown = waiting.tasks_answered(person.actor, answered_at + after).items
        assert [item.number for item in shown] == [complaint.number] * (stays and person.id == cast.dept.id)


@pytest.mark.req("FB-01")
def test_the_first_reply_stays_the_first_and_no_promised_date_outlives_the_answer(cast: Cast) -> None:
    complaint = investigating(cast)
    soon = (now() + timedelta(hours=5)).isoformat()
    complaint = step(cast.specialist, complaint, "feed_back", content="正在核实。", means="phone", next_at=soon)
    first = complaint.first_reply_at
    assert first is not None
    assert complaint.next_feedback_at is not None
    step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    complaint = step(cast.specialist, complaint, "deliver_answer", answer="退款已到账，附流水。", tone="normal")
    assert (complaint.first_reply_at, complaint.last_feedback_at) == (first, complaint.answered_at)
    assert complaint.next_feedback_at is None, "what was promised is done"


class Tasks:
    """The table of tasks without a database: what was made stands in `made`."""

    Kind, State = DepartmentTask.Kind, DepartmentTask.State

    def __init__(self) -> None:
        self.made: list[Any] = []

    def __call__(self, **given: Any) -> Any:
        row = SimpleNamespace(
            pk=given["id"], save=lambda **more: None, **given, seal=lambda name, words: setattr(row, name, words)
        )
        self.made.append(row)
        return row


@pytest.mark.req("CO-01", "CO-04", "SL-12")
@pytest.mark.parametrize(
    ("kind", "ticked", "named", "necessary"),
    [("facts", False, False, False), ("facts", True, True, True), ("technical", False, False, True), ("measure", None, True, False)],
)  # fmt: skip
def test_what_is_asked_of_a_department_by_when_of_whom_and_who_hears_of_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, ticked: bool, named: bool, necessary: bool
) -> None:
    unit, owner, asker, agreed = UUID(int=1), UUID(int=2), UUID(int=3), now()
    due, done, rows = agreed + timedelta(days=1) if named else None, [], Tasks()
    monkeypatch.setattr(
        asking, "agreed_end", lambda case, *asked: agreed if asked == (unit, kind, "department_answer") else None
    )
    monkeypatch.setattr(asking, "asked_first", lambda who: owner if who == unit else None)
    monkeypatch.setattr(asking, "join", lambda case, role, unit_id: done.append((role, unit_id)))
    monkeypatch.setattr(asking, "tell_unit", lambda case, who, what: done.append((what, who)))
    monkeypatch.setattr(asking, "_show_waiting", lambda case: done.append("waits"))
    monkeypatch.setattr(asking, "DepartmentTask", rows)

    def start(timer: str, *, due_at: Any, subject_id: Any, owner_id: Any) -> Any:
        done.append((timer, due_at, owner_id))
        return SimpleNamespace(due_at=due_at)

    case: Any = SimpleNamespace(
        complaint=None, actor=SimpleNamespace(id=asker), at=agreed, fact=lambda *given: None, start=start
    )
    asking.department_task(case, {"unit": unit, "request": "查单", "kind": kind, "necessary": ticked, "due_at": due})
    (task,) = rows.made
    assert (task.kind, task.necessary, task.due_at, task.asked_by, task.request) == (
        kind,
        necessary,
        due or agreed,
        asker,
        "查单",
    )
    assert done == [("department_answer", due or agreed, owner), ("dept", unit), ("case.task", unit), "waits"]


@pytest.mark.req("CO-01", "SL-18")
def test_a_task_given_back_runs_anew_and_for_whom_a_case_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed, done = now(), []
    task = SimpleNamespace(
        pk=UUID(int=4), unit_id=UUID(int=1), kind="facts", returns=1, state="answered", seal=lambda *said: done.append(said),
        save=lambda update_fields: done.append(set(update_fields)),
    )  # fmt: skip
    monkeypatch.setattr(asking, "_task", lambda case, values: task)
    monkeypatch.setattr(asking, "agreed_end", lambda case, *asked: agreed)
    monkeypatch.setattr(asking, "asked_first", lambda who: UUID(int=2))
    monkeypatch.setattr(asking, "tell_unit", lambda case, who, what: done.append((what, who)))
    waits: list[str] = []
    case: Any = SimpleNamespace(
        complaint=SimpleNamespace(waiting_on="us"), wait_on=waits.append,
        start=lambda timer, *, due_at, subject_id, owner_id: SimpleNamespace(due_at=(timer, due_at, subject_id, owner_id)),
    )  # fmt: skip
    gone = {"answered_at", "answered_by", "accepted_at", "accepted_by"}
    for owed, on, shown in (
        (True, "us", ["department"]),
        (False, "department", ["us"]),
        (False, "complainant", []),
        (False, "us", []),
    ):
        done.clear()
        waits.clear()
        rows = SimpleNamespace(filter=lambda **asked: rows, exclude=lambda state: rows, exists=lambda owed=owed: owed)  # noqa: B023
        monkeypatch.setattr(asking.DepartmentTask, "objects", rows)
        case.complaint.waiting_on, task.state, task.returns = on, "answered", 1
        asking.return_task(case, {"reason": "缺回单"})
        assert (task.state, task.returns, task.due_at) == (
            "open",
            2,
            ("department_answer", agreed, task.pk, UUID(int=2)),
        )
        assert done == [
            ("return_reason", "缺回单"),
            {"return_reason", "state", "returns", "due_at"} | gone,
            ("case.task_returned", task.unit_id),
        ]
        assert [getattr(task, name) for name in gone] == [None] * 4
        assert waits == shown, "what waits for somebody else goes on waiting for them"


@pytest.mark.req("CO-01", "CO-02", "CO-03")
def test_which_task_is_meant_and_what_is_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    for number, meant in ((0, False), (1, True), (2, False)):
        rows = [SimpleNamespace(pk=UUID(int=one)) for one in range(1, number + 1)]
        monkeypatch.setattr(
            asking.DepartmentTask, "of", lambda complaint, rows=rows, **given: asked.append(given) or rows
        )
        actor: Any = SimpleNamespace(unit_ids=(UUID(int=9),))
        found = {"task": str(UUID(int=1))} if meant else {}
        assert asking.task_to_accept(actor, None) == found, "of several nobody is chosen for"  # type: ignore[arg-type]
        assert asking.task_to_answer(actor, None) == {"responsible": "unclear", "spoke": "not"} | found  # type: ignore[arg-type]
    assert [set(map(str, one["state__in"])) for one in asked[:2]] == [{"open"}, {"open", "accepted"}]
    for kind, topic, urgent in (
        ("report", "consumer", True),
        ("complaint", "ip", True),
        ("complaint", "consumer", False),
    ):
        monkeypatch.setattr(asking.lists, "topic_of", lambda complaint, topic=topic: topic)
        assert asking.at_once(SimpleNamespace(kind=kind)) is urgent  # type: ignore[arg-type]
