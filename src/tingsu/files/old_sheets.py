"""The old workbook of spreadsheets (.xls), which platforms and shops still give out: taken where it holds cells and nothing else.

Macros, objects of other programs and parts that nobody can name are refused; whoever has such a file saves it as .xlsx.
"""

import struct

from tingsu.files import errors
from tingsu.pages.workbooks import Instructions, Unreadable, rows_of_workbook

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""A compound file, as all old documents of office programs are."""
_SLOT, _NAME, _KIND = 128, 64, 66
_BOOKS = frozenset({"workbook", "book"})
_KNOWN = _BOOKS | {
    "root entry", "\x05summaryinformation", "\x05documentsummaryinformation", "\x01compobj", "\x05wpsdocumentinformation",
    "etextdata", "\x06dataspaces",
}  # fmt: skip
"""What a workbook of cells consists of, by the names its parts have in the directory of the file."""
_MACROS = ("vba", "macro", "dir", "project", "thisworkbook", "module")


def is_workbook(content: bytes) -> bool:
    """Is it a workbook among the old documents, by its directory?"""
    return content.startswith(MARK) and bool(_BOOKS & _parts(content))


def check(content: bytes) -> None:
    """Raises MacrosInside, ObjectsInside, or WorkbookBroken for what cannot be opened (damaged, locked with a password)."""
    strange = {name for name in _parts(content) - _KNOWN if not name.startswith("sheet")}
    if any(mark in name for name in strange for mark in _MACROS):
        raise errors.MacrosInside
    if strange:
        raise errors.ObjectsInside
    try:
        rows_of_workbook(content)
    except Instructions as error:
        raise errors.MacrosInside from error
    except Unreadable as error:
        raise errors.WorkbookBroken from error


def _parts(content: bytes) -> set[str]:
    """The names of all parts: those of every sector that the directory consists of."""
    found: set[str] = set()
    for place in _directory(content):
        for slot in range(place, min(place + _sector(content), len(content) - _SLOT + 1), _SLOT):
            (length,) = struct.unpack_from("<H", content, slot + _NAME)
            if content[slot + _KIND] in {1, 2, 5} and 2 <= length <= _NAME:
                found.add(content[slot : slot + length - 2].decode("utf-16-le", "replace").lower())
    return found


def _sector(content: bytes) -> int:
    return 4096 if content[30:32] == b"\x0c\x00" else 512


def _directory(content: bytes) -> list[int]:
    """Where the sectors of the directory begin, followed through the table of sectors; each once, so that a circle ends."""
    if len(content) < 1024:
        return []
    size = _sector(content)
    tables = [number for number in struct.unpack_from("<109I", content, 76) if number < 0xFFFFFFFA]
    (now,) = struct.unpack_from("<I", content, 48)
    seen: dict[int, int] = {}
    while now < 0xFFFFFFFA and now not in seen:
        seen[now] = (now + 1) * size
        table, within = divmod(now, size // 4)
        at = (tables[table] + 1) * size + within * 4 if table < len(tables) else len(content)
        if at + 4 > len(content):
            break
        (now,) = struct.unpack_from("<I", content, at)
    return list(seen.values())
