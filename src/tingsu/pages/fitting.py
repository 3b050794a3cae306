"""How wide the columns of a printed table are: as their shares say, but never narrower than the longest run of signs that cannot be
broken (a date, a number, an address), which would stand in the next column; and which rows stay whole on a page.
"""

import math
import re
import unicodedata
from collections.abc import Sequence

WIDE, TALL = 740.0, 493.0
"""Points between the margins of a sheet on its side, and upright."""
INSET = 8.0
"""Points that a cell keeps free at both sides."""
MOST = 0.4
"""Of the width of the sheet, what one run may claim at the most."""
LINES = 22
"""A row of so many lines stays on one page; a longer one may go on with the next."""
_RUN = re.compile(r"（?[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef、。，；：（）·]+[、。，；：）]?")
"""With the Chinese mark that a line never begins with, or ends with."""


def widths(shares: Sequence[int], rows: Sequence[Sequence[str]], *, wide: bool, size: float) -> list[float]:
    """Points for each column, all of the sheet together."""
    total, most = (WIDE, MOST * WIDE) if wide else (TALL, MOST * TALL)
    needed = [
        max([min(_run(row[place], size), most) for row in rows if place < len(row)], default=0) + INSET
        for place in range(len(shares))
    ]
    if sum(needed) >= total:
        return [one * total / sum(needed) for one in needed]
    found = [share * total / sum(shares) for share in shares]
    narrow: set[int] = set()
    while more := {place for place, one in enumerate(found) if place not in narrow and one < needed[place]}:
        narrow |= more
        left = total - sum(needed[place] for place in narrow)
        others = sum(share for place, share in enumerate(shares) if place not in narrow)
        found = [needed[place] if place in narrow else share * left / others for place, share in enumerate(shares)]
    return found


def stays_whole(row: Sequence[str], columns: Sequence[float], size: float) -> bool:
    """Does a row stand on one page without leaving half of it empty?"""
    return all(
        sum(max(1, math.ceil(long(line, size) / max(size, column - INSET))) for line in cell.split("\n")) <= LINES
        for cell, column in zip(row, columns, strict=False)
    )


def long(text: str, size: float) -> float:
    """How long a line is, in points: a Chinese sign is as wide as high, a letter some six tenths of that."""
    return sum(size if unicodedata.east_asian_width(sign) in "WF" else size * 0.58 for sign in text)


def _run(cell: str, size: float) -> float:
    return max((long(one, size) for one in _RUN.findall(cell)), default=0.0)
