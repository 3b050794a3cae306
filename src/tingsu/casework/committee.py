"""The committee that rules on disputes between departments: its members, and how many must agree, as data (OG-06, AS-13)."""

import uuid
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.independence import dependents
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import Role

KIND = "committee"
MOST = 20
LEADERS = frozenset({Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR})


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: more than half of the members agree. Treat as read-only."""
    return {"votes": 0}


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput."""
    votes = body.get("votes")
    if not isinstance(votes, int) or isinstance(votes, bool) or not 0 <= votes <= MOST:
        raise InvalidInput({"votes": InvalidValue(_("A number from 0 to %(most)s."), code="number", most=MOST)})


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, _("Rulings of the committee"), shipped, check)


def members_for(complaint: Complaint, parties: list[uuid.UUID]) -> list[uuid.UUID]:
    """Who rules on a dispute: leaders and seats of the committee, else the senior leader, else the supervisors; nobody of a
    department in dispute, nobody whom the complaint is about.
    """
    seats = people.posts_now(unit_kinds={Unit.Kind.COMMITTEE})
    asked = (
        {post.member_id for post in seats if post.role in LEADERS or post.seat},
        {post.member_id for post in people.posts_now(roles={Role.TOP_MGMT})},
        {post.member_id for post in people.posts_now(roles={Role.SUPERVISOR})},
    )
    for ids in asked:
        members = [one for one in people.members_by_id(ids).values() if one.active]
        concerned = dependents(members, complaint)
        free = [
            one.pk
            for one in members
            if one.pk not in concerned and not any(post.unit_id in parties for post in people.posts_of(one.pk))
        ]
        if free:
            return sorted(free, key=str)
    return []


def votes_needed(members: int) -> int:
    """How many of so many members must agree: by the rules in force, at most all of them."""
    wanted = rulebooks.in_force(KIND).body["votes"] or members // 2 + 1
    return min(wanted, members)
