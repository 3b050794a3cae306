"""A person's own data is put right, in a case of any state: what two people decided on a request (RC-07, PS-17, PIPL 46).

What stood there before is kept sealed under the person's key, so that older texts stay covered by it; no page, program or
paper shows it. The history tells old and new masked, whoever reads it.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from tingsu.complaints.contacts import renew_party
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import renew_words
from tingsu.complaints.telling import complainant_of, exchange_code
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fingerprints import plain_email
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.telephones import plain_telephones, read_telephones
from tingsu.letters import outbox
from tingsu.privacy.masking import mask
from tingsu.privacy.show import FORMER, former_values

EVENT = "complaint.person_corrected"
CORRECTABLE = ("name", "phone", "email", "address", "city", "postcode")
NOTHING = "—"
REACHED_BY = frozenset({"phone", "email"})
"""Who had these got letters with links and a code."""


def party_of(complaint_id: uuid.UUID, role: str) -> Party | None:
    """The person of a case in this role, unless erased."""
    return Party.objects.filter(complaint_id=complaint_id, role=role, erased_at=None).order_by("pk").first()


def checked(field: str, typed: str) -> str:
    """A new value as it is kept, judged as at registration. Raises InvalidValue."""
    if field == "phone" and typed:
        typed = plain_telephones(typed)
        read_telephones(typed)
    if field == "email" and typed:
        typed = plain_email(typed)
        try:
            validate_email(typed)
        except ValidationError:
            raise InvalidValue(code="email") from None
    return typed


def correct_person(
    complaint_id: uuid.UUID, role: str, values: Mapping[str, str], *, actor: Actor, at: datetime, request: uuid.UUID, added: str = ""
) -> list[str]:  # fmt: skip
    """Put what differs in the place of what stood there, in the open transaction; the fields that changed. `added`: words for the
    record beside it. Whoever calls has asked who may.
    """
    chain = lock_chain(complaint_id, "complaint")
    party = party_of(complaint_id, role)
    if party is None:
        return []
    before = {name: party.text(name) for name in CORRECTABLE}
    after = {name: checked(name, values[name]) for name in CORRECTABLE if values.get(name)}
    changed = [name for name, new in after.items() if new != before[name]]
    if not changed and not added:
        return []
    kind = "organisation" if party.kind == "organisation" else "name"
    told = {name: f"{_masked(name, before[name], kind)} → {_masked(name, after[name], kind)}" for name in changed}
    if changed:
        gone = {name: before[name] for name in changed if before[name]}
        party.seal(FORMER, json.dumps([*former_values(party), gone], ensure_ascii=False))
        if REACHED_BY & gone.keys():
            party.reached_since = timezone.now().replace(
                microsecond=0
            )  # as links are stamped, by the machine's own clock
        for name in changed:
            party.seal(name, after[name])
        party.save(update_fields=[*changed, FORMER, "reached_since"])
        renew_party(party)
        complaint = Complaint.objects.get(pk=complaint_id)
        complaint.stream = chain.stream
        renew_words(complaint)
        if REACHED_BY & gone.keys() and role in {PartyRole.COMPLAINANT, PartyRole.AGENT} and complaint.code:
            _shut_out(chain, complaint, at)
    data = {"request": request, "who": role, "fields": changed}
    chain.record(EVENT, actor=actor, at=at, data=data, texts=told | ({"added": added} if added else {}))
    chain.flush()
    return changed


def _shut_out(chain: Chain, complaint: Complaint, at: datetime) -> None:
    """What was sent to the wrong number or address opens nothing any more: another code; older links end by `reached_since`."""
    exchange_code(complaint)
    complaint.save(update_fields=["code", "code_index"])
    party = complainant_of(complaint)
    if party is not None and outbox.channel_for(party, "access_code", complaint.language) != "portal":
        outbox.queue_letter(
            chain, complaint=complaint, party=party, template="access_code", intent=f"access_code:{at.isoformat()}", values={}, at=at
        )  # fmt: skip


def _masked(name: str, value: str, kind: str) -> str:
    return mask(kind if name == "name" else name, value) if value else NOTHING
