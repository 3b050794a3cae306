"""Reads the first sheet of a workbook; a program of its own, run by ``workbooks``, so that a workbook made to break it breaks it alone.

Takes the workbook from its input and writes one line for each row: a JSON list of texts. Ends with 0, with TOO_MUCH where the sheet
holds more than a list, with MACROS where it holds instructions. A library that gives up in the middle ends it with another number or a
signal. Standard library and the reading library only, for it starts anew with every workbook.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

TOO_MUCH, MACROS = 3, 4
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space. A sheet of 50,000 rows and 100 columns takes a quarter of it."""
SECONDS = 20
"""Of processor."""
MOST_OUT = 50 * 1024 * 1024
"""Signs of all cells together: one long text may stand in very many cells of a small file."""


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import SheetTypeEnum, load_workbook

    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    if any(one.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba) for one in book.sheets_metadata):
        return MACROS
    out = 0
    for row in book.get_sheet_by_index(0).iter_rows():
        cells = [written(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        out += sum(map(len, cells)) + 1
        if out > MOST_OUT:
            return TOO_MUCH
        sys.stdout.write(f"{json.dumps(cells)}\n")
    return 0


def written(cell: Any) -> str:
    """A cell as a person reads it: 101 and not 101.0, a day without a time."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


if __name__ == "__main__":
    sys.exit(main())
