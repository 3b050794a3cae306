"""Tasks of departments: E10."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.casework.interfaces import agreed_end, asked_first, handing_over
from tingsu.casework.models import DepartmentTask
from tingsu.casework.options import departments_to_ask
from tingsu.casework.steps.task_fields import ANSWER
from tingsu.complaints import lists, terms
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join, tell_unit
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.contact import LOG_CONTACT
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.kernel.ids import new_id
from tingsu.people import queries as people
from tingsu.process.engine import perform
from tingsu.process.steps import Field, Options, Step, Values

WORKING = (
    State.ROUTING,
    State.INVESTIGATING,
    State.ANSWERING,
    State.HANDLING,
    State.FEEDBACK,
    State.EXECUTING,
    State.EXTERNAL_ROUTE,
)


ANSWERABLE = (*WORKING, State.EVALUATING, State.CLOSED)
"""A department still answers when the case goes on without it: rectification outlives the complaint (CO-09)."""


def tasks(complaint: Any) -> Options:
    """Every task of the case, newest last; guards say which of them a step may take."""
    if complaint is None:
        return ()
    return tuple(
        (
            str(task.pk),
            _("%(unit)s · %(kind)s · %(state)s")
            % {
                "unit": people.unit_name(task.unit_id),
                "kind": task.get_kind_display(),
                "state": task.get_state_display(),
            },
        )
        for task in DepartmentTask.of(complaint)
    )


def department_task(case: Case, values: Values) -> None:
    """E10: a task with its own limit; the department sees the case from now on (CO-01, SL-12)."""
    technical = values["kind"] == DepartmentTask.Kind.TECHNICAL
    ask_department(
        case, values["unit"], values["request"], kind=values["kind"], necessary=technical or bool(values["necessary"]),
        due_at=values["due_at"],
    )  # fmt: skip


def ask_department(
    case: Case,
    unit_id: uuid.UUID,
    request: str,
    *,
    kind: str = DepartmentTask.Kind.FACTS,
    necessary: bool = False,
    due_at: datetime | None = None,
) -> None:
    """A task of a department, whichever step gives it; the step declares that it may start `department_answer`."""
    task_id = new_id()
    limit = case.start(
        "department_answer", due_at=due_at or agreed_end(case, unit_id, kind, "department_answer"), subject_id=task_id,
        owner_id=asked_first(unit_id),
    )  # fmt: skip
    task = DepartmentTask(
        id=task_id, complaint=case.complaint, unit_id=unit_id, kind=kind, necessary=necessary, due_at=limit.due_at,
        asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    task.seal("request", request)
    task.save(force_insert=True)
    case.fact("task", task.pk)
    join(case, "dept", unit_id=unit_id)
    tell_unit(case, unit_id, "case.task")
    _show_waiting(case)


def whom_it_reaches(actor: Actor, complaint: Complaint) -> str:
    """Whom the department responsible has named for us, and whether anybody works there now (CO-04)."""
    return handing_over(complaint.department_id, now())


def responsible_first(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The department responsible is the likeliest to be asked (AS-05)."""
    return {"unit": str(complaint.department_id)} if complaint.department_id else {}


DEPARTMENT_TASK = Step(
    id="E10",
    name="department_task",
    key="t",
    on_rows=True,
    event="complaint.task_given",
    label=_("Ask a department"),
    sources=WORKING,
    who=("owner", "investigator", "supervisor"),
    may_start=("department_answer",),
    clause="ISC 8.3.2; SVC 2.2.3",
    effect=department_task,
    first=responsible_first,
    hint=whom_it_reaches,
    fields=(
        Field(name="unit", label=_("Department"), kind="unit", options=departments_to_ask, required=True),
        Field(name="request", label=_("What is needed"), kind="longtext", required=True),
        Field(
            name="kind",
            label=_("Kind of task"),
            kind="choice",
            required=True,
            options=(
                ("facts", _("Facts and material")),
                ("technical", _("Technical check")),
                ("measure", _("Carry out a measure")),
                ("rectify", _("Rectification")),
            ),
        ),
        Field(name="necessary", label=_("Nothing may be concluded before the answer"), kind="bool"),
        Field(
            name="due_at",
            label=_("Answer by (default: as agreed with the department, else by the policy)"),
            kind="datetime",
            future=True,
        ),
    ),
)


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


def task_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The task is addressed to the actor's department and still waits: for acceptance, or for the answer."""
    waiting = (
        [DepartmentTask.State.OPEN]
        if step.name == "accept_task"
        else [DepartmentTask.State.OPEN, DepartmentTask.State.ACCEPTED]
    )
    mine = DepartmentTask.of(case.complaint, unit_id__in=case.actor.unit_ids, state__in=waiting)
    if any(values is None or task.pk == _chosen(values, "task") for task in mine):
        return []
    return [Unmet("no_task", _("your department has no such task waiting"))]


def task_to_accept(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    return _only_task(actor, complaint, [DepartmentTask.State.OPEN])


def task_to_answer(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The only task, and what claims nothing: whoever knows more says so, and nobody has to press for what is not so."""
    said_nothing = {"responsible": DepartmentTask.Responsible.UNCLEAR, "spoke": DepartmentTask.Spoke.NOT}
    waiting = [DepartmentTask.State.OPEN, DepartmentTask.State.ACCEPTED]
    return {name: str(code) for name, code in said_nothing.items()} | _only_task(actor, complaint, waiting)


def _only_task(actor: Actor, complaint: Complaint, states: list[DepartmentTask.State]) -> dict[str, Any]:
    """The task that waits for the reader's department, if it is just one; the list also names those of others."""
    waiting = DepartmentTask.of(complaint, unit_id__in=actor.unit_ids, state__in=states)
    return {"task": str(waiting[0].pk)} if len(waiting) == 1 else {}


def accept_task(case: Case, values: Values) -> None:
    task = _task(case, values)
    task.state, task.accepted_by, task.accepted_at = DepartmentTask.State.ACCEPTED, case.actor.id, case.at
    task.save(update_fields=["state", "accepted_by", "accepted_at"])


def a_task_waits(complaint: Complaint) -> bool:
    return any(task.is_open for task in DepartmentTask.of(complaint))


ACCEPT_TASK = Step(
    id="E10",
    name="accept_task",
    event="complaint.task_accepted",
    label=_("Accept the task"),
    sources=ANSWERABLE,
    who=("task_unit",),
    guards=(task_open,),
    main=True,
    guide=_("Take up the question put to your department, or say at once that it is not yours."),
    main_while=a_task_waits,
    beside=("tasks", "matter"),
    clause="ISC 8.3.2",
    effect=accept_task,
    first=task_to_accept,
    fields=(Field(name="task", label=_("Task"), kind="choice", options=tasks, required=True),),
)


DECIDED_THERE = frozenset({terms.ProblemType.PRODUCT, terms.ProblemType.CONSUMER, terms.ProblemType.OPERATION})
"""Problems of which the department also says whose they are and what it told the user (CO-03)."""
LOOKED_INTO = frozenset({DepartmentTask.Kind.FACTS, DepartmentTask.Kind.TECHNICAL})


def at_once(complaint: Complaint) -> bool:
    """A report or an infringement: verified and answered at once, with what changes against recurrence (CO-02)."""
    return complaint.kind == terms.Kind.REPORT or lists.topic_of(complaint) == terms.ProblemType.IP


def _check_answer(complaint: Complaint, task: DepartmentTask, values: Values) -> None:
    """What an answer cannot lack. Raises InvalidInput."""
    asked = ["improvement"] if at_once(complaint) else []
    if lists.topic_of(complaint) in DECIDED_THERE and task.kind in LOOKED_INTO:
        asked += ["responsible", "spoke"]
    missing = [name for name in asked if not values[name]]
    if missing:
        raise InvalidInput({name: InvalidValue(code="required") for name in missing})


def _log_talk(case: Case, values: Values) -> None:
    """What the department told the user stands among the contacts of the case (CO-03)."""
    if values["spoke"] not in {DepartmentTask.Spoke.REACHED, DepartmentTask.Spoke.TRIED}:
        return
    reached = values["spoke"] == DepartmentTask.Spoke.REACHED
    perform(
        case,
        LOG_CONTACT,
        {
            "direction": "out" if reached else "attempt", "means": values["means"] or "phone", "purpose": "general",
            "content": values["said"] or str(_("The department tried to reach the user.")), "with_whom": "complainant",
            "contact_at": values["spoke_at"], "recording": "",
        },
    )  # fmt: skip


ANSWER_TEXTS = ("answer", "conclusion", "evidence", "improvement", "responsible_words", "proposal")


def answer_task(case: Case, values: Values) -> None:
    """The department's facts, conclusion and evidence; whose matter it is in its view, what it offers, and what it told the
    user. Reports and infringements also say what changes (CO-02, CO-03).
    """
    c = case.complaint
    task = _task(case, values)
    _check_answer(c, task, values)
    _log_talk(case, values)
    case.fact("unit", task.unit_id)
    task.seal_all(**{name: values[name] for name in ANSWER_TEXTS})
    task.responsible, task.spoke = values["responsible"], values["spoke"]
    task.files = [str(one) for one in values["files"]]
    task.state, task.answered_by, task.answered_at = DepartmentTask.State.ANSWERED, case.actor.id, case.at
    task.save(update_fields=[*ANSWER_TEXTS, "responsible", "spoke", "files", "state", "answered_by", "answered_at"])
    if values["files"]:
        store.attach(values["files"], c.pk, case.at, actor=case.actor)
    case.end("department_answer", subject_id=task.pk)
    _show_waiting(case)
    case.tell([c.owner_id], "case.task_answered", unit=task.unit_id)


def answered_at_once(actor: Actor, complaint: Complaint) -> str:
    """A report or an infringement is verified first and answered at once; the centre publishes the reply after that (CO-02)."""
    if not at_once(complaint):
        return ""
    return gettext(
        "Verify what was reported and answer at once. The centre publishes the reply online once it has your result."
    )


ANSWER_TASK = Step(
    id="E10",
    name="answer_task",
    event="complaint.task_answered",
    label=_("Answer the task"),
    sources=ANSWERABLE,
    who=("task_unit",),
    guards=(task_open,),
    main=True,
    guide=_("Answer the question with facts and a conclusion, before its limit."),
    main_while=a_task_waits,
    offered=True,
    may_stop=("department_answer",),
    clause="ISC 8.3.2",
    hint=answered_at_once,
    effect=answer_task,
    beside=("tasks", "matter"),
    first=task_to_answer,
    fields=(
        Field(name="task", label=_("Task"), kind="choice", options=tasks, required=True),
        *ANSWER,
    ),
)


def task_answered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    answered = DepartmentTask.of(case.complaint, state=DepartmentTask.State.ANSWERED)
    if any(values is None or task.pk == _chosen(values, "task") for task in answered):
        return []
    return [Unmet("not_answered", _("only an answered task can be returned"))]


def return_task(case: Case, values: Values) -> None:
    """An answer that lacks something goes back; the limit runs anew (CO-01)."""
    task = _task(case, values)
    limit = case.start(
        "department_answer", due_at=agreed_end(case, task.unit_id, task.kind, "department_answer"), subject_id=task.pk,
        owner_id=asked_first(task.unit_id),
    )  # fmt: skip
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


RETURN_TASK = Step(
    id="E10",
    name="return_task",
    event="complaint.task_returned",
    label=_("Return the task"),
    sources=ANSWERABLE,
    who=("owner", "investigator", "supervisor"),
    guards=(task_answered,),
    may_start=("department_answer",),
    beside=("tasks", "matter"),
    clause="ISC 8.3.2",
    effect=return_task,
    fields=(
        Field(name="task", label=_("Task"), kind="choice", options=tasks, required=True),
        Field(name="reason", label=_("What is missing"), kind="longtext", required=True),
    ),
)


def _chosen(values: dict[str, Any], name: str) -> uuid.UUID:
    return uuid.UUID(str(values[name]))


STEPS = (DEPARTMENT_TASK, ACCEPT_TASK, ANSWER_TASK, RETURN_TASK)
