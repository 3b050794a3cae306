"""Which signs the face of our documents has: what it lacks is told by its number, so that no document shows an empty box.

Archival PDF (PDF/A) refuses a sign without a shape, and a reader cannot tell one empty box from another.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of signs that show nothing: left out, but for the line and the tabulator."""


def settable(text: str, face: Path) -> str:
    """The text with every sign that the face has; another stands as its number, such as [U+1F600]."""
    known = signs_of(face)
    return "".join(_told(sign, known) for sign in text)


def _told(sign: str, known: frozenset[int]) -> str:
    if sign in "\n\t" or ord(sign) in known:
        return sign
    return "" if unicodedata.category(sign) in UNSEEN else f"[U+{ord(sign):04X}]"


@cache
def signs_of(face: Path) -> frozenset[int]:
    """The code points of a TrueType face, from its table `cmap` in the 32-bit form. Read once in each process."""
    data = face.read_bytes()
    start = next(offset for tag, offset in _tables(data) if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for place in range(subtables):
        (offset,) = struct.unpack_from(">I", data, start + 8 + 8 * place)
        if struct.unpack_from(">H", data, start + offset)[0] == 12:
            (groups,) = struct.unpack_from(">I", data, start + offset + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", data, start + offset + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found)


def _tables(data: bytes) -> list[tuple[bytes, int]]:
    (count,) = struct.unpack_from(">H", data, 4)
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * place) for place in range(count))
    return [(tag, offset) for tag, _sum, offset, _length in rows]
