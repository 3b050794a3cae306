"""Who takes part in a case beside the centre, and how they hear of it (PS-11)."""

import uuid

from tingsu.complaints.case import Case
from tingsu.complaints.models import CaseMember
from tingsu.people import queries as people


def join(case: Case, role: str, *, member_id: uuid.UUID | None = None, unit_id: uuid.UUID | None = None) -> None:
    """Let a member or a unit see this case from now on; nothing happens if they already do in this role."""
    CaseMember.objects.get_or_create(
        complaint=case.complaint, member_id=member_id, unit_id=unit_id, role=role, defaults={"since": case.at}
    )


def tell_unit(case: Case, unit_id: uuid.UUID, kind: str) -> None:
    """An in-app notice to everybody who works in a unit."""
    members = [member.pk for member in people.active_members(unit=unit_id)]
    case.tell(members, kind)
