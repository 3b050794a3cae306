"""A list of a platform as titles and lines, whatever program wrote it: mixed and doubled encodings are mended where that is certain."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.pages import lists
from tingsu.pages.lists import ListRefused

MOST_LINES = 50_000
MOST_COLUMNS = 100
LOST = "\ufffd"


@dataclass(frozen=True)
class Table:
    """The titles of a list and its lines; each line with its place in the file, 1 for the titles."""

    head: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


def read(content: bytes) -> Table:
    """Raises ListRefused with what to do."""
    rows = _numbered(content)
    _place, head = next(rows, (0, ()))
    if not head:
        raise ListRefused(pgettext_lazy("import", "The list is empty."))
    if len(head) > MOST_COLUMNS:
        raise ListRefused(
            _("The list has more than %(most)s columns. Leave out what is not needed."), most=MOST_COLUMNS
        )
    lines: list[tuple[int, tuple[str, ...]]] = []
    for place, row in rows:
        if row == head[: len(row)] and len(row) > 1:
            continue  # the titles once more: several exports one below the other
        if len(lines) == MOST_LINES:
            raise ListRefused(_("The list has more than %(most)s lines. Divide it."), most=f"{MOST_LINES:,}")
        lines.append((place, row))
    if not lines:
        raise ListRefused(_("Below the titles stands nothing."))
    return Table(head, tuple(lines))


def _numbered(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows in which something stands, each with its place."""
    if content.startswith((lists.PACKED, lists.OLD_EXCEL)):
        rows: Iterator[list[str]] = iter(lists.rows_of_file(content, largest=len(content)))
    else:
        rows = _rows_of_text(_decoded(content))
    for place, cells in enumerate(rows, 1):
        row = [_mended(cell.strip()) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield place, tuple(row)


def _rows_of_text(text: str) -> Iterator[list[str]]:
    """A cell of more than 131,072 signs is none but a quotation mark that nobody closed."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=lists.separator_of(text))
    except csv.Error as error:
        raise ListRefused(
            _("A quotation mark in this list is never closed. Save it as .xlsx, or as .csv again.")
        ) from error


def _decoded(content: bytes) -> str:
    """The text of a file; where no one encoding fits all of it, each line by its own."""
    try:
        return lists.decoded(content).lstrip("\ufeff")
    except ListRefused:
        if b"\x00" in content:
            raise
    return "\n".join(_line(one) for one in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def _line(content: bytes) -> str:
    for codec in ("utf-8", "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _mended(cell: str) -> str:
    """A cell that was encoded twice, as it was meant: only where every sign of it says so and the outcome is Chinese."""
    if not cell or cell.isascii():
        return cell
    for codec in ("latin-1", "cp1252"):
        try:
            meant = cell.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if any("\u2e80" <= sign <= "\uffef" for sign in meant):
            return meant
    return cell
