"""The text of a document, written in the product: headings, paragraphs, lists and tables, in marks that people know from plain text.

It is read into blocks, and page, print and PDF draw the blocks: nothing that was typed is ever markup of ours.

    # Heading, ## below it, ### below that
    - a point                  1. a step
    | Column | Column |        the first line of a table is its head
    **words** stand out      ![what it shows](picture.png) a picture among the files of the document
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HEADING = re.compile(r"(#{1,3})\s+(.+)")
POINT = re.compile(r"[-*•]\s+(.+)")
STEP = re.compile(r"\d{1,3}[.、)）]\s*(?=\S)(.+)")
RULE = re.compile(r":?-{2,1000}:?")
STRONG = re.compile(r"\*\*(.+?)\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]{1,200})\)")
BLANK = re.compile(r"【[^】\n]{0,200}】")
"""A place that is still to be filled in, as templates mark it."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Words that stand out, or do not."""

    words: str
    strong: bool = False


@dataclass(kw_only=True)
class Block:
    """heading, paragraph, points, steps, table or picture."""

    kind: str
    level: int = 0
    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    name: str = ""
    """The file of a picture, by its name; `file` is its id once it is found."""
    file: uuid.UUID | None = None
    first: int = 1
    """The number of the first of its steps."""

    @property
    def heads(self) -> list[str]:
        """The first line of a table."""
        return self.rows[0] if self.rows else []

    @property
    def shown(self) -> list[list[Span]]:
        """Its lines with what stands out in them."""
        return [spans(line) for line in self.lines]

    @property
    def cells(self) -> list[list[list[Span]]]:
        """The lines of a table below its head, each as wide as the head."""
        wide = len(self.heads)
        return [[spans(cell) for cell in (row + [""] * wide)[:wide]] for row in self.rows[1:]]


def spans(words: str) -> list[Span]:
    """A line as pieces, of which some stand out."""
    found, place = [], 0
    for one in STRONG.finditer(words):
        if one.start() > place:
            found.append(Span(words=words[place : one.start()]))
        found.append(Span(words=one[1], strong=True))
        place = one.end()
    if place < len(words) or not found:
        found.append(Span(words=words[place:]))
    return found


def bare(words: str) -> str:
    """A line without the marks of what stands out, for paper."""
    return STRONG.sub(r"\1", words)


def is_heading(line: str) -> bool:
    return HEADING.fullmatch(line.strip()) is not None


def readable(line: str) -> str:
    """A line of the text as somebody reads it, without its marks: where lines stand one by one, as in a comparison."""
    words = line.strip()
    if one := HEADING.fullmatch(words):
        return one[2].strip("# ")
    if one := PICTURE.fullmatch(words):
        return one[1].strip() or one[2].strip()
    if words.startswith("|"):
        return "" if _is_rule(words) else bare(" │ ".join(cell.strip() for cell in words.strip("|").split("|")))
    if one := POINT.fullmatch(words):
        return "• " + bare(one[1])
    return bare(words)


def read_out(text: str) -> str:
    """A whole text as somebody reads it, without its marks and empty lines."""
    return "\n".join(filter(None, map(readable, text.splitlines())))


def blocks(text: str) -> list[Block]:
    """A text as blocks, in its order."""
    found: list[Block] = []
    for line in (one.strip() for one in text.splitlines()):
        last = found[-1] if found else None
        if not line:
            found.append(Block(kind="end"))
        elif one := HEADING.fullmatch(line):
            found.append(Block(kind="heading", level=len(one[1]), lines=[one[2].strip("# ")]))
        elif one := PICTURE.fullmatch(line):
            found.append(Block(kind="picture", lines=[one[1].strip() or one[2].strip()], name=one[2].strip()))
        elif line.startswith("|"):
            if _is_rule(line):
                continue
            _kept(found, last, "table").rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif one := POINT.fullmatch(line):
            _kept(found, last, "points").lines.append(one[1])
        elif one := STEP.fullmatch(line):
            begun = _kept(found, last, "steps")
            begun.first = begun.first if begun.lines else _number(line)
            begun.lines.append(one[1])
        else:
            _kept(found, last, "paragraph").lines.append(line)
    return [one for one in found if one.kind != "end"]


def _is_rule(line: str) -> bool:
    """The line below the head of a table, such as |---|:--:|."""
    return all(RULE.fullmatch(cell.strip()) for cell in line.strip("|").split("|"))


def _kept(found: list[Block], last: Block | None, kind: str) -> Block:
    """The block that a line goes on with, or a new one."""
    if last is not None and last.kind == kind:
        return last
    found.append(Block(kind=kind))
    return found[-1]


def _number(line: str) -> int:
    found = re.match(r"\d+", line)
    return int(found[0]) if found else 1


def left_to_fill(text: str) -> list[str]:
    """Places of a template that nobody has filled in yet, each once."""
    return list(dict.fromkeys(BLANK.findall(text)))


def headed(found: Sequence[Block]) -> Iterator[tuple[str, int, list[Block]]]:
    """The blocks below each heading: its words, its level, what stands there. What comes before the first has no words."""
    words, level = "", 1
    below: list[Block] = []
    for one in found:
        if one.kind == "heading":
            if words or below:
                yield words, level, below
            words, level, below = bare(one.lines[0]), one.level, []
        else:
            below.append(one)
    if words or below:
        yield words, level, below
