"""Roles that a person holds on one case through settlement: executor, approver."""

from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.process.registry import case_role
from tingsu.settlement.models import Approval, ExecutionItem


@case_role("executor")
def is_executor(actor: Actor, complaint: Complaint) -> bool:
    """Has something to carry out in the present execution."""
    if actor.kind != "member" or complaint.state != "executing":
        return False
    mine = ExecutionItem.of(complaint, current=True, executor_id=actor.id)
    return any(item.state != ExecutionItem.State.VERIFIED for item in mine)


@case_role("approver")
def is_approver(actor: Actor, complaint: Complaint) -> bool:
    """Holds a role that the open request for approval names."""
    if actor.kind != "member" or complaint.state != "handling":
        return False
    return any(actor.has_role(*one.roles) for one in Approval.of(complaint, decision=Approval.Decision.OPEN))
