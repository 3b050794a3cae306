"""Setting the connection to other systems: what it is changes for everybody, so a second person agrees before anything leaves (IG-02)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.inquiry.models import Connection
from tingsu.kernel import outgoing
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError, too_long
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.spelling import tidy
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.people import second_person
from tingsu.people.access import RIGHTS, Can, require
from tingsu.people.roles import Role

LEAST_SECONDS, MOST_SECONDS = 1, 10
SECRET_LIMIT = 500
SECOND_PERSONS = frozenset(
    {str(role) for role, rights in RIGHTS.items() if Can.TOKENS in rights} | {str(Role.TOP_MGMT)}
)
"""Roles of whom one agrees to where personal data leaves for."""


def set_connection(*, actor: Actor, address: str, secret: str | None, seconds: int, active: bool = True) -> Connection:
    """Enter where the firm's systems answer. `secret` None keeps the one that stands there.

    Another address or secret is used only after a second person agreed; where nobody else works here, at once, and the
    event says so (ME-11). Raises NotAllowed, InvalidInput.
    """
    require(actor, Can.TOKENS)
    if in_practice():
        raise NotAllowed(_("A practice copy has its own invented shop; nothing leaves from here."))
    address = _checked(address, secret, seconds)
    at = now()
    alone = actor.id is None or second_person.alone(second_person.standing(), actor.id)
    with transaction.atomic(durable=True):
        chain, row = _locked()
        fresh = row is None
        if row is None:
            row = Connection(id=chain.stream.pk, stream_id=chain.stream.pk, set_at=at)
        row.stream = chain.stream
        moved = fresh or row.address != address or secret is not None
        row.address, row.seconds, row.active = address, seconds, active
        if secret is not None:
            row.put_secret(secret)
        row.set_by_id, row.set_at = actor.id, at
        if moved:
            row.approved_at, row.approved_by_id = (at if alone else None), None
        data: dict[str, Any] = {
            "seconds": seconds, "active": active, "moved": moved, "secret": secret is not None,
            "approved_at": row.approved_at, "approved_by": row.approved_by_id,
        }  # fmt: skip
        chain.record(
            "connection.set",
            actor=actor,
            at=at,
            data=data | ({"alone": True} if alone else {}),
            texts={"address": address},
        )
        chain.flush()
        row.save(force_insert=fresh)
        if moved and not alone:
            others = {post.member_id for post in people.posts_now(roles=SECOND_PERSONS)} - {actor.id}
            notify(sorted(others, key=str), "connection.asks_approval", None, {})
    return row


def _checked(address: str, secret: str | None, seconds: int) -> str:
    errors: dict[str, TingsuError] = {}
    kept = ""
    try:
        kept = outgoing.check_address(tidy(address))
    except outgoing.NotReached as error:
        errors["address"] = InvalidValue(error.sentence, code=error.why)
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        sentence = _("Between %(least)s and %(most)s seconds.")
        errors["seconds"] = InvalidValue(sentence, code="number", least=LEAST_SECONDS, most=MOST_SECONDS)
    if secret is not None and len(secret) > SECRET_LIMIT:
        errors["secret"] = too_long(secret, SECRET_LIMIT)
    elif secret and not (secret.isascii() and secret.isprintable()):
        errors["secret"] = InvalidValue(_("A secret consists of letters, digits and signs without blanks at its ends."))
    if errors:
        raise InvalidInput(errors)
    return kept


def may_approve(actor: Actor, row: Connection) -> bool:
    """Is this the second person: one who may, and not whoever set it?"""
    return actor.kind == "member" and actor.has_role(*SECOND_PERSONS) and actor.id != row.set_by_id


def approve_connection(*, actor: Actor, set_at: str) -> Connection:
    """Agree to what was looked at; `set_at` tells which version that was. Raises NotAllowed, NotFound, InvalidInput."""
    if actor.kind != "member" or not actor.has_role(*SECOND_PERSONS):
        raise NotAllowed
    with transaction.atomic(durable=True):
        chain, row = _locked()
        if row is None:
            raise NotFound
        if not may_approve(actor, row):
            raise NotAllowed(_("A second person has to approve the connection."), code="second_person")
        if row.set_at.isoformat() != set_at:
            raise InvalidInput({"": InvalidValue(_("The connection was changed meanwhile. Look at it again."))})
        if row.approved_at is None:
            row.approved_at, row.approved_by_id = now(), actor.id
            row.save(update_fields=["approved_at", "approved_by_id"])
            chain.record("connection.approved", actor=actor, at=row.approved_at)
            chain.flush()
    return row


def _locked() -> tuple[Chain, Connection | None]:
    """The history of the one connection, locked, with its row; a fresh history where there is none."""
    pk = Connection.objects.values_list("pk", flat=True).first()
    if pk is None:
        return open_chain("connection"), None
    chain = lock_chain(pk, "connection")
    return chain, Connection.objects.filter(pk=pk).first()
