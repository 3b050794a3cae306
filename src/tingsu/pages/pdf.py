"""A document as PDF: facts, tables, texts, places to write, tick and sign, pictures; set by Typst in a Chinese face of which
it holds the signs it uses, tagged and archival (PDF/A-2a, PDF/UA-1).

Whatever people wrote goes to the typesetter as data beside a fixed template, so that nothing in it can be markup. What a
reader may see, and that it is written to the access log, is the caller's affair; this module sees to the form.
"""

import base64
import io
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from PIL import Image

from tingsu.kernel.organisations import in_practice
from tingsu.pages import fitting, forgetting
from tingsu.pages.coverage import settable

TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"
PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg")
"""
FONTS = Path(settings.BASE_DIR) / "static_built" / "fonts"
FACE = "NotoSansSC-Regular.ttf"
MOST_ROWS = 1000
"""Longer lists are cut, and a line below them says so: who needs every row takes the spreadsheet."""
CELL_LIMIT = 4000
"""Signs of a cell; a longer fact goes on in the next line (`in_full`)."""
SMALL, SMALL_LARGE = 8.0, 13.0
"""Points of the letters of a table, as the template has them."""
SHORT, FEW = 400, 14
"""Signs and lines of facts that stay together on a page."""
STANDARDS: tuple[tuple[str, ...], ...] = (("a-2a", "ua-1"), ("a-2b",), ())
"""What a document is made as; the next one where a text stands in the way, for a document is never refused for its form."""
SHORT_FILE = 1 << 20
"""Bytes up to which a document stays in memory and is sent in one piece."""
CHUNK = 64 * 1024
log = logging.getLogger("tingsu.pages")


@dataclass(frozen=True, kw_only=True)
class Blank:
    """A place of a form: what goes there, how many lines there are to write on, and what can be ticked instead."""

    label: str = ""
    lines: int = 1
    boxes: Sequence[tuple[str, bool]] = ()
    """Label, and whether it is ticked."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One signature as it stands on paper."""

    who: str
    """Side and name."""
    mark: str = ""
    """The name that was typed as a signature, or words that stand where the drawing may not be seen."""
    drawing: bytes = field(default=b"", repr=False)
    """PNG."""
    words: Sequence[str] = ()
    """When, how, and of which content: a line each."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a sheet: facts (label and words), a table with heads, rows and the shares of its columns' widths, paragraphs,
    blanks, pictures, places to sign; in this order.
    """

    heading: str = ""
    deep: int = 2
    """Level of the heading: 2 below the title, 3 inside another part. Bookmarks are made of them."""
    fresh: bool = False
    """Begins a page."""
    facts: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()
    texts: Sequence[str] = ()
    blanks: Sequence[Blank] = ()
    pictures: Sequence[tuple[bytes, str]] = ()
    """JPEG or PNG, and what it shows, in words."""
    signed: Sequence["Signing"] = ()
    """Signatures that were given: the drawing or the name that stands for it, with who, when and how."""
    signs: Sequence[str] = ()
    """Who signs where: a line for each, with one for the day."""
    bare_pages: int = 0
    """So many pages with nothing but head, heading and foot, for those of another PDF (`pages.joining`)."""
    note: str = ""
    large: bool = False
    """In large print, whatever the sheet is (IN-18)."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A document: its head says firm and title (with the number), its foot who printed it when, and page N of M."""

    firm: str
    title: str
    by: str
    """Who printed it, by work identity; empty for a form that anybody may take."""
    at: datetime
    subtitle: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)
    wide: bool = False
    """On its side, for tables."""
    large: bool = False
    """In large print (IN-18)."""
    contents: int | None = None
    """With a list of its parts and their pages, behind so many of them: what the document is about stands first."""


def pdf(sheet: Sheet) -> bytes:
    """The document as a file, its text selectable, in the language of the request. Pure work of the processor."""
    import typst

    said = json.dumps(_said(sheet), ensure_ascii=False)
    for number, standards in enumerate(STANDARDS):
        try:
            made: bytes = typst.compile(
                TEMPLATE,
                root=TEMPLATE.parent,
                font_paths=_fonts(),
                sys_inputs={"sheet": said},
                format="pdf",
                timestamp=int(sheet.at.timestamp()),
                pdf_standards=cast("Any", list(standards)),
            )
            forgetting.was_set(len(said.encode()), _fonts())
            return made
        except typst.TypstError as refused:
            if number + 1 == len(STANDARDS):
                raise
            # No text in the log: it names what could not be set, which is somebody's words.
            log.info("pages.pdf: set again, not as %s (%s)", "+".join(standards), type(refused).__name__)
            said = settable(said, FONTS / FACE)
    raise AssertionError("unreachable")


def _said(sheet: Sheet) -> dict[str, object]:
    printed = _("Printed by %(who)s on %(at)s") % {"who": _plain(sheet.by), "at": instant(sheet.at)}
    return {
        "firm": _plain(sheet.firm),
        "title": _plain(sheet.title),
        "subtitle": _plain(sheet.subtitle),
        "wide": sheet.wide,
        "large": sheet.large,
        "contents": pgettext("document", "Contents"),
        "contents_after": -1 if sheet.contents is None else sheet.contents,
        "language": get_language() or "",
        "printed": printed if sheet.by else "",
        # Two braces stay for the typesetter, who alone knows how many pages there are.
        "pages": _("Page %(n)s of %(m)s") % {"n": "{n}", "m": "{m}"},
        "day": _("Date"),
        "parts": [_part(one, sheet) for one in sheet.parts],
    }


def instant(at: datetime) -> str:
    """An instant as documents write it, to the minute, in the zone that is on."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def in_full(facts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Facts of which no word is cut: a long text goes on in the next line."""
    found = []
    for label, words in facts:
        pieces = [words[start : start + CELL_LIMIT] for start in range(0, len(words), CELL_LIMIT)] or [""]
        found += [(str(label) if place == 0 else "", piece) for place, piece in enumerate(pieces)]
    return found


def pdf_response(name: str, sheet: Sheet) -> HttpResponseBase:
    """The document as a download, ``name`` without ending."""
    return as_download(name, io.BytesIO(pdf(sheet)))


def as_download(name: str, file: IO[bytes]) -> HttpResponseBase:
    """A PDF that is made already, as a download that nobody keeps on the way: a short one whole, a long one piece by piece from
    its file, which the answer closes.
    """
    name = f"practice-{name}" if in_practice() else name
    short = file.seek(0, io.SEEK_END) <= SHORT_FILE
    file.seek(0)
    response: HttpResponseBase
    if short:
        response = HttpResponse(file.read(), content_type="application/pdf")
    else:
        response = FileResponse(file, content_type="application/pdf")
        response.block_size = CHUNK
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int] = ()) -> Part:
    """A table of at most MOST_ROWS rows, which says below itself when the list is longer."""
    cut = _("The list is longer: only its first %(n)s rows are here.") % {"n": MOST_ROWS}
    shares = widths or [1] * len(heads)
    return Part(heads=heads, rows=rows[:MOST_ROWS], widths=shares, note=cut if len(rows) > MOST_ROWS else "")


def _part(part: Part, sheet: Sheet) -> dict[str, object]:
    said: dict[str, Any] = asdict(replace(part, signed=()))
    said["signed"] = [
        {
            "who": _plain(one.who), "mark": _plain(one.mark), "words": [_plain(line) for line in one.words],
            "drawing": _framed(one.drawing) if one.drawing else "",
        }
        for one in part.signed
    ]  # fmt: skip
    said["heading"], said["note"] = _plain(part.heading), _plain(part.note)
    said["together"] = sum(len(words) for _label, words in part.facts) <= SHORT and len(part.facts) <= FEW
    said["facts"] = [[_plain(label), _plain(words)] for label, words in part.facts]
    said["heads"] = [_plain(head) for head in part.heads]
    cells = [[_plain(cell) for cell in row] for row in part.rows]
    size = SMALL_LARGE if sheet.large or part.large else SMALL
    said["widths"] = (
        fitting.widths(part.widths, [said["heads"], *cells], wide=sheet.wide, size=size) if cells else part.widths
    )
    said["rows"] = [{"cells": row, "whole": fitting.stays_whole(row, said["widths"], size)} for row in cells]
    said["texts"] = [_plain(text, None) for text in part.texts]
    said["signs"] = [_plain(label) for label in part.signs]
    said["blanks"] = [
        {"label": _plain(one.label), "lines": one.lines, "boxes": [[_plain(words), on] for words, on in one.boxes]}
        for one in part.blanks
    ]
    said["pictures"] = [[_framed(content), _plain(words)] for content, words in part.pictures]
    return said


def _framed(content: bytes) -> str:
    """A picture inside an SVG, which is text: the typesetter takes nothing but text beside its template."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        kind, size = str(picture.format).lower(), picture.size
    coded = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<image width="{size[0]}" height="{size[1]}" href="data:image/{kind};base64,{coded}"/></svg>'
    )


def _plain(text: str, limit: int | None = CELL_LIMIT) -> str:
    """A text without signs that cannot be set, and without those that turn the direction of what follows."""
    turned = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(sign for sign in str(text) if (sign >= " " or sign in "\t\n") and sign not in turned)[:limit]


@cache
def _fonts() -> Any:
    """The faces, read once in each process. Nothing of the machine's own: a document looks the same everywhere."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


def picture(drawing: str, *, dots_per_inch: int = 144) -> bytes:
    """A whole SVG document as PNG, set in the same faces, at two dots for each of its points. Pure work of the processor."""
    import typst

    made = typst.compile(PICTURE, format="png", ppi=dots_per_inch, font_paths=_fonts(), sys_inputs={"drawing": drawing})
    forgetting.was_set(len(drawing.encode()), _fonts())
    return made
