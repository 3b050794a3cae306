"""Ending sessions: one's own, and those of a member whose device is lost or who is not to be trusted any more (PS-03)."""

import uuid

from django.db import transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import lock_chain
from tingsu.people import sessions
from tingsu.people.access import Can, require
from tingsu.people.models import Member


def end_sessions(*, actor: Actor, member_id: uuid.UUID, only: str = "", but: str = "") -> int:
    """End a member's sessions in this organisation: all, `only` the named one, or all `but` the one used now.

    Everybody their own; those of others whoever may. The member is told. How many ended; none leaves no trace.
    Raises NotAllowed, NotFound.
    """
    if actor.id != member_id:
        require(actor, Can.SESSIONS)
    with transaction.atomic(durable=True):
        chain = lock_chain(member_id, "member")
        account_id = Member.objects.values_list("account_id", flat=True).get(pk=member_id)
        known = sessions.open_sessions(account_id, works_in=chain.stream.organisation_id) if account_id else []
        names = [one.name for one in known if one.name != but and (not only or one.name == only)]
        if only and not names:
            raise NotFound
        ended = sessions.end(account_id, only=names) if names else 0
        if ended:
            chain.record("member.sessions_ended", actor=actor, at=now(), data={"sessions": ended})
        chain.flush()
    return ended
