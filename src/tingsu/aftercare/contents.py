"""The contents list of an archived file: every event, letter and uploaded file of the complaint, by date (RC-01)."""

from dataclasses import dataclass
from datetime import datetime

from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter


@dataclass(frozen=True, order=True)
class Line:
    """One piece: when, what kind, its code (the kind of event, the template of the letter, the type of the file)."""

    at: datetime
    kind: str
    code: str
    reference: str

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
        ]
    )
