"""A list that somebody brings: pasted, or as a file from any spreadsheet, read as rows of texts.

CSV in UTF-8 with or without a mark, in GB 18030 (which GBK and GB 2312 are part of) or in UTF-16 as Excel's "Unicode text"; with
commas, semicolons or tabs; XLSX; and the old XLS. What the columns mean, and that an uploaded file is harmless, is the caller's affair.
"""

import codecs
import csv
import io
import zipfile
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError
from tingsu.pages.workbooks import Instructions, TooMuch, Unreadable, rows_of_workbook

LARGEST = 2 * 1024 * 1024
UNPACKED = 50 * 1024 * 1024
SEPARATORS = ",\t;，；"
ACCEPT = ".csv,.txt,.xlsx,.xls"
PACKED, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class ListRefused(TingsuError):
    """A list that cannot be read, in a sentence that says what to do."""

    code, status = "list_refused", 422


def rows_of_file(content: bytes, *, largest: int = LARGEST) -> list[list[str]]:
    """The rows of a file of at most so many bytes, known by its content and not by its name. Raises ListRefused."""
    if len(content) > largest:
        raise ListRefused(_("The file is larger than 2 MB: leave out what is no list."))
    if content.startswith((PACKED, OLD_EXCEL)):
        return _rows_of_sheet(content)
    return rows_of_text(decoded(content))


def lines_of_file(content: bytes) -> str:
    """A file whose lines are read as they stand: a text as it is, a workbook with its cells side by side. Raises ListRefused."""
    if content.startswith((PACKED, OLD_EXCEL)):
        return "\n".join(" ".join(cell for cell in row if cell) for row in rows_of_file(content))
    return decoded(content)


def decoded(content: bytes) -> str:
    """The text of a file in any of the encodings that Chinese spreadsheets write. Raises ListRefused."""
    codec = next((codec for mark, codec in _MARKS if content.startswith(mark)), None)
    for one in (codec,) if codec else ("utf-8", "gb18030"):
        try:
            text = content.decode(one)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ListRefused(_("This is no list: save it as .csv or .xlsx."))


def rows_of_text(text: str) -> list[list[str]]:
    """The rows of a text with separators; whichever stands in its first line most often is the separator."""
    text = text.lstrip("\ufeff")
    try:
        return _filled(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)))
    except csv.Error as error:
        raise ListRefused(_("This is no list: save it as .csv or .xlsx.")) from error


def separator_of(text: str) -> str:
    """Whichever of the usual separators stands in the first line most often."""
    return max(SEPARATORS, key=text.lstrip().partition("\n")[0].count)


def text_of_rows(rows: list[list[str]]) -> str:
    """Rows as lines with commas: what a form shows of a file, to be looked at and corrected."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _rows_of_sheet(content: bytes) -> list[list[str]]:
    """The first sheet of a workbook."""
    try:
        if content.startswith(PACKED):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                    raise TooMuch
        return _filled(rows_of_workbook(content))
    except TooMuch as error:
        raise ListRefused(_("This workbook holds more than a list. Copy the list into a new one.")) from error
    except Instructions as error:
        raise ListRefused(_("This workbook holds macros. Save it as .xlsx without them, or as .csv.")) from error
    except (Unreadable, zipfile.BadZipFile, OSError, ValueError) as error:
        raise ListRefused(_("This workbook cannot be opened. Save it as .xlsx again, or as .csv.")) from error


def _filled(rows: Any) -> list[list[str]]:
    """Rows in which something stands, without the empty cells at their ends."""
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(cells)
    return found
