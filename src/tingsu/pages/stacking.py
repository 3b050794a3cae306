"""Tables on telephones: a row of many columns becomes a card, and each of its cells says what it is.

The head of such a table is out of sight there, so each cell carries the words of its column; what is empty is left out.
"""

import re
from html import unescape

from django.utils.html import strip_tags
from markupsafe import escape

OWN_WAY = frozenset({"stack", "records", "ready-table", "heat"})
"""Looks that have a shape of their own on telephones, or are read across (a grid of shades)."""
COLUMNS, COLUMNS_OF_WIDE = 5, 4
"""From so many columns on a row is a card: fewer stand beside each other on any telephone."""
MANY = 10
_HEAD = re.compile(r"<thead\b.*?(?:</thead>|(?=<tbody))", re.DOTALL)
_ROW = re.compile(r"<tr\b")
_CELL = re.compile(r"<(t[hd])\b([^>]*)>(\s*(?=</t[hd]>|<t[hd]\b|</tr>|<tr\b|</tbody>|$))?")
_HEAD_CELL = re.compile(r"<th\b([^>]*)>(.*?)(?=</th>|<th\b|</tr>|</thead>|$)", re.DOTALL)
_SPAN = re.compile(r"colspan=\"?(\d+)")


def columns_of(content: str) -> list[str]:
    """The words of the columns; none where the head has several rows."""
    head = _HEAD.search(content)
    if head is None or len(_ROW.findall(head.group())) != 1:
        return []
    found = []
    for attributes, words in _HEAD_CELL.findall(head.group()):
        span = _SPAN.search(attributes)
        found += [" ".join(unescape(strip_tags(words)).split())] * (int(span.group(1)) if span else 1)
    return found


def stacked(content: str, looks: list[str]) -> tuple[str, list[str]]:
    """The content of a table and its looks: with `cards` its rows are cards on telephones and each cell has its column; with
    `many` it has so many columns that the words of its head wrap everywhere.
    """
    if "stack" in looks and not any(look.startswith("board-") for look in looks):
        return content, [*looks, "cards"]  # its labels are written by hand
    columns = columns_of(content)
    if not OWN_WAY.isdisjoint(looks) or len(columns) < (COLUMNS_OF_WIDE if "wide" in looks else COLUMNS):
        return content, looks
    head = _HEAD.search(content)
    assert head is not None  # noqa: S101 - it has columns
    before, body = content[: head.end()], content[head.end() :]
    named = before + "<tr".join(_named(row, columns) for row in body.split("<tr"))
    return named, [*looks, "stack", "cards", *(["many"] if len(columns) > MANY else [])]


def _named(row: str, columns: list[str]) -> str:
    place = 0

    def one(cell: re.Match[str]) -> str:
        nonlocal place
        tag, attributes, blank = cell.group(1), cell.group(2), cell.group(3)
        span = _SPAN.search(attributes)
        label = columns[place] if place < len(columns) and span is None else ""
        more = ""
        if tag == "td" and place and label and "data-label" not in attributes:
            more += f' data-label="{escape(label)}"'
        if blank is not None:
            more += " data-blank"
        place += int(span.group(1)) if span else 1
        return f"<{tag}{attributes}{more}>{blank or ''}"

    return _CELL.sub(one, row)
