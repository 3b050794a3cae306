"""The contents list of an archived file: every event, letter and uploaded file of the complaint, by date (RC-01)."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import ArchivedFile
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded_words import in_eights
from tingsu.files.checks import TYPES
from tingsu.files.models import StoredFile
from tingsu.kernel.crypto import Erased
from tingsu.kernel.events import words_of
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES

Text = str | Promise
KINDS: dict[str, Text] = {
    "event": pgettext_lazy("piece", "Event"), "letter": pgettext_lazy("piece", "Letter"), "file": pgettext_lazy("piece", "Attachment"),
}  # fmt: skip
CHANNELS: dict[str, Text] = {
    "email": _("by e-mail"), "sms": _("by text message"), "portal": _("on the follow-up page"), "call": _("by telephone"),
    "post": _("by post"),
}  # fmt: skip
ENDINGS = {kind.media_type: kind.endings[0].lstrip(".").upper() for kind in TYPES.values()}


@dataclass(frozen=True)
class Line:
    """One piece: when, what kind, its code (the kind of event, the template of the letter, the type of the file)."""

    at: datetime
    kind: str
    code: str
    reference: str

    @property
    def order(self) -> tuple[datetime, str, int, str, str]:
        """By date; events of one instant as they happened."""
        return (self.at, self.kind, int(self.reference) if self.kind == "event" else 0, self.code, self.reference)

    def as_list(self) -> list[str]:
        return [self.at.isoformat(), self.kind, self.code, self.reference]


def contents_of(complaint: Complaint) -> list[Line]:
    """In order of date. Names of files stay sealed with the files; the list refers to them by hash."""
    events = Event.objects.filter(stream_id=complaint.pk).values_list("at", "kind", "seq")
    letters = Letter.objects.filter(stream_id=complaint.pk).values_list("created_at", "template", "channel")
    files = StoredFile.objects.filter(stream_id=complaint.pk).values_list("received_at", "media_type", "sha256")
    return sorted(
        [
            *(Line(at, "event", kind, str(seq)) for at, kind, seq in events),
            *(Line(at, "letter", template, channel) for at, template, channel in letters),
            *(Line(at, "file", media_type, bytes(sha)[1:].hex()) for at, media_type, sha in files),
        ],
        key=lambda line: line.order,
    )


@dataclass(frozen=True)
class Piece:
    """One line of the list in words."""

    at: datetime
    kind: Text
    words: str
    reference: str


def listed(complaint: Complaint) -> tuple[str, list[Piece]]:
    """The number of the archived file and its pieces as they were sealed; of a case that is not archived, no number and what is
    there now. Pieces whose event was erased say so. Three queries.
    """
    row = next(iter(ArchivedFile.of(complaint)), None)
    if row is None:
        return "", _in_words(complaint, contents_of(complaint))
    try:
        sealed = json.loads(row.text("contents"))
    except Erased:
        sealed = []
    lines = [Line(datetime.fromisoformat(at), kind, code, reference) for at, kind, code, reference in sealed]
    return row.number, _in_words(complaint, lines)


def _in_words(complaint: Complaint, lines: list[Line]) -> list[Piece]:
    events = {str(one.seq): words_of(one) for one in Event.objects.filter(stream_id=complaint.pk)}
    return [Piece(line.at, KINDS[line.kind], *_told(line, events)) for line in lines]


def _told(line: Line, events: dict[str, str]) -> tuple[str, str]:
    if line.kind == "event":
        return events.get(line.reference, ""), str(_("event no. %(number)s") % {"number": line.reference})
    if line.kind == "letter":
        template = TEMPLATES.get(line.code)
        return str(template.label if template else ""), str(CHANNELS.get(line.reference, ""))
    return ENDINGS.get(line.code, ""), f"SHA-256 {in_eights(line.reference)}"
