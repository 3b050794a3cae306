"""What makes a figure fair: an interval beside each share, no rate of few cases, no small number outside the centre (KP-01, MO-13)."""

from collections.abc import Hashable, Mapping
from math import sqrt
from typing import TypeVar

FEW = 30
"""With fewer cases a rate says little: they are shown as counts."""
SMALL = 5
"""Counts below this one can point at a person (MO-13); 0 points at nobody."""
Z = 1.959964
"""So many standard errors to each side hold 95 % of a normal distribution."""
Key = TypeVar("Key", bound=Hashable)


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The interval of a share at 95 % (Wilson, without correction); None for a share of nothing."""
    if whole <= 0:
        return None
    share, square = part / whole, Z * Z
    middle, half = share + square / (2 * whole), Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def suppressed(cells: Mapping[tuple[Key, Key], int], least: int = SMALL) -> set[tuple[Key, Key]]:
    """Which cells of a table of counts are withheld, so that neither they nor its totals of rows and columns tell a small one.

    Every count from 1 to `least` - 1 goes. Where a row or column then lacks exactly one, or the lacking ones add up to less than
    `least`, its smallest other count goes too: a total would tell them. Repeated until every total keeps its secret. Where no other
    cell is left the caller withholds the total itself (`open_totals`).
    """
    gone = {cell for cell, count in cells.items() if 0 < count < least}
    while True:
        more = set()
        for axis in (0, 1):
            for key in {cell[axis] for cell in gone}:
                line = {cell: count for cell, count in cells.items() if cell[axis] == key and count}
                hidden = [cell for cell in line if cell in gone]
                told = [cell for cell in line if cell not in gone]
                if told and (len(hidden) == 1 or sum(line[cell] for cell in hidden) < least):
                    more.add(min(told, key=lambda cell: (line[cell], str(cell))))
        if not more - gone:
            return gone
        gone |= more


def open_totals(cells: Mapping[tuple[Key, Key], int], gone: set[tuple[Key, Key]], axis: int) -> set[Key]:
    """Keys of rows (0) or columns (1) whose total may be told: nothing of theirs is withheld, or more than one cell is."""
    found = set()
    for key in {cell[axis] for cell in cells}:
        hidden = [cell for cell in cells if cell[axis] == key and cell in gone]
        if not hidden or (len(hidden) > 1 and sum(cells[cell] for cell in hidden) >= SMALL):
            found.add(key)
    return found
