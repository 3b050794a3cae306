"""A list as a file: CSV for programs, XLSX for people, streamed row by row in constant memory.

What is exported, to whom and that it is written to the access log is the caller's affair; this module sees to the form.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tingsu.kernel.organisations import in_practice

MOST_ROWS = 100_000
"""Longer lists are cut, and the last line says so: filter first."""
CHUNK = 64 * 1024
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a spreadsheet takes a text for a formula (OWASP, CSV injection)."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_UNHELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CELL_LIMIT = 32_767
FOOTER_LIMIT = 200
Format = Literal["csv", "xlsx"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a file. ``kind``: text, number (int or float), money (fen), day (date) or instant (aware datetime)."""

    label: str | Promise
    value: Callable[[Any], Any]
    kind: Literal["text", "number", "money", "day", "instant"] = "text"


def export(name: str, columns: list[Column], rows: Iterable[Any], form: Format, *, mark: str = "") -> HttpResponseBase:
    """A download of at most MOST_ROWS rows, ``name`` without ending. Rows are asked for while the file is sent.

    The organisation stands until the last byte (kernel.middleware); language and time zone of the request are kept here.
    `mark` stands below every page of the spreadsheet when it is printed, and among its properties.

    Raises KeyError for a form that is neither csv nor xlsx.
    """
    name = f"practice-{name}" if in_practice() else name
    made = {"csv": _csv, "xlsx": _xlsx}[form](name, columns, rows, mark)
    kept = _as_asked(made, translation.get_language(), timezone.get_current_timezone())
    response = StreamingHttpResponse(kept, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_asked(parts: Iterator[bytes], language: str | None, zone: Any) -> Iterator[bytes]:
    with translation.override(language), timezone.override(zone):
        yield from parts


def _lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The values of each row, and at the end, when the list is longer, a line that says so."""
    remaining = iter(rows)
    for row in islice(remaining, MOST_ROWS):
        yield [one.value(row) for one in columns]
    if next(remaining, None) is not None:
        yield [_("The list is longer: only its first %(n)s rows are here.") % {"n": MOST_ROWS}]


def _csv(name: str, columns: list[Column], rows: Iterable[Any], mark: str) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([harmless(str(one.label)) for one in columns])
    for values in _lines(columns, rows):
        writer.writerow([_plain(value, column) for value, column in zip(values, columns, strict=False)])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _plain(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value // 100}.{value % 100:02d}" if column.kind == "money" and isinstance(value, int) else str(value)
    return harmless(cleaned(str(value)))


def _xlsx(name: str, columns: list[Column], rows: Iterable[Any], mark: str) -> Iterator[bytes]:
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        if mark:
            sheet.set_footer(f"&L{mark.replace('&', '&&')[:FOOTER_LIMIT]}&R&P / &N")
            book.set_properties({"comments": mark})
        head = book.add_format({"bold": True})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 20)
            sheet.write_string(0, place, str(column.label), head)
        for number, values in enumerate(_lines(columns, rows), 1):
            for place, (value, column) in enumerate(zip(values, columns, strict=False)):
                _write(sheet, number, place, value, column, formats)
        book.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _write(sheet: Any, row: int, place: int, value: Any, column: Column, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, timezone.localtime(value).replace(tzinfo=None), formats["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), formats["day"])  # noqa: DTZ001
    elif isinstance(value, int | float) and not isinstance(value, bool):
        money = column.kind == "money"
        sheet.write_number(row, place, value / 100 if money else value, formats["money"] if money else None)
    else:
        sheet.write_string(row, place, cleaned(str(value))[:CELL_LIMIT])


def cleaned(text: str) -> str:
    """Without the signs that neither file can hold."""
    return _UNHELD.sub("", text)
