"""The entries of registers that are linked with a case, asked once for one reading of it: panels of several apps tell of them."""

from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.models import Complaint
from tingsu.registers.models import EntryLink
from tingsu.registers.reading import MOST

LINKS: Note[list[EntryLink]] = Note("complaints.linked")


def newest_links(complaint: Complaint) -> list[EntryLink]:
    """The newest links of a case with entries, at most MOST, each with its entry. One query."""
    read = reading_of(complaint)
    if (kept := read.noted(LINKS)) is not None:
        return kept
    rows = EntryLink.objects.filter(other_id=complaint.pk).select_related("entry__stream").order_by("-made_at", "id")
    return read.note(LINKS, list(rows[:MOST]))
