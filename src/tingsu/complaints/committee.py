"""The committee: its members, and how many must agree before it has decided, as data (OG-06, AS-13, RM-10).

It rules on disputes between departments and decides about the solutions of major complaints.
"""

import uuid
from collections.abc import Collection
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
    asked = (
        _seats(),
        {post.member_id for post in people.posts_now(roles={Role.TOP_MGMT})},
        {post.member_id for post in people.posts_now(roles={Role.SUPERVISOR})},
    )
    for ids in asked:
        if free := [
            one for one in _free(ids, complaint) if not {p.unit_id for p in people.posts_of(one)} & set(parties)
        ]:
            return free
    return []


def seated(complaint: Complaint, besides: Collection[uuid.UUID | None] = ()) -> list[uuid.UUID]:
    """Leaders and seats of the committee who may decide about this case: independent of it, and not those `besides` who wrote
    what is decided on. Nobody where a firm has no committee.
    """
    return _free(_seats() - set(besides), complaint)


def has_seat(member_id: uuid.UUID | None) -> bool:
    """Is this member one of the leaders or seats of the committee now?"""
    return member_id in _seats()


def _seats() -> set[uuid.UUID]:
    posts = people.posts_now(unit_kinds={Unit.Kind.COMMITTEE})
    return {post.member_id for post in posts if post.role in LEADERS or post.seat}


def _free(ids: Collection[uuid.UUID], complaint: Complaint) -> list[uuid.UUID]:
    if not ids:
        return []
    members = [one for one in people.members_by_id(ids).values() if one.active]
    concerned = dependents(members, complaint)
    return sorted((one.pk for one in members if one.pk not in concerned), key=str)


def votes_needed(members: int) -> int:
    """How many of so many members must agree: by the rules in force, at most all of them."""
    wanted = rulebooks.in_force(KIND).body["votes"] or members // 2 + 1
    return min(wanted, members)
