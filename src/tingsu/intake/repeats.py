"""Earlier complaints of the same person on the same product, order or problem (RG-24). Suggested, confirmed by a person."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tingsu.complaints.models import Complaint, OtherPhone, Party
from tingsu.complaints.sql import ContactColumn, of_contact

MOST = 20


@dataclass(frozen=True)
class Earlier:
    """One earlier complaint that may be about the same problem. `same`: order, product or problem."""

    id: uuid.UUID
    number: str
    received_at: datetime
    state: str
    repeat_count: int
    grade: str
    owner_id: uuid.UUID
    same: tuple[str, ...]


def earlier_complaints(complaint: Complaint, parties: list[Party], others: Iterable[OtherPhone] = ()) -> list[Earlier]:
    """Newest first, at most MOST. Two queries at most; none for an anonymous complaint without contact."""
    return _of_contacts(complaint, contacts_of(parties, others))


def contacts_of(parties: list[Party], others: Iterable[OtherPhone] = ()) -> dict[ContactColumn, set[bytes]]:
    """Fingerprints under which whoever complains can be reached."""
    contacts: dict[ContactColumn, set[bytes]] = {"phone_index": set(), "email_index": set()}
    for party in parties:
        if party.role in {"complainant", "agent"}:
            for field, values in contacts.items():
                if value := getattr(party, field):
                    values.add(bytes(value))
    asking = {party.pk for party in parties if party.role in {"complainant", "agent"}}
    contacts["phone_index"] |= {bytes(one.phone_index) for one in others if one.party_id in asking}
    return contacts


def _of_contacts(complaint: Complaint, contacts: dict[ContactColumn, set[bytes]]) -> list[Earlier]:
    ids: set[uuid.UUID] = set()
    for field, values in contacts.items():
        if values:
            ids |= of_contact(field, values, MOST * 3)
    ids.discard(complaint.pk)
    if not ids:
        return []
    found = Complaint.objects.filter(pk__in=ids).order_by("-received_at", "-pk")[:MOST]
    return [one for other in found if (one := compared(complaint, other)).same]


def compared(complaint: Complaint, other: Complaint) -> Earlier:
    """What an earlier complaint has in common with this one."""
    same = []
    if complaint.order_index and other.order_index and bytes(complaint.order_index) == bytes(other.order_index):
        same.append("order")
    if complaint.product and complaint.product == other.product:
        same.append("product")
    if complaint.problem_type == other.problem_type:
        same.append("problem")
    return Earlier(
        other.pk,
        other.number,
        other.received_at,
        other.state,
        other.repeat_count,
        other.grade,
        other.owner_id,
        tuple(same),
    )
