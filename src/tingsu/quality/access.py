"""Who reads the pages of quality control: whoever leads, controls quality or audits."""

import uuid
from collections.abc import Collection

from django.http import HttpRequest

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.people.roles import Role

READERS = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.QA, Role.AUDITOR)


def reads(actor: Actor) -> bool:
    """May somebody read what was found about everybody's work?"""
    return actor.kind == "member" and people.reads_all(actor, READERS)


def first_of(roles: Collection[str], but: Collection[uuid.UUID | None] = ()) -> uuid.UUID | None:
    """Whoever holds the first of these roles that anybody holds, of those who are asked: by staff number."""
    return next((one.pk for role in roles for one in people.active_members(roles=(role,)) if one.pk not in but), None)


def reader(request: HttpRequest) -> Actor:
    """The person behind a page of quality control. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.SEE_QUEUE)
    if not reads(actor):
        raise NotAllowed
    return actor
