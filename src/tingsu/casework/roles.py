"""Roles that a person holds on one case through casework: department, function, mediator."""

from tingsu.casework.models import DepartmentTask, FunctionOpinion, Mediation
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.process.registry import case_role


@case_role("task_unit")
def works_in_task_unit(actor: Actor, complaint: Complaint) -> bool:
    """Works in a department that has been given a task on this case."""
    return actor.kind == "member" and bool(DepartmentTask.of(complaint, unit_id__in=actor.unit_ids))


@case_role("opinion_unit")
def works_in_opinion_unit(actor: Actor, complaint: Complaint) -> bool:
    """Works in a function that has been asked for an opinion on this case."""
    return actor.kind == "member" and bool(FunctionOpinion.of(complaint, unit_id__in=actor.unit_ids))


@case_role("case_mediator")
def is_mediator(actor: Actor, complaint: Complaint) -> bool:
    """Mediates this case now."""
    return actor.kind == "member" and bool(Mediation.of(complaint, mediator_id=actor.id, state=Mediation.State.OPEN))


@case_role("has_mediated")
def has_mediated(actor: Actor, complaint: Complaint) -> bool:
    """Was appointed to mediate this case, whether the mediation still runs or not: the record is signed after it (MD-06)."""
    return actor.kind == "member" and bool(Mediation.of(complaint, mediator_id=actor.id))
