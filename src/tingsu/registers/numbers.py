"""Numbers of entries in any spelling: "bh 2026 1", "ＢＨ２０２６－００１" and "BH-2026-001" are one number."""

import re
from collections.abc import Callable

from tingsu.kernel.spelling import fold

_BREAKS = re.compile(r"[\s‐‑‒–—―−_/.·-]+")
LONGEST = 40


def reader(prefix: str) -> Callable[[str], str]:
    """What reads the numbers of one register: the number as it is kept, or "" for what is none of them."""

    def spelled(typed: str) -> str:
        if len(typed) > LONGEST:
            return ""
        plain = _BREAKS.sub("-", fold(typed).upper()).strip("-")
        if not plain.startswith(prefix):
            return ""
        rest = plain.removeprefix(prefix).removeprefix("-")
        year, _break, serial = rest.partition("-") if "-" in rest else (rest[:4], "", rest[4:])
        if not all(part.isascii() and part.isdigit() for part in (year, serial)) or len(year) != 4:
            return ""
        return f"{prefix}-{year}-{int(serial):03d}"

    return spelled
