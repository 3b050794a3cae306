"""Complaints that join the record of a major or mass event, and leave it.

Where a complaint is written too, its stream is locked before the record's.
"""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, Grade
from tingsu.kernel.errors import NotFound
from tingsu.kernel.spelling import tidy
from tingsu.registers.actions import Opening, begin_entry, link_alone, unlink_alone
from tingsu.registers.declaration import registers
from tingsu.registers.entry import locked_entry
from tingsu.registers.models import Entry, EntryLink
from tingsu.triage.models import PrePlan

NAME, MEMBER = "major_event", "includes"
"""The register, and the type of link from a record to its complaints."""


def open_records() -> QuerySet[Entry]:
    """Records that are not closed, newest first."""
    return Entry.objects.filter(register=NAME, state="open").select_related("stream").order_by("-opened_at", "-id")


def records_of(complaint: Complaint) -> QuerySet[Entry]:
    """Open records that a complaint belongs to."""
    return open_records().filter(links__other_id=complaint.pk, links__kind=MEMBER)


def record_of_each(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """For each of some complaints the number of the newest open record that it belongs to, drills left out. One query."""
    links = (
        EntryLink.objects.filter(entry__register=NAME, entry__state="open", kind=MEMBER, other_id__in=ids)
        .exclude(entry__codes__kind="drill")
        .order_by("made_at", "id")
    )
    return dict(links.values_list("other_id", "entry__number"))


def scripts_for(complaint: Complaint) -> list[PrePlan]:
    """The plans in force of other complaints whose scripts govern this one too: of the same event record first, then those whose
    product this one is about (TR-16). One query.
    """
    records = EntryLink.objects.filter(entry__register=NAME, entry__state="open", kind=MEMBER)
    mine = records.filter(other_id=complaint.pk).values("entry_id")
    together = Exists(records.filter(entry_id__in=mine, other_id=OuterRef("complaint_id")))
    plans = list(in_force().exclude(complaint=complaint).annotate(together=together)[:MOST_PLANS])
    named = [one for one in _about(complaint.product, plans) if not same_event(one)]
    return [*(one for one in plans if same_event(one)), *named][:MOST_SCRIPTS]


def same_event(plan: PrePlan) -> bool:
    """Does a plan found for another complaint belong to an event record of that one?"""
    return bool(getattr(plan, "together", False))


def in_force() -> QuerySet[PrePlan]:
    """Adopted plans of open high-risk complaints, newest first, with what opens their texts."""
    rows = PrePlan.objects.filter(
        state=PrePlan.State.ADOPTED, complaint__grade=Grade.HIGH_RISK, complaint__state__in=OPEN_STATES
    )
    return rows.select_related("complaint__stream").order_by("-adopted_at", "-id")


MOST_SCRIPTS = 3
MOST_PLANS = 50


def governing(told: str) -> list[PrePlan]:
    """The plans in force whose product is named in what somebody tells: their scripts govern the answer, whether or not a case
    of it is registered yet (TR-16). One query.
    """
    return _about(told, in_force()[:MOST_PLANS])[:MOST_SCRIPTS] if told.strip() else []


def _about(told: str, plans: Iterable[PrePlan]) -> list[PrePlan]:
    """Those whose product is named in some words."""
    told = tidy(told)[:MOST_TOLD].lower()
    return [one for one in plans if (name := one.complaint.product.strip().lower()) and name in told]


MOST_TOLD = 8000


def record_id(number: str) -> uuid.UUID:
    """Raises NotFound."""
    if (found := open_records().filter(number=number).values_list("pk", flat=True).first()) is None:
        raise NotFound
    return found


def begin(case: Case, **values: Any) -> uuid.UUID:
    """A new record in the transaction of a complaint's step, which has asked who may. Raises InvalidInput."""
    opening = Opening(values=values, at=case.at, allowed=True)
    return begin_entry(actor=case.actor, register=registers()[NAME], opening=opening).entry.pk


def joined(case: Case, pk: uuid.UUID, *, leaves: bool = False) -> bool:
    """Count the complaint among those of an open record, or take it out; False when nothing changes. Raises NotFound."""
    record = locked_entry(registers()[NAME], case.actor, pk, case.at)
    if record.entry.state != "open":
        raise NotFound
    record.put("complaints", record.entry.codes.get("complaints", 0) + (-1 if leaves else 1))
    if not (unlink_alone if leaves else link_alone)(record, case.complaint.pk, MEMBER):
        return False
    record.finish()
    case.fact(NAME, pk)
    return True
