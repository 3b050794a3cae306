"""Departments, functions, outside bodies, joint risk assessment: E10, E11."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.casework import panels, waiting
from tingsu.casework.models import DepartmentTask, FunctionOpinion, RiskAssessment
from tingsu.casework.tests.cases import ANSWERED, FINDING, TASK, basis, founded, investigating, outside, with_task
from tingsu.clocks.models import Promise
from tingsu.complaints import access
from tingsu.complaints.actions import step_named
from tingsu.complaints.case import case_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ledger import lock_chain
from tingsu.process.engine import unmet_conditions
from tingsu.triage.tests.cases import PLAN, registered, reported, step, told

RISK = {"law": "《消费者权益保护法》", "severity": "中", "choices": "和解或应诉", "decision": "先行和解"}


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def unmet(person: object, complaint: Complaint, name: str, guard: str) -> set[str]:
    """What one guard of a step says on the button."""
    case = case_of(lock_chain(complaint.pk), person.actor, now())  # type: ignore[attr-defined]
    return {one.code for one in unmet_conditions(case, step_named(name), None) if one.guard == guard}


@pytest.mark.req("CO-01", "SL-12", "PS-11")
def test_a_task_brings_the_department_in_with_a_limit_of_its_own(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(NotFound):
        access.check_visible(cast.dept.actor, complaint)
    complaint, _task = with_task(cast, complaint)
    access.check_visible(cast.dept.actor, complaint)
    limit = Promise.objects.get(stream_id=complaint.pk, kind="department_answer")
    row = DepartmentTask.objects.get()
    row.complaint = complaint
    assert (limit.subject_id, limit.owner_id, limit.due_at) == (row.pk, cast.dept.id, row.due_at)
    assert (row.state, row.text("request"), complaint.waiting_on) == ("open", TASK["request"], "department")
    assert "case.task" in told(cast.dept)
    with pytest.raises(NotFound):
        access.check_visible(cast.dept2.actor, complaint)


@pytest.mark.req("CO-01", "PS-11")
def test_an_answer_carries_files_of_its_own_department_and_no_file_that_somebody_else_uploaded(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    theirs, own = (store.keep("log.txt", b"log", actor=person.actor) for person in (cast.dept2, cast.dept))
    with pytest.raises(NotFound):
        step(cast.dept, complaint, "answer_task", task=task, **ANSWERED, files=[str(theirs.pk)])
    assert DepartmentTask.objects.get().state == "open"
    assert not StoredFile.objects.filter(stream_id=complaint.pk).exists()
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED, files=[str(own.pk)])
    assert DepartmentTask.objects.get().state == "answered"
    assert list(StoredFile.objects.filter(stream_id=complaint.pk).values_list("pk", flat=True)) == [own.pk]


@pytest.mark.req("E10", "T12")
def test_the_department_accepts_and_answers_and_the_limit_is_kept(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "accept_task", task=task)
    assert DepartmentTask.objects.get().accepted_by == cast.dept.id
    with pytest.raises(ConditionsUnmet):
        step(cast.dept, complaint, "accept_task", task=task)
    complaint = step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    row = DepartmentTask.objects.get()
    row.complaint = complaint
    assert (row.state, row.text("conclusion"), row.answered_by) == ("answered", ANSWERED["conclusion"], cast.dept.id)
    assert Promise.objects.get(stream_id=complaint.pk, kind="department_answer").ending == "met"
    assert complaint.waiting_on == "us"
    assert "case.task_answered" in told(cast.specialist)


@pytest.mark.req("CO-01")
def test_only_the_department_asked_answers(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    _complaint, other = with_task(cast, complaint, unit=str(cast.units["finance"].pk))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.dept2, complaint, "answer_task", task=task, **ANSWERED)
    assert codes(refused) == {"no_task"}
    with pytest.raises(NotAllowed):
        step(cast.specialist, complaint, "answer_task", task=task, **ANSWERED)
    step(cast.dept2, complaint, "answer_task", task=other, **ANSWERED)


@pytest.mark.req("CO-01")
def test_a_returned_task_is_open_again_with_a_new_limit(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "return_task", task=task, reason="缺照片")
    assert codes(refused) == {"not_answered"}
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    complaint = step(cast.specialist, complaint, "return_task", task=task, reason="缺照片")
    row = DepartmentTask.objects.get()
    assert (row.state, row.returns, row.answered_at, complaint.waiting_on) == ("open", 1, None, "department")
    assert list(Promise.objects.filter(kind="department_answer").order_by("pk").values_list("ending", flat=True)) == [
        "met",
        "",
    ]
    running = Promise.objects.get(kind="department_answer", ended_at=None)
    assert row.due_at == running.due_at, "the task says the limit that runs now"
    assert "case.task_returned" in told(cast.dept)
    assert list(waiting.answers(cast.specialist.actor)) == []
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)


@pytest.mark.req("IV-13")
def test_an_answer_waits_to_be_read_while_its_owner_investigates_and_no_longer(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    for state in State.values:
        Complaint.objects.filter(pk=complaint.pk).update(state=state)
        found = {who.username for who in (cast.specialist, cast.supervisor, cast.dept) if waiting.answers(who.actor)}
        assert found == ({"specialist"} if state == State.INVESTIGATING else set()), state


@pytest.mark.req("IV-13", "G6")
@pytest.mark.parametrize(
    ("changes", "blocks"),
    [({"necessary": "no"}, False), ({"necessary": "yes"}, True), ({"necessary": "no", "kind": "technical"}, True)],
)
def test_nothing_is_concluded_while_a_necessary_task_is_open(cast: Cast, changes: dict, blocks: bool) -> None:
    complaint, task = with_task(cast, investigating(cast), **changes)
    if blocks:
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
        assert codes(refused) == {"task_open"}
        assert cast.units["logistics"].name["zh-Hans"] in str(refused.value) or "Logistics" in str(refused.value)
        step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis()).state == "handling"


@pytest.mark.req("E10")
def test_a_rectification_is_answered_when_the_case_has_gone_on(cast: Cast) -> None:
    from tingsu.casework.tests.cases import UNFOUNDED

    complaint, task = with_task(cast, investigating(cast), kind="rectify", necessary="no")
    step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    step(cast.specialist, complaint, "deliver_answer", answer="已核查。", tone="normal")
    step(cast.specialist, complaint, "answer_settled", reaction="accepted", calming="表示理解")
    complaint = step(cast.dept, complaint, "answer_task", task=task, answer="流程已改", conclusion="培训完成")
    assert complaint.state == "evaluating"


@pytest.mark.req("CA-55", "IV-03")
def test_the_department_complained_of_still_contributes_by_a_task(cast: Cast) -> None:
    about = registered(cast.frontline, unit_concerned=str(cast.units["logistics"].pk))
    complaint, task = with_task(cast, investigating(cast, about))
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert DepartmentTask.objects.get().state == "answered"


@pytest.mark.req("CO-02")
@pytest.mark.parametrize("about", [{"kind": "report"}, {"problem_type": "ip"}])
def test_reports_and_infringements_also_say_what_changes(cast: Cast, about: dict) -> None:
    grade = {"problem_type": "ip"} if about.get("problem_type") == "ip" else {}
    complaint, task = with_task(cast, investigating(cast, registered(cast.frontline, **about), **grade))
    with pytest.raises(InvalidInput) as refused:
        step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert set(refused.value.fields) == {"improvement"}
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED, improvement="上架前人工复核")


@pytest.mark.req("CO-01")
def test_the_case_page_shows_which_task_is_late(cast: Cast) -> None:
    complaint, _task = with_task(cast, investigating(cast))
    due = DepartmentTask.objects.get().due_at
    for at, late in ((due, False), (due + timedelta(seconds=1), True)):
        with travel_to(at):
            shown = panels.tasks_context(cast.dept.actor, complaint)
        assert shown is not None
        assert [entry["late"] for entry in shown["tasks"]] == [late]


@pytest.mark.req("G6")
def test_a_function_gives_its_opinion_before_the_conclusion(cast: Cast) -> None:
    complaint = investigating(cast)
    legal = str(cast.units["legal"].pk)
    complaint = step(
        cast.specialist,
        complaint,
        "ask_opinion",
        kind="function",
        unit=legal,
        question="能否支持三倍赔偿？",
        necessary="yes",
    )
    opinion = str(FunctionOpinion.objects.get().pk)
    assert "case.opinion_asked" in told(cast.function)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    assert codes(refused) == {"opinion_open"}
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "give_opinion", opinion=opinion, content="自问自答")
    assert codes(refused) == {"no_opinion"}
    step(cast.function, complaint, "give_opinion", opinion=opinion, content="不构成欺诈，不支持三倍。")
    row = FunctionOpinion.objects.get()
    assert (row.state, row.given_by) == ("given", cast.function.id)
    assert step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis()).state == "handling"


@pytest.mark.req("CO-08")
def test_the_owner_enters_what_an_outside_expert_said(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "ask_opinion", kind="outside", question="材质检测")
    assert set(refused.value.fields) == {"body", "released", "released_until", "secrecy", "secrecy_basis"}
    complaint = step(cast.specialist, complaint, "ask_opinion", **outside(), necessary="yes")
    opinion = str(FunctionOpinion.objects.get().pk)
    step(cast.specialist, complaint, "give_opinion", opinion=opinion, content="无法受理", declined="yes")
    assert FunctionOpinion.objects.get().state == "declined"


@pytest.mark.req("CO-06", "TR-19")
def test_marked_risks_are_assessed_jointly_before_a_solution_goes_out(cast: Cast) -> None:
    complaint = founded(cast, risk_marks=["litigation"])
    assert unmet(cast.specialist, complaint, "send_solution", "risk_assessed") == {"not_assessed"}
    complaint = step(cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.function.id)])
    assert unmet(cast.specialist, complaint, "send_solution", "risk_assessed") == set()
    assert RiskAssessment.objects.get().risk_marks == ["litigation"]
    access.check_visible(cast.function.actor, complaint)
    from tingsu.triage.tests.cases import graded

    complaint = graded(cast.specialist, complaint, risk_marks=["litigation", "opinion"])
    assert unmet(cast.specialist, complaint, "send_solution", "risk_assessed") == {"not_assessed"}


@pytest.mark.req("CO-06")
def test_a_case_without_marked_risks_needs_no_joint_assessment(cast: Cast) -> None:
    assert unmet(cast.specialist, founded(cast), "send_solution", "risk_assessed") == set()


@pytest.mark.req("CO-06")
@pytest.mark.parametrize(("marks", "invited"), [(["litigation"], True), ([], False)])
def test_adopting_the_plan_invites_the_functions_concerned(cast: Cast, marks: list[str], invited: bool) -> None:
    complaint = reported(cast, registered(cast.frontline))
    from tingsu.triage.tests.cases import HIGH, graded

    graded(cast.supervisor, complaint, **HIGH | {"risk_marks": marks})
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    step(
        cast.supervisor,
        complaint,
        "adopt_pre_plan",
        unit=str(cast.units["investigation"].pk),
        member=str(cast.specialist.id),
    )
    assert ("case.risk_joint" in told(cast.function)) == invited
