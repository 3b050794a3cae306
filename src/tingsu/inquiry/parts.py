"""What a part of the investigation room consists of, for the page and for programs alike."""

from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise

Kind = Literal["text", "money", "datetime", "date", "number", "case"]


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value under a name: a text as the reader may see it, an amount in fen, an instant."""

    name: str
    label: str | Promise
    value: Any
    kind: Kind = "text"


@dataclass(frozen=True, kw_only=True)
class Group:
    """One block of a part: facts about one thing, or a table of several."""

    name: str
    title: str | Promise
    facts: list[Value] = field(default_factory=list)
    rows: list[list[Value]] = field(default_factory=list)
    empty: str | Promise = ""
    """What the page says where there is nothing."""

    @property
    def columns(self) -> dict[str, str | Promise]:
        """Names and labels of what any of the rows tells, in the order in which they come up."""
        return {one.name: one.label for row in self.rows for one in row}

    @property
    def cells(self) -> list[list[Value | None]]:
        """The rows as a table: one cell for each column, None where a row says nothing."""
        by_name = [{one.name: one for one in row} for row in self.rows]
        return [[row.get(name) for name in self.columns] for row in by_name]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the room as one reader sees it. `answered`: the other system did; `gaps`: what is missing, in sentences."""

    name: str
    title: str | Promise
    answered: bool = True
    groups: list[Group] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    """What exists outside the case and needs a release, in sentences."""
