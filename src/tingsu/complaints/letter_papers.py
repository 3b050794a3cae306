"""A letter of a case as a document: as it was sent, with head, receiver, date and a place to sign (RC-11)."""

import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import Note, reading_of, rows_of
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Content, Item, Reader
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.shapes import found_by
from tingsu.letters.composing import COVER, compose
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.pdf import Part, instant
from tingsu.privacy.show import show_party, show_text

LINK = re.compile(r"[!-~]*/(?:c|s|l)/[!-~]+")
"""A link opens the case for whoever has it: no print of the house shows one. Chinese words stand beside it without a space."""
LETTERS: Note[list[Letter]] = Note("complaints.letters")


def letters_of(complaint: Complaint, *templates: str) -> list[Letter]:
    """Those of some templates."""
    return [row for row in all_letters(complaint) if row.template in templates]


def all_letters(complaint: Complaint) -> list[Letter]:
    """The letters to the parties that were not taken back, the oldest first. One query for a reading."""
    read = reading_of(complaint)
    rows = read.noted(LETTERS)
    if rows is None:
        rows = read.note(LETTERS, found_by(_letters, complaint.pk))
    return rows


def _letters(case: Any) -> QuerySet[Letter]:
    found = Letter.objects.filter(stream_id=case, member_id=None).exclude(state=Letter.State.WITHDRAWN)
    return found.select_related("stream").order_by("created_at", "id")


def items(complaint: Complaint, *templates: str) -> list[Item]:
    """Each letter by its day and receiver."""
    roles = {party.pk: str(party.get_role_display()) for party in rows_of(Party, complaint)}
    return [
        (
            row.pk.hex,
            " · ".join(filter(None, (instant(row.sent_at or row.created_at), roles.get(row.party_id or row.pk, "")))),
        )
        for row in letters_of(complaint, *templates)
    ]


def letter(reader: Reader, templates: Iterable[str]) -> Content:
    """One letter as its receiver reads it; personal data as this reader may see it."""
    rows = letters_of(reader.complaint, *templates)
    row = next(one for one in rows if one.pk == uuid.UUID(reader.item))
    firm = current_organisation()
    sender = [in_language(firm.name), in_language(firm.address), firm.hotline, firm.email]
    facts, texts = _told(reader, row)
    return Content(
        subtitle=" · ".join(filter(None, sender)),
        parts=[Part(facts=facts), Part(texts=texts, signs=[in_language(firm.name)])],
    )


def letter_part(reader: Reader, row: Letter) -> Part:
    """A letter as a piece of the complete file."""
    template = TEMPLATES.get(row.template)
    facts, texts = _told(reader, row)
    heading = f"{template.label if template else ''} · {instant(row.sent_at or row.created_at)}"
    return Part(heading=heading, deep=3, facts=facts, texts=texts)


def _told(reader: Reader, row: Letter) -> tuple[list[tuple[str, str]], list[str]]:
    """To whom, when, about what; and the words, paragraph by paragraph."""
    party = next((one for one in rows_of(Party, reader.complaint) if one.pk == row.party_id), None)
    view = show_party(reader.actor, party, reader.door, windows=reader.windows) if party else None
    subject, message, body = (_shown(reader, words) for words in _words(row))
    facts = [
        (_("To"), view.name if view else ""),
        (_("Address"), view.address if view else ""),
        (_("Date"), instant(row.sent_at) if row.sent_at else _("not sent yet")),
        (_("Number"), reader.complaint.number),
        (_("Subject"), subject),
        (_("As text message"), message),
    ]
    return [(label, words) for label, words in facts if words], body.split("\n\n")


def _words(row: Letter) -> tuple[str, str, str]:
    """Subject, text message and body as they are kept, without what opens the case; of one that waits to be sent, as it would
    leave now. The body of a text message is the letter that its link opens.
    """
    try:
        if not row.body:
            message, _version = compose(row)
            short = message.kept_body if message.kept_whole else ""
            return message.kept_subject, short, message.kept_whole or message.kept_body
        key = row.stream.key()
        subject, body, whole = (
            key.open(getattr(row, name), f"letter:{row.pk}:{name}") for name in ("subject", "body", "whole")
        )
        return (subject, body, whole) if whole else (subject, "", body)
    except Erased:
        return "", "", _("(erased)")


def _shown(reader: Reader, words: str) -> str:
    """Covered, unless what was written is open to this reader."""
    words = LINK.sub("…", words)
    with suppress(Erased):
        words = words.replace(reader.complaint.text("code") or COVER, COVER)
    if reader.written:
        return words
    return show_text(reader.actor, "letter", "body", words, reader.door, known=known_in(reader.complaint))
