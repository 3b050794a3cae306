"""Departments, functions and outside bodies: E10, E11."""

import uuid
from typing import Any

from tingsu.casework.joining import join, tell_unit
from tingsu.casework.models import DepartmentTask, FunctionOpinion, RiskAssessment
from tingsu.casework.options import ids
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.files import store
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound
from tingsu.kernel.ids import new_id
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.process.registry import effect

Values = dict[str, Any]


@effect("department_task")
def department_task(case: Case, values: Values) -> None:
    """E10: a task with its own limit; the department sees the case from now on (CO-01, SL-12)."""
    unit_id, task_id = values["unit"], new_id()
    heads = people.heads_of(unit_id)
    limit = case.start(
        "department_answer", due_at=values["due_at"], subject_id=task_id, owner_id=heads[0].pk if heads else None
    )
    technical = values["kind"] == DepartmentTask.Kind.TECHNICAL
    task = DepartmentTask(
        id=task_id, complaint=case.complaint, unit_id=unit_id, kind=values["kind"], necessary=technical or bool(values["necessary"]),
        due_at=limit.due_at, asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    task.seal("request", values["request"])
    task.save(force_insert=True)
    case.fact("task", task.pk)
    join(case, "dept", unit_id=unit_id)
    tell_unit(case, unit_id, "case.task")
    _show_waiting(case)


def _task(case: Case, values: Values) -> DepartmentTask:
    task = next(iter(DepartmentTask.of(case.complaint, pk=uuid.UUID(values["task"]))), None)
    if task is None:
        raise NotFound
    case.fact("unit", task.unit_id)
    return task


def _show_waiting(case: Case) -> None:
    """The case waits for departments as long as one of them owes an answer. No clock stops (SL-18)."""
    owed = DepartmentTask.objects.filter(complaint=case.complaint).exclude(state=DepartmentTask.State.ANSWERED).exists()
    if owed:
        case.wait_on(terms.WaitingOn.DEPARTMENT)
    elif case.complaint.waiting_on == terms.WaitingOn.DEPARTMENT:
        case.wait_on(terms.WaitingOn.US)


@effect("accept_task")
def accept_task(case: Case, values: Values) -> None:
    task = _task(case, values)
    task.state, task.accepted_by, task.accepted_at = DepartmentTask.State.ACCEPTED, case.actor.id, case.at
    task.save(update_fields=["state", "accepted_by", "accepted_at"])


@effect("answer_task")
def answer_task(case: Case, values: Values) -> None:
    """The department's facts, conclusion and evidence. Reports and infringements also say what changes (CO-02, CO-03)."""
    c = case.complaint
    if (c.kind == terms.Kind.REPORT or c.problem_type == terms.ProblemType.IP) and not values["improvement"]:
        raise InvalidInput({"improvement": InvalidValue(code="required")})
    task = _task(case, values)
    task.seal_all(**{name: values[name] for name in ("answer", "conclusion", "evidence", "improvement")})
    task.files = [str(one) for one in values["files"]]
    task.state, task.answered_by, task.answered_at = DepartmentTask.State.ANSWERED, case.actor.id, case.at
    task.save(
        update_fields=[
            "answer",
            "conclusion",
            "evidence",
            "improvement",
            "files",
            "state",
            "answered_by",
            "answered_at",
        ]
    )
    if values["files"]:
        store.attach(values["files"], c.pk, case.at, actor=case.actor)
    case.end("department_answer", subject_id=task.pk)
    _show_waiting(case)
    notify([c.owner_id], "case.task_answered", c.pk, {"number": c.number, "unit": task.unit_id})


@effect("return_task")
def return_task(case: Case, values: Values) -> None:
    """An answer that lacks something goes back; the limit runs anew (CO-01)."""
    task = _task(case, values)
    limit = case.start("department_answer", subject_id=task.pk)
    task.seal("return_reason", values["reason"])
    task.state, task.returns, task.due_at = DepartmentTask.State.OPEN, task.returns + 1, limit.due_at
    task.answered_at = task.answered_by = task.accepted_at = task.accepted_by = None
    task.save(
        update_fields=[
            "return_reason",
            "state",
            "returns",
            "due_at",
            "answered_at",
            "answered_by",
            "accepted_at",
            "accepted_by",
        ]
    )
    _show_waiting(case)
    tell_unit(case, task.unit_id, "case.task_returned")


@effect("ask_opinion")
def ask_opinion(case: Case, values: Values) -> None:
    """E11: a function's or an outside body's opinion; the function sees the case from now on (CO-05, CO-08)."""
    outside = values["kind"] == FunctionOpinion.Kind.OUTSIDE
    opinion = FunctionOpinion(
        complaint=case.complaint, kind=values["kind"], unit_id=None if outside else values["unit"],
        necessary=bool(values["necessary"]), asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    opinion.seal_all(question=values["question"], body=values["body"] if outside else "")
    opinion.save(force_insert=True)
    case.fact("opinion", opinion.pk)
    if opinion.unit_id:
        join(case, "function", unit_id=opinion.unit_id)
        tell_unit(case, opinion.unit_id, "case.opinion_asked")


@effect("give_opinion")
def give_opinion(case: Case, values: Values) -> None:
    opinion = next(iter(FunctionOpinion.of(case.complaint, pk=uuid.UUID(values["opinion"]))), None)
    if opinion is None:
        raise NotFound
    opinion.state = FunctionOpinion.State.DECLINED if values["declined"] else FunctionOpinion.State.GIVEN
    opinion.seal("content", values["content"])
    opinion.given_by, opinion.given_at = case.actor.id, case.at
    opinion.save(update_fields=["state", "content", "given_by", "given_at"])
    case.fact("unit", opinion.unit_id)
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.opinion_given", case.complaint.pk, {"number": case.complaint.number})


@effect("assess_risk")
def assess_risk(case: Case, values: Values) -> None:
    """The joint risk assessment covers the escalation risks marked at this moment (CO-06, TR-19)."""
    row = RiskAssessment(
        complaint=case.complaint, participants=values["participants"], risk_marks=case.complaint.risk_marks,
        assessed_by=case.actor.id, assessed_at=case.at,
    )  # fmt: skip
    row.seal_all(**{name: values[name] for name in ("law", "severity", "choices", "decision")})
    row.save(force_insert=True)
    case.fact("risk_assessment", row.pk)
    for member_id in ids(values["participants"]):
        join(case, "function", member_id=member_id)
    told = [one for one in ids(values["participants"]) if one != case.actor.id]
    notify(told, "case.risk_assessed", case.complaint.pk, {"number": case.complaint.number})
