"""Complaints that join the record of a major or mass event, and leave it.

Where a complaint is written too, its stream is locked before the record's.
"""

import uuid
from typing import Any

from django.db.models import QuerySet

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import NotFound
from tingsu.registers.actions import Opening, begin_entry, link_alone, unlink_alone
from tingsu.registers.declaration import registers
from tingsu.registers.entry import locked_entry
from tingsu.registers.models import Entry

NAME, MEMBER = "major_event", "includes"
"""The register, and the type of link from a record to its complaints."""


def open_records() -> QuerySet[Entry]:
    """Records that are not closed, newest first."""
    return Entry.objects.filter(register=NAME, state="open").select_related("stream").order_by("-opened_at", "-id")


def records_of(complaint: Complaint) -> QuerySet[Entry]:
    """Open records that a complaint belongs to."""
    return open_records().filter(links__other_id=complaint.pk, links__kind=MEMBER)


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
