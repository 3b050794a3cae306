"""Signed versions as documents of their own: what was signed, by whom, when, with the hash (RG-05, RG-18, MD-06)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import STAFF, Content, Item, Paper, Reader, Text, declare
from tingsu.pages.pdf import instant
from tingsu.signing import documents
from tingsu.signing.below import version_content
from tingsu.signing.documents import Document
from tingsu.signing.models import SignedVersion

CODE = "signed_document"


def _all(complaint: Complaint) -> list[tuple[str, SignedVersion, Document]]:
    return [
        (f"{one.key}:{row.number}", row, one)
        for one in documents.documents(complaint)
        for row in documents.versions(complaint, one)
    ]


def items(complaint: Complaint) -> list[Item]:
    """Each by its document, version and day."""
    return [
        (
            key,
            _("%(document)s · signed version %(number)s · %(at)s")
            % {"document": one.words, "number": row.number, "at": instant(row.pinned_at)},
        )
        for key, row, one in _all(complaint)
    ]


def missing(complaint: Complaint) -> Text:
    return "" if SignedVersion.of(complaint) else _("nothing has been signed on the screen or by a link yet")


def content(reader: Reader) -> Content:
    """The version that was asked for."""
    row, one = next((row, one) for key, row, one in _all(reader.complaint) if key == reader.item)
    return version_content(reader, row, one)


declare(
    Paper(
        code=CODE,
        to_party=True,
        title=gettext_lazy("Signed document"),
        hint=gettext_lazy(
            "What was signed, word for word, with signatures, times and the hash; later changes do not touch it."
        ),
        content=content,
        order=55,
        readers=STAFF | {"complainant"},
        missing=missing,
        items=items,
        bulk=False,
    )
)
