"""Who reads the pages of quality control: whoever leads, controls quality or audits."""

from django.http import HttpRequest

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.people.access import Can, actor_for
from tingsu.people.roles import Role

READERS = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.QA, Role.AUDITOR)


def reads(actor: Actor) -> bool:
    """May somebody read what was found about everybody's work?"""
    return actor.kind == "member" and actor.has_role(*READERS)


def reader(request: HttpRequest) -> Actor:
    """The person behind a page of quality control. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.SEE_QUEUE)
    if not reads(actor):
        raise NotAllowed
    return actor
