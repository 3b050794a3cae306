"""Who may decide a solution: the author within the own authority, else the competent level; of a major complaint the
committee by its members (G8, RM-10, AS-11).
"""

import uuid
from collections import Counter

from tingsu.complaints import committee
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.people.authority import KIND, approver_roles_for, within_authority
from tingsu.settlement.models import Approval

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


def committee_for(complaint: Complaint, *authors: uuid.UUID | None) -> list[uuid.UUID]:
    """The members of the committee who decide about a solution: of a major complaint, without those who wrote or submitted it.

    Nobody where the complaint is not major or the firm has no committee: then the roles of the ladder decide.
    """
    return committee.seated(complaint, besides=authors) if complaint.major else []


def sitting_on(approval: Approval) -> list[uuid.UUID]:
    """The members of the committee who decide about an open request as things stand now."""
    return committee_for(approval.complaint, approval.asked_by, approval.solution.drafted_by)


def tally(approval: Approval, sitting: list[uuid.UUID]) -> tuple[Counter[str], int]:
    """How many members speak for each decision, and how many must. Who has left the committee is not counted."""
    seats = {str(one) for one in sitting}
    words = Counter(one["decision"] for one in approval.votes if one["member"] in seats)
    return words, committee.votes_needed(len(sitting))


def authority_version() -> int:
    return rulebooks.in_force(KIND).version
