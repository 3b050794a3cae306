"""Two versions side by side, line by line: what is gone on the left, what is new on the right (DI-04)."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from tingsu.documents.writing import Span, is_heading, readable

AROUND = 3
"""Lines that stay as they are, shown before and after a change."""
MOST = 4000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the comparison; a `gap` stands for lines that are the same in both."""

    kind: str
    """same, changed, gone, new or gap."""
    before: list[Span]
    after: list[Span]
    heading: bool = False


def compared(before: str, after: str) -> list[Line]:
    """The lines that differ with a few around them. Long texts are compared by lines, changed lines by signs."""
    old, new = before.splitlines()[:MOST], after.splitlines()[:MOST]
    found: list[Line] = []
    for tag, first, last, begin, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _same(old[first:last], at_start=first == 0, at_end=last == len(old))
            continue
        pairs = max(last - first, end - begin)
        for place in range(pairs):
            left = old[first + place] if first + place < last else None
            right = new[begin + place] if begin + place < end else None
            found.append(_pair(left, right))
    return found


def _same(lines: list[str], *, at_start: bool, at_end: bool) -> list[Line]:
    def shown(some: list[str]) -> list[Line]:
        both = [(one, [Span(words=readable(one))]) for one in some]
        return [Line(kind="same", before=words, after=words, heading=is_heading(one)) for one, words in both]

    head, tail = (0 if at_start else AROUND), (0 if at_end else AROUND)
    if len(lines) <= head + tail + 1:
        return shown(lines)
    gap = Line(kind="gap", before=[], after=[])
    return [*shown(lines[:head]), gap, *shown(lines[len(lines) - tail :])]


def _pair(left: str | None, right: str | None) -> Line:
    heading = any(one is not None and is_heading(one) for one in (left, right))
    if left is None or right is None:
        words = [Span(words=readable(left or right or ""), strong=True)]
        return Line(
            kind="new" if left is None else "gone",
            before=[] if left is None else words,
            after=[] if right is None else words,
            heading=heading,
        )
    old, new = readable(left), readable(right)
    if old == new:  # only its marks changed: a heading of another rank, words that stand out now
        whole = [Span(words=old, strong=True)]
        return Line(kind="changed", before=whole, after=whole, heading=heading)
    before, after = [], []
    for tag, first, last, begin, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if first < last:
            before.append(Span(words=old[first:last], strong=tag != "equal"))
        if begin < end:
            after.append(Span(words=new[begin:end], strong=tag != "equal"))
    return Line(kind="changed", before=before, after=after, heading=heading)
