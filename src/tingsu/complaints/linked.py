"""The entries of registers that are linked with a case, asked once for one reading of it: panels of several apps tell of them."""

from typing import Any

from django.db.models import QuerySet

from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.models import Complaint
from tingsu.kernel.shapes import found_by
from tingsu.registers.models import EntryLink
from tingsu.registers.reading import MOST

LINKS: Note[list[EntryLink]] = Note("complaints.linked")


def newest_links(complaint: Complaint) -> list[EntryLink]:
    """The newest links of a case with entries, at most MOST, each with its entry. One query."""
    read = reading_of(complaint)
    if (kept := read.noted(LINKS)) is not None:
        return kept
    return read.note(LINKS, found_by(_newest, complaint.pk))


def _newest(case: Any) -> QuerySet[EntryLink]:
    return EntryLink.objects.filter(other_id=case).select_related("entry__stream").order_by("-made_at", "id")[:MOST]
