"""A workbook of several sheets: a report rather than a list. Texts are texts, never formulas."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from tingsu.pages.export import CELL_LIMIT, cleaned

NAME_LIMIT = 31
"""Signs of the name of a sheet, by the format."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
MOST_ROWS = 10_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """One sheet: its name, the heads of its columns, rows of words and whole numbers, and what is said below."""

    name: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str | int]] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def workbook(pages: Sequence[Page], *, title: str) -> bytes:
    """The file. Names of sheets are shortened and made different where two are alike."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": cleaned(title)})
    head, wrapped = (
        book.add_format({"bold": True, "text_wrap": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    taken: set[str] = set()
    for page in pages:
        sheet = book.add_worksheet(_name(page.name, taken))
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 12, 18)
        for place, words in enumerate(page.heads):
            sheet.write_string(0, place, cleaned(words), head)
        row = 1 if page.heads else 0
        if page.heads:
            sheet.freeze_panes(1, 0)
        for line in page.rows[:MOST_ROWS]:
            for place, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(row, place, value)
                else:
                    sheet.write_string(row, place, cleaned(value)[:CELL_LIMIT], wrapped)
            row += 1
        for words in page.notes:
            sheet.write_string(row, 0, cleaned(words)[:CELL_LIMIT], wrapped)
            row += 1
    book.close()
    return target.getvalue()


def _name(words: str, taken: set[str]) -> str:
    plain = cleaned(words).translate(FORBIDDEN).strip(" '")[:NAME_LIMIT] or "1"
    found, number = plain, 2
    while found.lower() in taken:
        ending = f" {number}"
        found, number = plain[: NAME_LIMIT - len(ending)] + ending, number + 1
    taken.add(found.lower())
    return found
