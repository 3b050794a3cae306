"""Money that one person is granted in several complaints counts together, so that two small sums do not pass for one large (OG-09, RM-08).

Complaints belong together when they are about the same order, whoever of a household brought them; and when the same complainant brought
both and they are about the same event, one repeats the other, or they were received within DAYS of each other. Refused and replaced
offers bind nobody. Whoever grants to the same person or for the same order at the same time waits for the other: `one_by_one`.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.complaints.sql import ContactColumn, of_contact
from tingsu.complaints.terms import LinkKind, PartyRole
from tingsu.kernel.sql import take_turns
from tingsu.registers.models import EntryLink
from tingsu.settlement.models import Payment, Solution

DAYS = 30
MOST = 60
"""Complaints of one contact that are looked at, the newest."""
S = Solution.State


@dataclass(frozen=True)
class Elsewhere:
    """What was granted to the same person beside one complaint: fen, and the numbers of those complaints."""

    fen: int = 0
    numbers: tuple[str, ...] = ()


def related(complaint: Complaint) -> dict[uuid.UUID, str]:
    """Other complaints of the same person or order that belong together with this one: id → number. At most five queries."""
    ids: set[uuid.UUID] = set()
    for column, contacts in _contacts(complaint).items():
        ids |= of_contact(column, contacts, MOST)
    same_order: set[uuid.UUID] = set()
    if complaint.order_index:
        rows = Complaint.objects.filter(order_index=bytes(complaint.order_index)).order_by("-received_at", "-id")
        same_order = set(rows.values_list("pk", flat=True)[:MOST])
    ids -= {complaint.pk}
    same_order -= {complaint.pk}
    if not ids | same_order:
        return {}
    near = Q(
        received_at__gte=complaint.received_at - timedelta(days=DAYS),
        received_at__lte=complaint.received_at + timedelta(days=DAYS),
    )
    links = ComplaintLink.objects.filter(complaint=complaint, kind=LinkKind.REPEATED)
    near |= Q(pk__in=_of_events(complaint, ids)) | Q(pk__in=links.values_list("other_id", flat=True))
    found = Complaint.objects.filter(near & Q(pk__in=ids) | Q(pk__in=same_order))
    return dict(found.values_list("pk", "number"))


def _contacts(complaint: Complaint) -> dict[ContactColumn, set[bytes]]:
    """How the complainant can be reached, as fingerprints, by column."""
    people = [one for one in rows_of(Party, complaint) if one.role == PartyRole.COMPLAINANT]
    columns: tuple[ContactColumn, ...] = ("phone_index", "email_index")
    found = {column: {bytes(value) for one in people if (value := getattr(one, column))} for column in columns}
    return {column: values for column, values in found.items() if values}


def one_by_one(complaint: Complaint, *more: str) -> None:
    """Until the transaction ends, nobody else grants to this person or for this order, nor for what `more` names: two sums below a
    limit that are granted at the same instant would not see each other.
    """
    names = {value.hex() for values in _contacts(complaint).values() for value in values} | set(more)
    if complaint.order_index:
        names.add(bytes(complaint.order_index).hex())
    for name in sorted(names):
        take_turns(f"grants:{complaint.organisation_id}:{name}")


def _of_events(complaint: Complaint, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some complaints that stand in an event record with this one."""
    rows = EntryLink.objects.filter(kind="includes", other_id__in=[complaint.pk, *ids]).values_list(
        "entry_id", "other_id"
    )
    found = list(rows)
    mine = {entry for entry, other in found if other == complaint.pk}
    return {other for entry, other in found if entry in mine} - {complaint.pk}


def granted_elsewhere(complaint: Complaint) -> Elsewhere:
    """What the same person was granted in complaints that belong together with this one. Five queries at most."""
    numbers = related(complaint)
    if not numbers:
        return Elsewhere()
    rows = Solution.objects.filter(
        complaint_id__in=numbers, state__in=(S.APPROVED, S.SENT, S.AGREED), total_fen__gt=0
    ).values_list("complaint_id", "total_fen")
    found = list(rows)
    return Elsewhere(sum(fen for _pk, fen in found), tuple(sorted({numbers[pk] for pk, _fen in found})))


def paid_without_order(complaint: Complaint) -> int:
    """What already went to the same person with nobody's order, in this complaint and those that belong to it, in fen."""
    ids = [complaint.pk, *related(complaint)]
    rows = Payment.objects.filter(complaint_id__in=ids, order_number="").exclude(state__in=("asked", "returned"))
    return sum(rows.values_list("amount_fen", flat=True))
