"""People who sign in and are no members: partners with accounts of their own (IG-10), auditors from outside (MS-29). Each app that
knows some of them says where they go.
"""

import uuid
from collections.abc import Callable

from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Member, Membership

Door = Callable[[uuid.UUID], str]
"""(the id that stands in place of a member's) → the address where they work; empty for those whom the app does not know."""
_doors: list[Door] = []


def declare(door: Door) -> None:
    """Say where those whom an app knows go after signing in."""
    _doors.append(door)


def home_of(membership: Membership | None) -> str:
    """The address of whoever works at another door than the desk; empty for members."""
    if membership is None:
        return ""
    with acting_for(membership.organisation_id):
        if Member.objects.filter(pk=membership.member_id).exists():
            return ""
        return next((address for door in _doors if (address := door(membership.member_id))), "")
