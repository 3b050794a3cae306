"""Who can be drawn for a survey: complainants who were told their result in its period, can be reached, and were not asked lately (SC-05)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from tingsu.aftercare.models import ResultNotice
from tingsu.complaints import terms
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.satisfaction import rules
from tingsu.satisfaction.models import Invitation

MOST_FRAME = 200_000
MOST_SAMPLE = 3000


@dataclass(frozen=True)
class Framed:
    """A complainant who can be drawn, by the newest case of the period; a person with several cases stands in it once."""

    complaint_id: uuid.UUID
    party_id: uuid.UUID
    phone: bytes | None
    email: bytes | None


def frame(first: date, last: date, group: str, version: int) -> list[Framed]:
    """Everybody of a group whose result was told on these days (SC-14), newest case first.

    Left out: reports, who complained without a name, who left no telephone or e-mail, whose data was erased, who was asked within the
    time of the rulebook, and who does not wish to be asked. Of more than `MOST_FRAME` one more is read, and no further. Two queries.
    """
    zone = current_organisation().time_zone
    start, end = day_around(first, zone)[0], day_around(last, zone)[1]
    told = ResultNotice.objects.filter(superseded_at=None, sent_at__gte=start, sent_at__lt=end)
    cases = Complaint.objects.filter(pk__in=told.values("complaint_id"), kind=terms.Kind.COMPLAINT, anonymous=False)
    if types := rules.types_of(group, version):
        cases = cases.filter(customer_type__in=[one if one != rules.UNKNOWN else "" for one in types])
    asked = _asked_lately()
    seen: set[bytes] = set()
    found: list[Framed] = []
    rows = Party.objects.filter(complaint__in=cases, role=terms.PartyRole.COMPLAINANT, erased_at=None).filter(
        Q(phone_index__isnull=False) | Q(email_index__isnull=False)
    )
    ordered = rows.order_by("-complaint__received_at", "-complaint_id")
    for complaint_id, party_id, *indexes in ordered.values_list(
        "complaint_id", "pk", "phone_index", "email_index"
    ).iterator():
        if len(found) > MOST_FRAME:
            break
        keys = {bytes(one) for one in indexes if one is not None}
        if keys & asked or keys & seen:
            continue
        seen |= keys
        phone, email = (bytes(one) if one is not None else None for one in indexes)
        found.append(Framed(complaint_id, party_id, phone, email))
    return found


def _asked_lately() -> set[bytes]:
    """Fingerprints of who was asked within the time of the rulebook, or never wishes to be."""
    rows = Invitation.objects.filter(lately() | Q(state=Invitation.State.REFUSED))
    return {bytes(one) for row in rows.values_list("phone_index", "email_index") for one in row if one is not None}


def lately() -> Q:
    """Invitations that were sent or called within the time of the rulebook."""
    return Q(invited_at__gt=now() - timedelta(days=rules.number("again_after_days")))


def of_same_person(row: Invitation) -> QuerySet[Invitation]:
    """Every invitation, of any survey, that shares telephone or e-mail with one."""
    keys = [one for one in (row.phone_index, row.email_index) if one is not None]
    return Invitation.objects.filter(Q(phone_index__in=keys) | Q(email_index__in=keys))


def invitations(entry_id: uuid.UUID, sample: list[Framed]) -> Iterator[Invitation]:
    """Rows of the sample in the order in which it was drawn, each with where its case belongs now (SC-13)."""
    cases = Complaint.objects.in_bulk([one.complaint_id for one in sample])
    suppliers = {
        owner: people.supplied_unit_of(owner) for owner in {case.owner_id for case in cases.values() if case.owner_id}
    }
    for place, one in enumerate(sample, 1):
        case = cases[one.complaint_id]
        yield Invitation(
            entry_id=entry_id, complaint_id=one.complaint_id, party_id=one.party_id, place=place, phone_index=one.phone, email_index=one.email,
            channel=case.channel, grade=case.grade, outcome=case.outcome, department_id=case.department_id,
            supplier_id=suppliers.get(case.owner_id), handler_id=case.owner_id,
        )  # fmt: skip
