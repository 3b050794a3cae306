"""Pages of other PDF files inside one of ours: put onto pages that were left bare for them, so that head, foot, page number and
bookmarks stay ours. Nothing of such a file is run or followed: its scripts, links, forms and notes stay behind.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    RectangleObject,
)

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

    What is added is written behind the document, as an update of it: neither is taken apart, so it costs what the added bytes cost.
    The result is no longer archival: what others made may hold anything. Raises Unreadable.
    """
    if not pages:
        return document
    try:
        ours = PdfReader(io.BytesIO(document))
        size = _size(ours)
        added = PdfWriter()
        added._objects += [NullObject()] * (size - 1 - len(added._objects))
        closed = added._add_object(_stream(b"q\n"))
        changed: dict[int, DictionaryObject] = {}
        for number, (bare, page) in enumerate(zip(list(ours.pages)[-len(pages) :], pages, strict=True)):
            upright, width, height = _upright(page)
            scale = min(WIDTH / width, HEIGHT / height, 1)
            left, bottom = LEFT + (WIDTH - width * scale) / 2, BOTTOM + HEIGHT - height * scale
            where = upright.scale(scale).translate(left, bottom)
            changed[_number(bare)] = _with(added, bare, closed, _drawing(added, page), f"/Other{number}", where)
        root = _copy(ours.root_object)
        root.pop("/Metadata", None)
        changed[ours.trailer.raw_get("/Root").idnum] = root
        changed |= {number + 1: added._objects[number] for number in range(size - 1, len(added._objects))}
        return _updated(document, ours, changed)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as broken:
        raise Unreadable(locked=False) from broken


def _drawing(added: PdfWriter, page: PageObject) -> Any:
    """What is seen on a page as one drawing, cut at the edge of its visible part. Nothing but what it draws comes along."""
    content = page.get_contents()
    drawing = _stream(content.get_data() if content is not None else b"")
    resources, group = page.get("/Resources"), page.get("/Group")
    drawing[NameObject("/Type")], drawing[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    drawing[NameObject("/BBox")] = RectangleObject(tuple(page.cropbox))
    drawing[NameObject("/Resources")] = resources.get_object().clone(added) if resources else DictionaryObject()
    if group:
        drawing[NameObject("/Group")] = group.get_object().clone(added)
    return added._add_object(drawing)


def _with(
    added: PdfWriter, bare: PageObject, closed: Any, drawing: Any, name: str, where: Transformation
) -> DictionaryObject:
    """A page of ours that shows a drawing. Its own content is closed in, so that it leaves nothing behind for what follows."""
    page, before = _copy(bare), bare["/Contents"].get_object()
    old = list(before) if isinstance(before, ArrayObject) else [bare.raw_get("/Contents")]
    numbers = " ".join(f"{value:.5f}" for value in where.ctm)
    drawn = added._add_object(_stream(f"\nQ q {numbers} cm {name} Do Q\n".encode()))
    page[NameObject("/Contents")] = ArrayObject([closed, *old, drawn])
    resources = page[NameObject("/Resources")] = _copy(bare["/Resources"].get_object())
    shown = resources[NameObject("/XObject")] = _copy(resources.get("/XObject", DictionaryObject()).get_object())
    shown[NameObject(name)] = drawing
    return page


def _updated(document: bytes, ours: PdfReader, changed: Mapping[int, Any]) -> bytes:
    """The document, behind it the objects that changed or came in, and where each of them lies (ISO 32000-1, 7.5.6)."""
    out = io.BytesIO()
    out.write(document + b"\n")
    places = {}
    for number, thing in sorted(changed.items()):
        places[number] = out.tell()
        out.write(f"{number} 0 obj\n".encode())
        thing.write_to_stream(out)
        out.write(b"\nendobj\n")
    begins = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out.write(f"{number} 1\n{place:010} 00000 n \n".encode())
    trailer = _copy(ours.trailer)
    trailer[NameObject("/Size")] = NumberObject(max(*places, _size(ours) - 1) + 1)
    trailer[NameObject("/Prev")] = NumberObject(int(document[document.rindex(b"startxref") + 9 :].split()[0]))
    out.write(b"trailer\n")
    trailer.write_to_stream(out)
    out.write(f"\nstartxref\n{begins}\n%%EOF\n".encode())
    return out.getvalue()


def _size(ours: PdfReader) -> int:
    """One more than the highest number of an object."""
    return cast("int", ours.trailer["/Size"])


def _copy(one: Any) -> DictionaryObject:
    """The same dictionary, its references left as they are."""
    return DictionaryObject({name: one.raw_get(name) for name in one})


def _number(page: PageObject) -> int:
    """The number of its object. Raises KeyError for a page that has none."""
    if page.indirect_reference is None:
        raise KeyError("page")
    return page.indirect_reference.idnum


def _stream(content: bytes) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(content)
    return stream.flate_encode()


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
