"""What is recorded in a field of a complaint, in words, for whoever reads a document: personal data as privacy shows it."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from tingsu.complaints import terms
from tingsu.complaints.case_rows import Note, reading_of, rows_of
from tingsu.complaints.covering import covered, known_in
from tingsu.complaints.fields import PARTIES, CaseField
from tingsu.complaints.fields.reading import in_words
from tingsu.complaints.handed_in import is_handed_in
from tingsu.complaints.models import Demand, Party
from tingsu.complaints.paperwork import Reader
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of
from tingsu.kernel.crypto import Erased
from tingsu.kernel.money import yuan
from tingsu.pages.pdf import instant
from tingsu.privacy.files import shown_name
from tingsu.privacy.masking import NOBODY
from tingsu.privacy.show import PartyView, show_field, show_party, show_text


def words_of(reader: Reader, one: CaseField) -> str:
    """The value of a column of the complaint or of a person in it; empty where there is none, or none for this reader."""
    if one.of in PARTIES:
        return _of_person(reader, one)
    complaint = reader.complaint
    if one.personal is not None:
        known = NOBODY if reader.own else known_in(complaint)
        shown = show_field(
            reader.actor, complaint, one.stored, reader.door, known=known, own=reader.own, windows=reader.windows
        )
        return shown.value
    return plain(reader, one, getattr(complaint, one.stored))


def plain(reader: Reader, one: CaseField, value: object) -> str:
    """A value that is no personal field: codes in words, days and instants as documents write them, free words covered."""
    words = in_words(one, value)
    if isinstance(words, datetime):
        return instant(words)
    if isinstance(words, date):
        return words.isoformat()
    text = str(words if words is not None else "")
    return covered(reader.complaint, text) if one.free and text and not reader.own else text


def person(reader: Reader, role: str) -> PartyView | None:
    """Somebody in the case as the reader sees them."""
    party = next(iter(rows_of(Party, reader.complaint, role=role)), None)
    return show_party(reader.actor, party, reader.door, windows=reader.windows) if party else None


def _of_person(reader: Reader, one: CaseField) -> str:
    party = next(iter(rows_of(Party, reader.complaint, role=one.of)), None)
    if party is None:
        return ""
    if one.stored == "kind":
        return str(party.get_kind_display())
    value = show_party(reader.actor, party, reader.door, windows=reader.windows).value(one.stored)
    options = one.field.options
    return str(dict(options).get(value, value)) if isinstance(options, tuple) else value


def demands(reader: Reader) -> list[str]:
    """What is asked for, one a line: kind, amount, words."""
    known = NOBODY if reader.own else known_in(reader.complaint)
    found = []
    for row in sorted(rows_of(Demand, reader.complaint), key=lambda row: (row.position, row.pk)):
        detail = ""
        if row.detail:
            try:
                detail = show_text(
                    reader.actor, "demand", "detail", row.text(), reader.door, known=known, own=reader.own
                )
            except Erased:
                detail = _("(erased)")
        amount = yuan(row.amount_fen) if row.amount_fen else ""
        found.append(" · ".join(filter(None, (str(terms.DemandKind(row.kind).label), amount, detail))))
    return found


def files(reader: Reader) -> list[StoredFile]:
    """The files of the case, the oldest first; of the own copy those that this side handed in."""
    read = reading_of(reader.complaint)
    rows = read.noted(FILES)
    if rows is None:
        found = StoredFile.objects.filter(stream_id=reader.complaint.pk).select_related("stream")
        rows = read.note(FILES, list(found.order_by("received_at", "id")))
    return [row for row in rows if is_handed_in(reader.complaint, row)] if reader.own else rows


FILES: Note[list[StoredFile]] = Note("complaints.files")


def file_words(reader: Reader, file: StoredFile) -> str:
    """Name as the reader may see it, and when it was received (材料已收悉, RG-09)."""
    if file.erased_at is not None:
        return _("(erased)")
    received = _("material received %(time)s") % {"time": instant(file.acknowledged_at or file.received_at)}
    theirs = reader.own and not reader.kept
    return f"{name_of(file) if theirs else shown_name(reader.actor, file, known_in(reader.complaint))} · {received}"


def hash_of(file: StoredFile) -> str:
    """SHA-256 of a file, to be compared by eye."""
    return in_eights(bytes(file.sha256)[1:].hex())


def in_eights(digits: str) -> str:
    """A hash in groups, so that it can be compared by eye and broken over lines."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
