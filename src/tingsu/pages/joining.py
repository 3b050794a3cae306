"""Pages of other PDF files inside one of ours: put onto pages that were left bare for them, so that head, foot, page number and
bookmarks stay ours. Nothing of such a file is run or followed: its scripts, links, forms and notes stay behind.
"""

import io
from collections.abc import Sequence
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError

MILLIMETRE = 72 / 25.4
LEFT, BOTTOM, WIDTH, HEIGHT = (length * MILLIMETRE for length in (20, 20, 174, 236))
"""Where a page of another file lies on one of ours."""
Bare = Sequence[Any]


class Unreadable(ValueError):
    """Not a PDF that we can take pages from: broken, or locked with a password."""

    def __init__(self, locked: bool) -> None:
        super().__init__("locked" if locked else "broken")
        self.locked = locked


def pages_of(content: bytes) -> list[PageObject]:
    """The pages of a file, each looked at once, so that a broken one shows here and not in the middle of a document.

    Raises Unreadable.
    """
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(locked=True)
        pages = list(reader.pages)
        for page in pages:
            if not (page.mediabox.width > 0 and page.mediabox.height > 0):
                raise Unreadable(locked=False)
            page.get_contents()
    except Unreadable:
        raise
    except Exception as broken:
        # Whatever such a file does to its reader: it is somebody else's, and the document is made without it.
        raise Unreadable(locked=False) from broken
    if not pages:
        raise Unreadable(locked=False)
    return pages


def joined(document: bytes, pages: Sequence[PageObject]) -> bytes:
    """A document of ours whose last pages were left bare, with these pages on them, one on each.

    The result is no longer archival: what others made may hold anything. Raises Unreadable.
    """
    if not pages:
        return document
    writer = PdfWriter(clone_from=io.BytesIO(document))
    first = len(writer.pages) - len(pages)
    try:
        for number, page in enumerate(pages):
            page.pop("/Annots", None)
            page.pop("/AA", None)
            upright, width, height = _upright(page)
            scale = min(WIDTH / width, HEIGHT / height, 1)
            left, bottom = LEFT + (WIDTH - width * scale) / 2, BOTTOM + HEIGHT - height * scale
            writer.pages[first + number].merge_transformed_page(
                page, upright.scale(scale).translate(left, bottom), over=True
            )
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise Unreadable(locked=False) from broken
    writer.xmp_metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _upright(page: PageObject) -> tuple[Transformation, float, float]:
    """How a page is turned as it is meant to be seen, from the corner of its visible part, and how wide and high it then is."""
    box, turned = page.cropbox, page.rotation % 360
    width, height = float(box.width), float(box.height)
    moved = Transformation().translate(-float(box.left), -float(box.bottom)).rotate(-turned)
    if turned == 90:
        return moved.translate(0, width), height, width
    if turned == 180:
        return moved.translate(width, height), width, height
    return (moved.translate(height, 0), height, width) if turned == 270 else (moved, width, height)
