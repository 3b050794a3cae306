"""Who may decide a solution: the author within the own authority, else the competent level (G8, RM-10, AS-11)."""

from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.people.authority import KIND, approver_roles_for, within_authority

STEP = "send_solution"


def marks_of(complaint: Complaint) -> tuple[str, ...]:
    """The facts of a case that lift the level of approval."""
    found = [name for name in ("major", "crisis") if getattr(complaint, name)]
    return (*found, "high_risk") if complaint.grade == "high_risk" else tuple(found)


def roles_above(complaint: Complaint, remedies: list[str], total_fen: int) -> tuple[str, ...]:
    """The roles that may approve this total with these remedies, the lowest first."""
    return approver_roles_for(total_fen, marks_of(complaint), remedies)


def may_decide_alone(actor: Actor, complaint: Complaint, remedies: list[str], total_fen: int, step: str = STEP) -> bool:
    """Is it within the actor's own authority? A marked case goes up unless the actor stands on that level himself."""
    if not within_authority(actor, step, remedies, total_fen):
        return False
    return not marks_of(complaint) or actor.has_role(*roles_above(complaint, remedies, total_fen))


def authority_version() -> int:
    return rulebooks.in_force(KIND).version
