"""What sign-in leaves in the history of who signs in, a member or a partner: signed in, door closed after failures, own password."""

import uuid

from django.db import transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Account, Membership


def record_sign_in(membership: Membership) -> None:
    """Note in the organisation entered that the member signed in (PS-03)."""
    with acting_for(membership.organisation_id):
        _record(membership.member_id, membership.organisation_id, "signed_in")


def record_lock_out(account_id: int) -> None:
    """Note wherever the account works that its sign-in was closed after failures (PS-03, PS-09)."""
    _everywhere(account_id, "sign_in_closed")


def record_own_password(account: Account) -> None:
    """Note that the member chose a password of their own."""
    _everywhere(account.pk, "password_chosen")


def record_second_factor(account: Account, *, on: bool) -> None:
    """Note that the member switched the second factor on or off."""
    _everywhere(account.pk, "second_factor_set" if on else "second_factor_removed")


def _everywhere(account_id: int, what: str) -> None:
    for membership in Membership.objects.filter(account_id=account_id):
        with acting_for(membership.organisation_id):
            _record(membership.member_id, membership.organisation_id, what)


def _record(id: uuid.UUID, organisation_id: uuid.UUID, what: str) -> None:
    with transaction.atomic(durable=True):
        chain = lock_chain(id)
        kind = chain.stream.kind
        who = Actor(
            kind="member" if kind == "member" else "partner", id=id, organisation_id=organisation_id, name="sign-in"
        )
        chain.record(f"{kind}.{what}", actor=who, at=now())
        chain.flush()
