"""Which staff level a case needs, and who hears of it at once."""

from tingsu.complaints.case import Case
from tingsu.complaints.terms import Grade
from tingsu.people import queries as people
from tingsu.people.roles import STAFF_RANK, StaffLevel


def required_level(grade: str, crisis: bool, hard: bool, before: str = "") -> str:
    """Which staff level the case needs (AS-02, AS-09): coach for a crisis, expert for high risk and difficult ones.

    Once adopted with the pre-handling plan, a level is never lowered by a later assessment of a high-risk case.
    """
    needed = StaffLevel.COACH if crisis else StaffLevel.EXPERT if hard or grade == Grade.HIGH_RISK else ""
    if grade == Grade.HIGH_RISK and STAFF_RANK[before] > STAFF_RANK[needed]:
        return before
    return str(needed)


def alert(case: Case, kind: str) -> None:
    """Tell owner and supervisors at once (TR-12, AS-10)."""
    told = [case.complaint.owner_id, *(member.pk for member in people.active_members(roles=("supervisor",)))]
    case.tell(told, kind)
