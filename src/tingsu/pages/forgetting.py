"""What the typesetter keeps of the documents it has set, and when it is told to forget them.

To set the next one faster it keeps the pieces of its last ten, some two hundred bytes for each byte that was set: after ten files of
long cases a process held half a gigabyte. So it forgets all of them as soon as the last ones together were longer than BUDGET. Ordinary
forms never are; after a long file forgetting costs a fifth of a second of the processor.
"""

import ctypes
import threading
from collections import deque
from typing import Any

AGE = 11
"""So many documents later it has forgotten a piece that none of them used."""
BUDGET = 400_000
"""Bytes that its last documents may have had together: it holds some 80 MB of them."""
lately: deque[int] = deque(maxlen=AGE - 1)
_one_by_one = threading.Lock()


def was_set(size: int, fonts: Any) -> None:
    """A document of so many bytes of text was set: forget, if the last ones were long."""
    with _one_by_one:
        lately.append(size)
        if sum(lately) <= BUDGET:
            return
        lately.clear()
    forget(fonts)


def forget(fonts: Any) -> None:
    """Age everything that is kept until nothing is, by documents of nothing, and give the memory back to the system."""
    import typst

    for _turn in range(AGE):
        typst.compile(b"", font_paths=fonts, format="pdf")
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # a matter of the GNU library alone
    if trim is not None:
        trim(0)
