"""The attachments of a case inside its complete file: pictures and PDF pages as pages, everything else listed with its hash and why.

An attachment is somebody else's work: whatever is wrong with one is said beside it, and the file is made without it.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image, ImageOps

from tingsu.complaints.covering import known_in
from tingsu.complaints.paperwork import Reader
from tingsu.complaints.recorded_words import file_words, hash_of
from tingsu.files.checks import TYPES
from tingsu.files.models import StoredFile
from tingsu.files.showing import shown_to
from tingsu.kernel.errors import TingsuError
from tingsu.pages.joining import Source, Unreadable, drawable
from tingsu.pages.pdf import Part
from tingsu.privacy.files import note_opening

MOST_PAGES, MOST_IN_ALL = 100, 300
"""Pages of one attachment, and of all of them: a longer one is for the screen, and its hash stands here."""
MOST_BYTES = 64_000_000
"""Of everything that becomes pages: longer files are no use to whoever gets them."""
MOST_SET = 8_000_000
"""Of the pictures that the typesetter puts among our text, so that the file stays archival; it holds all of them at once. Those that
come after stand on bare pages, one in memory at a time."""
WIDEST = 1600
"""Dots across a page: as sharp as a printer shows it."""
ENDINGS = {kind.media_type: kind.endings[0].lstrip(".").upper() for kind in TYPES.values()}


@dataclass
class Attached:
    """What stands in the file of all attachments: the list, pages with pictures, bare pages and what goes onto them."""

    rows: list[list[str]] = field(default_factory=list)
    pictures: list[Part] = field(default_factory=list)
    bare: list[Part] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    bytes: int = 0
    set: int = 0
    """Bytes of the pictures among our text."""

    def has_room(self, pages: int, size: int) -> bool:
        """Do so many pages more find a place, of so many bytes?"""
        taken = len(self.pictures) + sum(one.pages for one in self.sources)
        return taken + pages <= MOST_IN_ALL and self.bytes + size <= MOST_BYTES

    def parts(self) -> list[Part]:
        heads = [_("No."), _("Attachment"), _("Type"), "SHA-256", pgettext("attachment", "Where")]
        listed = Part(heading=_("Attachments"), fresh=True, heads=heads, rows=self.rows, widths=[1, 5, 2, 5, 4])
        return [listed, *self.pictures, *self.bare] if self.rows else []


def attached(reader: Reader, files: Iterable[StoredFile]) -> Attached:
    """Every file of the case, in the order in which it came; each that is shown stands in the access log."""
    found = Attached()
    for number, file in enumerate(files, 1):
        where = _place(reader, file, " ".join((_("Attachment"), str(number))), found)
        kind = f"{ENDINGS.get(file.media_type, '')} {filesizeformat(file.size)}".strip()
        found.rows.append([str(number), file_words(reader, file), kind, hash_of(file), where])
    return found


def _place(reader: Reader, file: StoredFile, heading: str, found: Attached) -> str:
    """Put a file among the pages, and say where it stands, or why it does not."""
    if file.erased_at is not None:
        return _("erased")
    if not (file.media_type.startswith("image/") or file.media_type == "application/pdf"):
        return _("listed: this kind has no pages")
    try:
        media_type, content = shown_to(reader.actor, file)
    except TingsuError as refused:
        return _("listed: %(why)s") % {"why": str(refused)}
    if media_type == "application/pdf":
        return _pdf(reader, file, heading, content, found)
    try:
        picture = printable(content)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _("listed: the picture cannot be read")
    if not found.has_room(1, len(picture)):
        return _("listed: the file would become too large")
    found.bytes += len(picture)
    name = note_opening(reader.actor, file, "printed", reader.purpose, known_in(reader.complaint))
    if found.set + len(picture) <= MOST_SET:
        found.set += len(picture)
        found.pictures.append(Part(heading=heading, deep=3, fresh=True, pictures=[(picture, name)], note=name))
    else:
        found.bare.append(Part(heading=heading, deep=3, fresh=True, bare_pages=1))
        found.sources.append(Source(pages=1, read=partial(_picture_again, reader, file), picture=True))
    return _("as a page")


def _pdf(reader: Reader, file: StoredFile, heading: str, content: bytes, found: Attached) -> str:
    try:
        pages = drawable(content)
    except Unreadable as broken:
        return _("listed: locked with a password") if broken.locked else _("listed: the PDF is broken")
    if pages > MOST_PAGES:
        return _("listed: too long to print (%(count)s pages)") % {"count": pages}
    if not found.has_room(pages, len(content)):
        return _("listed: the file would become too large")
    found.bytes += len(content)
    note_opening(reader.actor, file, "printed", reader.purpose, known_in(reader.complaint))
    found.bare.append(Part(heading=heading, deep=3, fresh=True, bare_pages=pages))
    found.sources.append(Source(pages=pages, read=partial(_content_again, reader, file)))
    return _("as %(count)s pages") % {"count": pages}


def _content_again(reader: Reader, file: StoredFile) -> bytes:
    return shown_to(reader.actor, file)[1]


def _picture_again(reader: Reader, file: StoredFile) -> bytes:
    return printable(_content_again(reader, file))


def printable(content: bytes) -> bytes:
    """A picture as a printer needs it: upright, in colours every reader knows, not larger than a page."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "GIF", "WEBP", "HEIF"]) as opened:
        most = min(1, WIDEST / max(opened.size))
        # A JPEG is read only as finely as needed; what is asked for must have its own proportions, or it is read whole.
        opened.draft("RGB", (max(1, int(opened.width * most)), max(1, int(opened.height * most))))
        picture = ImageOps.exif_transpose(opened)
        if picture.mode in {"RGBA", "LA", "P"}:
            seen = picture.convert("RGBA")
            picture = Image.new("RGB", seen.size, "white")
            picture.paste(seen, mask=seen.getchannel("A"))
        picture = picture if picture.mode == "RGB" else picture.convert("RGB")
        picture.thumbnail((WIDEST, WIDEST), Image.Resampling.BILINEAR)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
        return out.getvalue()
