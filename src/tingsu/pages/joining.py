"""Pages of other files inside one of ours: put onto pages that were left bare for them, so that head, foot, page number and
bookmarks stay ours. Nothing of such a file is run or followed: its scripts, links, forms and notes stay behind.

One file is open at a time, and what it adds is written behind the document before the next one is read: memory is bounded by
the largest of them, however many there are.
"""

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from PIL import Image
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
    StreamObject,
)

MILLIMETRE = 72 / 25.4
LEFT, BOTTOM, WIDTH, HEIGHT = (length * MILLIMETRE for length in (20, 20, 174, 236))
"""Where a page of another file lies on one of ours."""
BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError, OSError)
"""What a file that others made does to its reader."""
log = logging.getLogger("tingsu.pages")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file whose pages go onto bare ones, read when its turn comes."""

    pages: int
    read: Callable[[], bytes]
    """Its content: a PDF, or a JPEG in RGB. May raise whatever keeps a file from being read."""
    picture: bool = False


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


def drawable(content: bytes) -> int:
    """How many pages of a PDF can be put onto pages of ours: each is drawn once, and the drawing thrown away.

    Raises Unreadable.
    """
    pages, thrown_away = pages_of(content), PdfWriter()
    try:
        for page in pages:
            _drawing(thrown_away, page)
    except BROKEN as broken:
        raise Unreadable(locked=False) from broken
    return len(pages)


def join(document: IO[bytes], sources: Sequence[Source]) -> None:
    """Put the pages of these files onto the last pages of a document of ours, which were left bare for them.

    What is added is written behind the document, as an update of it (ISO 32000-1, 7.5.6): neither is taken apart, so it costs what
    the added bytes cost. The result is no longer archival: what others made may hold anything. Of a file that is gone by the time
    its turn comes the pages stay bare. Raises Unreadable where the document itself cannot be added to.
    """
    if not sources:
        return
    try:
        update = _Update(document)
        bare = list(update.ours.pages)[-sum(one.pages for one in sources) :]
        for source in sources:
            taken, bare = bare[: source.pages], bare[source.pages :]
            _draw(update, source, taken)
        update.end()
    except BROKEN as broken:
        raise Unreadable(locked=False) from broken


def _draw(update: "_Update", source: Source, bare: Sequence[PageObject]) -> None:
    added = PdfWriter()
    added._objects += [NullObject()] * (update.next - 1 - len(added._objects))
    changed: dict[int, Any] = {}
    try:
        closed = added._add_object(_stream(b"q\n"))
        content = source.read()
        found = [_picture(added, content)] if source.picture else [_page(added, one) for one in pages_of(content)]
        for ours, (drawing, box) in zip(bare, found, strict=True):
            changed[_number(ours)] = _with(added, ours, closed, drawing, f"/Other{_number(ours)}", box)
    except Exception as gone:
        # It was drawn once already when the document was put together; what happened to it since is told by the kind alone.
        log.warning("pages.joining: %s page(s) stay bare (%s)", len(bare), type(gone).__name__)
        return
    for number in range(update.next - 1, len(added._objects)):
        update.write(number + 1, added._objects[number])
    for number, page in changed.items():
        update.write(number, page)


class _Update:
    """Objects that are written behind a document, and where each of them lies."""

    def __init__(self, document: IO[bytes]) -> None:
        self.document = document
        self.ours = PdfReader(document)
        self.size = self.next = cast("int", self.ours.trailer["/Size"])
        """One more than the highest number of an object: of the document, and of what was written so far."""
        document.seek(-min(2048, document.seek(0, io.SEEK_END)), io.SEEK_END)
        end = document.read()
        self.before = int(end[end.rindex(b"startxref") + 9 :].split()[0])
        document.write(b"\n")
        self.places: dict[int, int] = {}

    def write(self, number: int, thing: Any) -> None:
        self.places[number] = self.document.seek(0, io.SEEK_END)
        self.document.write(f"{number} 0 obj\n".encode())
        thing.write_to_stream(self.document)
        self.document.write(b"\nendobj\n")
        self.next = max(self.next, number + 1)

    def end(self) -> None:
        """The catalogue without its claim to be archival, and the table of what was written."""
        root = _copy(self.ours.root_object)
        root.pop("/Metadata", None)
        self.write(self.ours.trailer.raw_get("/Root").idnum, root)
        begins = self.document.seek(0, io.SEEK_END)
        self.document.write(b"xref\n0 1\n0000000000 65535 f \n")
        for number, place in sorted(self.places.items()):
            self.document.write(f"{number} 1\n{place:010} 00000 n \n".encode())
        trailer = _copy(self.ours.trailer)
        trailer[NameObject("/Size")] = NumberObject(self.next)
        trailer[NameObject("/Prev")] = NumberObject(self.before)
        self.document.write(b"trailer\n")
        trailer.write_to_stream(self.document)
        self.document.write(f"\nstartxref\n{begins}\n%%EOF\n".encode())


Box = tuple[Transformation, float, float]
"""How a drawing is turned to stand upright at the corner, and how wide and high it then is, in points."""


def _page(added: PdfWriter, page: PageObject) -> tuple[Any, Box]:
    return _drawing(added, page), _upright(page)


def _picture(added: PdfWriter, content: bytes) -> tuple[Any, Box]:
    """A JPEG as it is, as wide as a page of ours or as high."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as opened:
        width, height = opened.size
    shown = StreamObject()
    shown._data = content
    for name, value in (
        ("Type", NameObject("/XObject")), ("Subtype", NameObject("/Image")), ("Width", NumberObject(width)),
        ("Height", NumberObject(height)), ("ColorSpace", NameObject("/DeviceRGB")), ("BitsPerComponent", NumberObject(8)),
        ("Filter", NameObject("/DCTDecode")),
    ):  # fmt: skip
        shown[NameObject(f"/{name}")] = value
    scale = min(WIDTH / width, HEIGHT / height)
    # A picture is one unit wide and high until it is told otherwise.
    return added._add_object(shown), (
        Transformation().scale(width * scale, height * scale),
        width * scale,
        height * scale,
    )


def _drawing(added: PdfWriter, page: PageObject) -> Any:
    """What is seen on a page as one drawing, cut at the edge of its visible part. Nothing but what it draws comes along."""
    content = page.get_contents()
    drawing = _stream(content.get_data() if content is not None else b"")
    resources, group = page.get("/Resources"), page.get("/Group")
    drawing[NameObject("/Type")], drawing[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    drawing[NameObject("/BBox")] = RectangleObject(tuple(page.cropbox))
    if resources and not isinstance(resources.get_object(), DictionaryObject):
        raise ValueError("resources")
    drawing[NameObject("/Resources")] = resources.get_object().clone(added) if resources else DictionaryObject()
    if group:
        drawing[NameObject("/Group")] = group.get_object().clone(added)
    return added._add_object(drawing)


def _with(added: PdfWriter, bare: PageObject, closed: Any, drawing: Any, name: str, box: Box) -> DictionaryObject:
    """A page of ours that shows a drawing. Its own content is closed in, so that it leaves nothing behind for what follows."""
    upright, width, height = box
    scale = min(WIDTH / width, HEIGHT / height, 1)
    left, bottom = LEFT + (WIDTH - width * scale) / 2, BOTTOM + HEIGHT - height * scale
    where = upright.scale(scale).translate(left, bottom)
    page, before = _copy(bare), bare["/Contents"].get_object()
    old = list(before) if isinstance(before, ArrayObject) else [bare.raw_get("/Contents")]
    numbers = " ".join(f"{value:.5f}" for value in where.ctm)
    drawn = added._add_object(_stream(f"\nQ q {numbers} cm {name} Do Q\n".encode()))
    page[NameObject("/Contents")] = ArrayObject([closed, *old, drawn])
    resources = page[NameObject("/Resources")] = _copy(bare["/Resources"].get_object())
    shown = resources[NameObject("/XObject")] = _copy(resources.get("/XObject", DictionaryObject()).get_object())
    shown[NameObject(name)] = drawing
    return page


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


def _upright(page: PageObject) -> Box:
    """How a page is turned as it is meant to be seen, from the corner of its visible part, and how wide and high it then is."""
    box, turned = page.cropbox, page.rotation % 360
    width, height = float(box.width), float(box.height)
    moved = Transformation().translate(-float(box.left), -float(box.bottom)).rotate(-turned)
    if turned == 90:
        return moved.translate(0, width), height, width
    if turned == 180:
        return moved.translate(width, height), width, height
    return (moved.translate(height, 0), height, width) if turned == 270 else (moved, width, height)
