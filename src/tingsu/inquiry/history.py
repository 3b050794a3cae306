"""Earlier complaints of the same person, and about the same merchant, as far as the reader sees them (IV-01, IV-02)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.access import visible_to
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.covering import known_from, with_people
from tingsu.complaints.models import Complaint, OtherPhone, Party
from tingsu.complaints.sql import ContactColumn, of_contact
from tingsu.complaints.terms import PartyRole
from tingsu.complaints.waiting import cause_of, shown_text
from tingsu.kernel.actor import Actor

MOST = 50
"""The newest of each list."""


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One other complaint on one line. `url` is empty where the reader may not open it."""

    number: str
    url: str
    received_at: datetime
    matter: str
    product: str
    state: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Found:
    rows: list[Earlier] = field(default_factory=list)
    hidden: int = 0
    """So many more that the reader may not see."""


Listed = tuple[str, str | Promise, str | Promise, Found]


def lists(actor: Actor, complaint: Complaint, released: bool, door: str) -> Iterator[Listed]:
    """Name, title, what is said of an empty one, and what was found. Five queries at most, however much there is."""
    ids = of_person(complaint)
    yield (
        "person", _("Complaints of the same person"), _("This person has not complained before."),
        _found(actor, ids, released, door),
    )  # fmt: skip
    if names := _merchants(complaint):
        about = about_merchant(names, complaint)
        yield (
            "merchant", _("Complaints about the same merchant"), _("Nobody else has complained about this merchant."),
            _found(actor, about, released, door),
        )  # fmt: skip


def of_person(complaint: Complaint) -> set[uuid.UUID]:
    """Complaints of whoever can be reached as this complainant can, by telephone or e-mail. A name alone is nobody."""
    parties = [one for one in rows_of(Party, complaint) if one.role in {PartyRole.COMPLAINANT, PartyRole.AGENT}]
    columns: dict[ContactColumn, set[bytes]] = {
        "phone_index": {bytes(one.phone_index) for one in parties if one.phone_index},
        "email_index": {bytes(one.email_index) for one in parties if one.email_index},
    }
    others = OtherPhone.objects.filter(complaint=complaint, party_id__in=[one.pk for one in parties])
    columns["phone_index"] |= {bytes(one.phone_index) for one in others if one.phone_index}
    found: set[uuid.UUID] = set()
    for column, values in columns.items():
        if values:
            found |= of_contact(column, values, MOST * 2)
    return found - {complaint.pk}


def _merchants(complaint: Complaint) -> list[bytes]:
    return [
        bytes(one.name_index)
        for one in rows_of(Party, complaint)
        if one.role == PartyRole.RESPONDENT and one.name_index
    ]


def about_merchant(names: list[bytes], complaint: Complaint) -> set[uuid.UUID]:
    """Complaints in which somebody of this name is complained of."""
    rows = Party.objects.filter(name_index__in=names, role=PartyRole.RESPONDENT).exclude(complaint=complaint)
    return set(rows.order_by("-pk").values_list("complaint_id", flat=True)[: MOST * 2])


def _found(actor: Actor, ids: set[uuid.UUID], released: bool, door: str) -> Found:
    if not ids:
        return Found()
    seen = set(visible_to(actor, Complaint.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    rows = Complaint.objects.filter(pk__in=ids if released else seen).select_related("stream")
    newest = with_people(rows).order_by("-received_at", "-pk")[:MOST]
    return Found(
        rows=[_line(actor, row, row.pk in seen, door) for row in newest], hidden=0 if released else len(ids - seen)
    )


def _line(actor: Actor, row: Any, seen: bool, door: str) -> Earlier:
    matter = shown_text(actor, row, "summary", known_from(row), door=door) or str(cause_of(row))
    return Earlier(
        number=row.number,
        url=row.get_absolute_url() if seen else "",
        received_at=row.received_at,
        matter=matter,
        product=row.product,
        state=row.get_state_display(),
        outcome=row.get_outcome_display() or row.get_verdict_display(),
    )
