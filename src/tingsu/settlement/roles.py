"""Roles that a person holds on one case through settlement: executor, approver, member of the committee that decides."""

from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.process.registry import case_role
from tingsu.settlement import authority, queries
from tingsu.settlement.models import ExecutionItem


@case_role("executor")
def is_executor(actor: Actor, complaint: Complaint) -> bool:
    """Has something to carry out in the present execution."""
    if actor.kind != "member" or complaint.state != "executing":
        return False
    mine = ExecutionItem.of(complaint, current=True, executor_id=actor.id)
    return any(item.state != ExecutionItem.State.VERIFIED for item in mine)


@case_role("approver")
def is_approver(actor: Actor, complaint: Complaint) -> bool:
    """Holds a role that the open request for approval names, and no committee decides about it."""
    if actor.kind != "member" or complaint.state != "handling":
        return False
    approval = queries.open_approval(complaint)
    return approval is not None and actor.has_role(*approval.roles) and not authority.sitting_on(approval)


@case_role("deciding_member")
def is_deciding_member(actor: Actor, complaint: Complaint) -> bool:
    """Sits in the committee that decides about the solution that waits (OG-06)."""
    if actor.kind != "member" or complaint.state != "handling" or not complaint.major:
        return False
    approval = queries.open_approval(complaint)
    return approval is not None and actor.id in authority.sitting_on(approval)
