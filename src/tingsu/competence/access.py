"""Who reads the pages about everybody's competence: whoever leads, coaches, controls quality or audits."""

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.people import queries as people
from tingsu.people.roles import Role

READERS = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.COACH, Role.AUDITOR)


def check_reads(actor: Actor) -> None:
    """Raises NotAllowed."""
    if actor.kind != "member" or not people.reads_all(actor, READERS):
        raise NotAllowed
