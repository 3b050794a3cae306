"""Programs of partners: an access that the partner's person makes, shown once, ended by either side (IG-10).

It opens what the account behind it opens at that moment: own questions, masked as they are kept, own complaints handed over; nothing once the
commitment to secrecy has run out, the account is closed, or the access has ended.
"""

import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.organisations import current_organisation
from tingsu.partners.access import actor_of, today
from tingsu.partners.models import PartnerAccount, PartnerProgram
from tingsu.people.access import Can, require

PREFIX = "tingsu"
"""As the accesses of our own programs: the organisation is found before anything is known."""
LONGEST = timedelta(days=180)
MOST = 10
"""That hold at the same time, of one account."""


def make(*, actor: Actor, account: PartnerAccount, name: str, days: int) -> tuple[PartnerProgram, str]:
    """An access for a program; its text is given this once. Raises NotAllowed, InvalidInput."""
    if actor.kind != "partner" or actor.id != account.pk:
        raise NotAllowed
    at = now()
    if not name.strip():
        raise InvalidInput({"program": InvalidValue(code="required")})
    if not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise InvalidInput({"days": InvalidValue(code="choice")})
    secret = secrets.token_urlsafe(32)
    with transaction.atomic(durable=True):
        chain = lock_chain(account.pk, "partner_account")
        here = of_account(account.pk, at)
        if any(one.name == name for one in here):
            raise InvalidInput(
                {"program": InvalidValue(_("A program with this name has an access already."), code="taken")}
            )
        if len(here) >= MOST:
            raise InvalidInput(
                {"program": InvalidValue(_("Ten programs at most. End one that is not used any more."), code="most")}
            )
        PartnerProgram.objects.filter(account=account.pk, name=name, ended_at=None).update(
            ended_at=at
        )  # one that had run out
        program = PartnerProgram(
            id=new_id(), account=account.pk, name=name, digest=crypto.digest(secret.encode()), made_at=at,
            expires_at=at + timedelta(days=days),
        )  # fmt: skip
        program.save(force_insert=True)
        data = {"program": program.pk, "expires_at": program.expires_at}
        chain.record("partner_account.program_made", actor=actor, at=at, data=data)
        chain.flush()
    return program, f"{PREFIX}.{current_organisation().slug}.{program.pk.hex}.{secret}"


def end(*, actor: Actor, account_id: uuid.UUID, program_id: uuid.UUID) -> None:
    """It opens nothing any more: the partner's own person wants it so, or whoever of ours manages people. Raises NotAllowed, NotFound."""
    if not (actor.kind == "partner" and actor.id == account_id):
        require(actor, Can.PEOPLE)
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(account_id, "partner_account")
        if not PartnerProgram.objects.filter(pk=program_id, account=account_id, ended_at=None).update(ended_at=at):
            raise NotFound
        chain.record("partner_account.program_ended", actor=actor, at=at, data={"program": program_id})
        chain.flush()


def of_account(account_id: uuid.UUID, at: datetime) -> list[PartnerProgram]:
    """Accesses that open something now, the newest first. One query."""
    return list(
        PartnerProgram.objects.filter(account=account_id, ended_at=None, expires_at__gt=at).order_by("-made_at", "-id")
    )


def asks(text: str) -> tuple[Actor, PartnerAccount, PartnerProgram] | None:
    """Who asks with this text, acting for its organisation already; None where it opens nothing."""
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != PREFIX:
        return None
    try:
        program = PartnerProgram.objects.filter(pk=uuid.UUID(hex=parts[2])).first()
    except ValueError:
        return None
    if program is None or not hmac.compare_digest(bytes(program.digest), crypto.digest(parts[3].encode())):
        return None
    at = now()
    account = PartnerAccount.objects.filter(pk=program.account).first()
    if program.ended_at or program.expires_at <= at or account is None or not account.is_bound(today(at)):
        return None
    if program.last_used_on != at.date():
        PartnerProgram.objects.filter(pk=program.pk).update(last_used_on=at.date())
    return actor_of(account), account, program
