"""A rulebook on paper: its entries as a table, or its values line by line, in the words of its page."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from tingsu.kernel.punctuation import after_label
from tingsu.pages.pdf import Part, in_full, table

MOST_COLUMNS = 9
NARROWEST, WIDEST = 8, 34
"""Signs that a column is made for."""


def as_values(heading: str, labels: Sequence[str], values: Sequence[str]) -> Part:
    """One value a line, a dash where nothing is set."""
    return Part(
        heading=heading, facts=in_full((label, words or "–") for label, words in zip(labels, values, strict=True))
    )


def as_table(heading: str, labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Part:
    """Columns that are empty in every row are left out; what has more of them than a sheet is wide says the rest in the last one."""
    if not rows:
        return Part(heading=heading, texts=[_("No entries yet.")])
    unset = {"", "0", _("No")}
    used = [place for place in range(len(labels)) if any(row[place] for row in rows)]
    told, rest = used[:MOST_COLUMNS], used[MOST_COLUMNS:]
    heads = [labels[place] for place in told] + ([_("Further")] if rest else [])
    lines = [
        [row[place] for place in told]
        + (
            ["\n".join(after_label(labels[place], row[place]) for place in rest if row[place] not in unset)]
            if rest
            else []
        )
        for row in rows
    ]
    longest = [max(map(len, column), default=1) for column in zip(heads, *lines, strict=True)]
    made = table(heads, lines, widths=[min(WIDEST, max(NARROWEST, length)) for length in longest])
    return replace(made, heading=heading)
