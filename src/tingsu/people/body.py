"""The complaint handling body and who belongs to it, whatever unit hosts it (OG-01, OG-02).

The body is the committee, the centre and its groups. Somebody belongs to it by a post there, now; the senior leader, who heads
the whole firm, does too. A role alone is not enough: a sales manager with the role of a supervisor, whose post stands in the
department that hosts the body, is a user of the host unit.
"""

import uuid
from typing import NoReturn

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.ledger import lock_chain
from tingsu.people.directory import directory
from tingsu.people.models import Unit
from tingsu.people.queries import CENTRE_UNITS, posts_now
from tingsu.people.roles import Role

BODY = CENTRE_UNITS | {Unit.Kind.COMMITTEE}


def is_of_the_body(unit_id: uuid.UUID | None) -> bool:
    """Is this unit part of the complaint handling body?"""
    unit = directory().units.get(unit_id) if unit_id else None
    return unit is not None and unit.kind in BODY


def belongs(actor: Actor) -> bool:
    """Does who acts belong to the body at this instant? A program does as far as the member behind it does."""
    if actor.kind not in {"member", "token"}:
        return True  # the system itself; parties of a case take their own steps only
    if Role.TOP_MGMT in actor.roles:
        return True
    return any(is_of_the_body(unit_id) for unit_id in actor.unit_ids)


def member_belongs(member_id: uuid.UUID | None) -> bool:
    """Does a member hold a post in the body now?"""
    return member_id is not None and any(is_of_the_body(post.unit_id) for post in directory().posts_of(member_id))


def check_own(actor: Actor, *, member_id: uuid.UUID, unit_id: uuid.UUID | None = None) -> None:
    """Posts and accounts of the body's people are the body's business: whoever tries from outside is refused, and the person's
    own history says so. Outside a transaction. Raises NotAllowed.

    While nobody works in the body yet, whoever manages people fills it.
    """
    if belongs(actor) or not (member_belongs(member_id) or is_of_the_body(unit_id)):
        return
    if not any(is_of_the_body(post.unit_id) for post in posts_now()):
        return
    _refuse(actor, member_id, "member")


def check_units(actor: Actor, *, unit_id: uuid.UUID | None = None, kind: str = "") -> None:
    """Which units make up the body, and where they stand, is the body's business too: nobody outside moves or closes one of them, opens
    another, or makes the own unit one. Outside a transaction. Raises NotAllowed.
    """
    if belongs(actor) or not (is_of_the_body(unit_id) or kind in BODY):
        return
    known = directory().units.values()
    centre = next((unit.pk for unit in known if unit.kind == Unit.Kind.CENTRE and unit.active), None)
    told_by = unit_id or centre
    if told_by is None or not any(is_of_the_body(post.unit_id) for post in posts_now()):
        return
    _refuse(actor, told_by, "unit")


def _refuse(actor: Actor, stream_id: uuid.UUID, kind: str) -> NoReturn:
    """Write the attempt down and say no."""
    with transaction.atomic(durable=True):
        chain = lock_chain(stream_id, kind)
        chain.record(
            f"{kind}.interference_refused", actor=actor, at=now(), data={"units": sorted(actor.unit_ids, key=str)}
        )
        chain.flush()
    raise NotAllowed(
        _(
            "Posts, accounts and departments of the complaint handling body are decided by its own people, not by the unit that hosts it."
        ),
        code="not_of_the_body",
    )
