"""What is known of the people in a case, and what its reader has opened: by both every text about it is covered (PS-06).

Asked once for a page: the rows of the parties are read with the case anyway, and lists tell theirs together.
"""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import Note, reading_of, rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.kernel.together import Asking, Reader
from tingsu.privacy.fields import WRITTEN, Sight, may_reveal
from tingsu.privacy.masking import Known, mask_text
from tingsu.privacy.show import SEARCHED, Shown, Windows, declare_known, known_of, open_windows

KNOWN: Note[Known] = Note("complaints.known")
WINDOWS: Note[Windows] = Note("complaints.windows")
OPENED: Note[bool] = Note("complaints.opened")
MASKED: Note[bool] = Note("complaints.masked")


def known_in(complaint: Complaint) -> Known:
    """The values of everybody in the case. One query at most."""
    reading = reading_of(complaint)
    kept = reading.noted(KNOWN)
    return reading.note(KNOWN, known_of(rows_of(Party, complaint))) if kept is None else kept


@Asking
def people_of(complaints: Iterable[Complaint]) -> Reader[dict[uuid.UUID, list[Party]]]:
    """The parties of each case of a list. One query."""
    found: dict[uuid.UUID, list[Party]] = {one.pk: [] for one in complaints}
    (parties,) = yield [Party.objects.filter(complaint_id__in=list(found))]
    for party in parties:
        found[party.complaint_id].append(party)
    return found


def with_people(rows: QuerySet[Any], case: str = "pk") -> Any:
    """Rows of a list with the people of their cases read in the same statement; `case` is the column with the case's id."""
    people = Party.objects.filter(complaint_id=OuterRef(case)).order_by("id")
    return rows.annotate(people=ArraySubquery(people.values(one=JSONObject(**{name: name for name in PEOPLE}))))


def known_from(row: Any) -> Known:
    """The values of the people that `with_people` read with a row."""
    return known_of(_party(one) for one in row.people)


SEALED = ("wrapped_key", "former", *SEARCHED)
PEOPLE = ("id", "kind", "erased_at", *SEALED)


def _party(read: dict[str, Any]) -> Party:
    """The row again; sealed columns come in JSON as hexadecimal digits."""
    sealed = {name: bytes.fromhex(read[name][2:]) if read[name] else None for name in SEALED}
    organisation = current_organisation_id()
    return Party(
        id=uuid.UUID(read["id"]), organisation_id=organisation, kind=read["kind"], erased_at=read["erased_at"], **sealed
    )


def known_in_cases(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """The same by ids alone, for letters, files and what registers link; what is no case is left out. One query."""
    found: dict[uuid.UUID, list[Party]] = {}
    for party in Party.objects.filter(complaint_id__in=ids):
        found.setdefault(party.complaint_id, []).append(party)
    return {pk: known_of(rows) for pk, rows in found.items()}


declare_known(known_in_cases)


def windows_of(actor: Actor, complaint: Complaint) -> Windows:
    """What is open to the reader now, of the case and of everybody in it; the parts of one page ask together."""
    reading = reading_of(complaint)
    kept = reading.noted(WINDOWS)
    if kept is None:
        people = (party.pk for party in rows_of(Party, complaint))
        kept = reading.note(WINDOWS, open_windows(actor, [complaint.pk, *people]))
    reading.note(OPENED, (complaint.pk, WRITTEN[1]) in kept and may_reveal(actor, *WRITTEN))
    return kept


def is_opened(complaint: Complaint) -> bool:
    """Has the reader opened what was written in this case, for five minutes and with a purpose?"""
    return reading_of(complaint).noted(OPENED) is True


def covered(complaint: Complaint, text: str, known: Known | None = None) -> str:
    """A text about the case as whoever may read it sees it: what points to people is masked, unless it was opened.

    Lists give what they have read of the people of all their cases as `known`.
    """
    if is_opened(complaint):
        return text
    masked = mask_text(text, known_in(complaint) if known is None else known)
    if masked != text:
        note_masked(complaint)
    return masked


def note_masked(complaint: Complaint) -> None:
    """Something of what was written in the case was masked on this page."""
    reading_of(complaint).note(MASKED, True)


def written(actor: Actor, complaint: Complaint) -> Shown | None:
    """What a page says of its masked texts once it is drawn, with the way to open them; None where nothing was masked."""
    if not may_reveal(actor, *WRITTEN):
        return None
    until = (reading_of(complaint).noted(WINDOWS) or {}).get((complaint.pk, WRITTEN[1]))
    if until is not None:
        words, seen = _("Names and numbers in what was written are shown."), Sight.CLEAR
        return Shown(WRITTEN[1], "", words, seen, revealed_until=until)
    if reading_of(complaint).noted(MASKED) is not True:
        return None
    words = _("Names and numbers in what was written are masked.")
    return Shown(WRITTEN[1], _("names and numbers"), words, Sight.MASKED, may_reveal=True)


def is_plain(complaint: Complaint, text: str) -> bool:
    """Nothing in the text points to a person: it may stand in a form, from where it is sent back."""
    return mask_text(text, known_in(complaint)) == text
