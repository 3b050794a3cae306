"""A document as PDF: one sheet with facts and tables, set by Typst in a Chinese face of which it holds the signs it uses.

Whatever people wrote goes to the typesetter as data beside a fixed template, so that nothing in it can be markup. What a
reader may see, and that it is written to the access log, is the caller's affair; this module sees to the form.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tingsu.kernel.organisations import in_practice

TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"
FONTS = Path(settings.BASE_DIR) / "static_built" / "fonts"
MOST_ROWS = 1000
"""Longer lists are cut, and a line below them says so: who needs every row takes the spreadsheet."""
CELL_LIMIT = 4000


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a sheet: facts (label and words), or a table with heads, rows and the shares of its columns' widths."""

    heading: str = ""
    facts: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A document: its head says firm and title (with the number), its foot who printed it when, and page N of M."""

    firm: str
    title: str
    by: str
    """Who printed it, by work identity."""
    at: datetime
    subtitle: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)
    wide: bool = False
    """On its side, for tables."""


def pdf(sheet: Sheet) -> bytes:
    """The document as a file, its text selectable, in the language of the request."""
    said = {
        "firm": _plain(sheet.firm),
        "title": _plain(sheet.title),
        "subtitle": _plain(sheet.subtitle),
        "wide": sheet.wide,
        "language": get_language() or "",
        "printed": _("Printed by %(who)s on %(at)s")
        % {"who": _plain(sheet.by), "at": f"{timezone.localtime(sheet.at):%Y-%m-%d %H:%M}"},
        # Two braces stay for the typesetter, who alone knows how many pages there are.
        "pages": _("Page %(n)s of %(m)s") % {"n": "{n}", "m": "{m}"},
        "parts": [_part(one) for one in sheet.parts],
    }
    import typst

    made: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(said, ensure_ascii=False)},
        format="pdf",
        timestamp=int(sheet.at.timestamp()),
    )
    return made


def pdf_response(name: str, sheet: Sheet) -> HttpResponse:
    """The document as a download, ``name`` without ending."""
    name = f"practice-{name}" if in_practice() else name
    response = HttpResponse(pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int] = ()) -> Part:
    """A table of at most MOST_ROWS rows, which says below itself when the list is longer."""
    cut = _("The list is longer: only its first %(n)s rows are here.") % {"n": MOST_ROWS}
    shares = widths or [1] * len(heads)
    return Part(heads=heads, rows=rows[:MOST_ROWS], widths=shares, note=cut if len(rows) > MOST_ROWS else "")


def _part(part: Part) -> dict[str, object]:
    said = asdict(part)
    said["heading"], said["note"] = _plain(part.heading), _plain(part.note)
    said["facts"] = [[_plain(label), _plain(words)] for label, words in part.facts]
    said["heads"] = [_plain(head) for head in part.heads]
    said["rows"] = [[_plain(cell) for cell in row] for row in part.rows]
    return said


def _plain(text: str) -> str:
    """A text without signs that cannot be set, and without those that turn the direction of what follows."""
    turned = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(sign for sign in str(text) if (sign >= " " or sign in "\t\n") and sign not in turned)[:CELL_LIMIT]


@cache
def _fonts() -> Any:
    """The faces, read once in each process. Nothing of the machine's own: a document looks the same everywhere."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
