"""Getting in again without the access code: six digits, sent to the contact given at registration (AK-06).

Nobody learns here whether a number and a contact belong together: the page asks a job to look, and answers the same at
once, whatever the job finds.
"""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tingsu.complaints.models import OtherPhone, Party
from tingsu.complaints.terms import PartyRole
from tingsu.kernel import crypto
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fingerprints import email_key, fingerprint, tail_key
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.telephones import read_telephones, telephones_in
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.outbox import queue_letter, record_queued
from tingsu.letters.providers import available
from tingsu.portal.models import OneTimeCode

VALID_FOR = timedelta(minutes=10)
TRIES = 5
LENGTH = 6
MAY_ENTER = (PartyRole.COMPLAINANT, PartyRole.AGENT)


def read_contact(typed: str) -> tuple[str, str] | None:
    """A telephone or e-mail as it is fingerprinted, with the name of its field; None when it is neither."""
    if "@" in (address := email_key(typed)):
        try:
            validate_email(address)
        except ValidationError:
            return None
        return "email", address
    try:
        return "phone", read_telephones(typed, least=5)[0].digits
    except InvalidValue:
        return None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A contact that we hold and can send to: its field, its fingerprint, and as much of it as may be shown."""

    field: str
    index: bytes
    masked: str


def contact_held(number: str, tail: str) -> Held | None:
    """Where a code for this complaint can go, for somebody who knows its number and the last four digits of its telephone.

    None for anonymous complaints and where nothing can be sent. The telephone is shown by the digits that were given.
    """
    organisation_id = current_organisation_id()
    index = fingerprint(organisation_id, "tail", tail)
    people = Party.objects.filter(
        complaint__number=number, complaint__anonymous=False, erased_at=None, role__in=MAY_ENTER
    )
    mine = Q(phone_tail_index=index) | Q(pk__in=OtherPhone.objects.filter(phone_tail_index=index).values("party_id"))
    party = people.filter(mine).first() if index else None
    if party is None:
        return None
    chosen = next((one for one in telephones_in(party.text("phone")) if one.tail == tail_key(tail)), None)
    if chosen and chosen.takes_messages and available("sms"):
        masked = _("the telephone ending in %(tail)s") % {"tail": tail}
        return Held(field="phone", index=fingerprint(organisation_id, "phone", chosen.digits) or b"", masked=masked)
    if party.email_index and available("email"):
        name, _at, place = party.text("email").rpartition("@")
        return Held(field="email", index=bytes(party.email_index), masked=f"{name[:1]}•••@{place}")
    return None


def send_code(*, code_id: uuid.UUID, number: str, field: str, index: bytes) -> None:
    """Send a code if the contact is the complainant's or the agent's; the one before it ends. Else nothing happens.

    Anonymous complaints open with their access code only. Does nothing when it was sent before.
    """
    contact = Q(**{f"{field}_index": index})
    if field == "phone":
        contact |= Q(pk__in=OtherPhone.objects.filter(phone_index=index).values("party_id"))
    meant = Party.objects.filter(
        contact, complaint__number=number, complaint__anonymous=False, role__in=MAY_ENTER, erased_at=None
    ).select_related("complaint")
    found = meant.first()
    if found is None or OneTimeCode.objects.filter(pk=code_id).exists():
        return
    at = now()
    digits = "".join(secrets.choice("0123456789") for _place in range(LENGTH))
    with transaction.atomic(durable=True):
        chain = lock_chain(found.complaint_id)
        party = meant.filter(pk=found.pk).first()  # erased, corrected or answered by another worker meanwhile?
        if party is None or OneTimeCode.objects.filter(pk=code_id).exists():
            return
        to = _number_meant(party, index) if field == "phone" else ""
        means = "sms" if to and available("sms") else "email" if party.email and available("email") else ""
        if not means:
            return
        OneTimeCode.objects.filter(complaint_id=party.complaint_id, party_id=party.pk).delete()
        OneTimeCode(
            id=code_id,
            complaint_id=party.complaint_id,
            party=party,
            digest=digest_of(code_id, digits, party.organisation_id),
            created_at=at,
            expires_at=at + VALID_FOR,
        ).save(force_insert=True)
        letter = queue_letter(
            chain, complaint=party.complaint, party=party, template="one_time_code", intent=f"one_time_code:{code_id}",
            values={"one_time_code": digits, "valid_until": at + VALID_FOR, "_to": to if means == "sms" else ""}, at=at, channel=means,
        )  # fmt: skip
        record_queued(chain, letter, automation("portal.one_time_code", party.organisation_id), at)
        chain.flush()


def _number_meant(party: Party, index: bytes) -> str:
    """Of several numbers the one that was chosen, if text messages reach it: never a landline, never just the first."""
    return next(
        (
            one.digits
            for one in telephones_in(party.text("phone"))
            if one.takes_messages and fingerprint(party.organisation_id, "phone", one.digits) == bytes(index)
        ),
        "",
    )


def use_code(code_id: uuid.UUID, digits: str) -> Party | None:
    """The party whose code this is, once; None for a code that is wrong, used, replaced or too old. Every try counts."""
    with transaction.atomic():
        code = (
            OneTimeCode.objects.select_for_update()
            .filter(pk=code_id, used_at=None, expires_at__gt=now(), tries__lt=TRIES)
            .first()
        )
        if code is None:
            return None
        code.tries += 1
        right = hmac.compare_digest(bytes(code.digest), digest_of(code.pk, digits, code.organisation_id))
        if right:
            code.used_at = now()
        code.save(update_fields=["tries", "used_at"])
    if not right:
        return None
    return Party.objects.filter(pk=code.party_id, erased_at=None).select_related("complaint").first()


def digest_of(code_id: uuid.UUID, digits: str, organisation_id: uuid.UUID) -> bytes:
    """Keyed, because a million codes are soon tried."""
    return crypto.blind_index(organisation_id, "one_time_code", f"{code_id}:{digits}")


def forget_expired() -> int:
    """Delete codes that are too old; run each hour."""
    return OneTimeCode.objects.filter(expires_at__lte=now()).delete()[0]
