"""From which index a list of entries is read, so that a page costs the same among a million of them.

Without a facet the newest entries are walked, by state or owner where one is asked for. With facets the rows of one facet
are walked, newest first, and each is asked whether the rest holds: nothing is gathered and sorted. Whoever sees a part of
the register is answered from this part, each way to it by itself. Which of these it is, is decided by counting each
condition as far as `RARE`: what is rare is taken first, for then little has to be looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tingsu.kernel import sql
from tingsu.kernel.actor import Actor
from tingsu.pages import pager
from tingsu.pages.pager import Piece
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.parts import BY_FACET, ORDER, by_facet, parts_of
from tingsu.registers.queries import Asked, rows_of, state_condition

RARE = 2000
"""A condition that fewer entries meet is looked through whole."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How a list is read: rows in an order, whole or in pieces; rows of facets lead to their entries."""

    rows: QuerySet[Any]
    order: Sequence[str] = ORDER
    pieces: Sequence[Piece] = ()

    def first(self, most: int) -> QuerySet[Any]:
        """The question for the first rows."""
        return pager.first_of(self.rows, self.order, most, self.pieces)

    def page(self, after: str, size: int) -> pager.Page[Entry]:
        """One page. Raises UnknownPage."""
        found = pager.page_of(self.rows, self.order, after, size, self.pieces)
        return pager.Page(rows=[_entry(one) for one in found.rows], following=found.following, later=found.later)

    def all(self) -> Iterator[Entry]:
        """Everything, a page at a time."""
        yield from map(_entry, pager.in_pages(self.rows, self.order, pieces=self.pieces))


def _entry(row: Any) -> Entry:
    entry: Entry = row if isinstance(row, Entry) else row.entry
    return entry


def page(actor: Actor, register: Register, asked: Asked, after: str = "", size: int = pager.SIZE) -> pager.Page[Entry]:
    """One page of the entries that the actor sees and the filter shows, newest first. Raises UnknownPage."""
    return walk_of(actor, register, asked).page(after, size)


def entries(actor: Actor, register: Register, asked: Asked) -> Iterator[Entry]:
    """All of them, a page at a time, for exports."""
    return walk_of(actor, register, asked).all()


def walk_of(actor: Actor, register: Register, asked: Asked) -> Walk:
    """From which index this list is read. One question where several come into consideration."""
    whole = Walk(rows=rows_of(actor, register, asked))
    if asked.words:
        return whole  # the search has found few of them
    parts = _parts(actor, register, asked)
    names, others = list(asked.facets), bool(replace(asked, facets={}).query)
    choices: list[tuple[Walk, QuerySet[Any]]] = []
    if parts:
        rows = Entry.objects.select_related("stream")
        pieces = [replace(one, rows=_narrowed(actor, register, asked, one)) for one in parts]
        choices.append((Walk(rows=rows, pieces=pieces), _together(parts)))
    for name in names:
        walked = Walk(rows=facets_for(actor, register, asked, name), order=BY_FACET)
        choices.append((walked, _facets(register, name, asked.facets[name])))
    if others:
        unnamed = Entry.objects.filter(state_condition(register, asked.state), register=register.name)
        choices.append(
            (whole, _owned(actor, asked, unnamed) if parts else rows_of(actor, register, replace(asked, facets={})))
        )
    if len(choices) < 2:
        return choices[0][0] if choices and (parts or names) else whole
    counted = sql.counts([question for _walk, question in choices], RARE)
    return choices[min(range(len(choices)), key=lambda place: counted[place])][0]


def _parts(actor: Actor, register: Register, asked: Asked) -> list[Piece]:
    """The ways to what the actor sees of the register; none for one who sees all of it."""
    if register.sees_all(actor):
        return []
    return parts_of(actor, register, owned=asked.owner in {"me", str(actor.id)})


def _together(parts: Sequence[Piece]) -> QuerySet[Any]:
    """Everything that the parts lead to, each as far as it is counted."""
    if len(parts) == 1:
        return parts[0].rows
    first, *others = (one.rows.order_by().values_list(one.leads_to)[:RARE] for one in parts)
    return first.union(*others)


def _facets(register: Register, name: str, value: str) -> QuerySet[EntryFacet]:
    return EntryFacet.objects.filter(register=register.name, name=name, value=value)


def facets_for(actor: Actor, register: Register, asked: Asked, first: str) -> QuerySet[EntryFacet]:
    """The rows of one facet whose entries the actor sees and every filter shows."""
    rows = _facets(register, first, asked.facets[first]).filter(register.sees(actor, "entry__"))
    return _narrowed(actor, register, asked, by_facet(rows), but=first).select_related("entry__stream")


def _owned(actor: Actor, asked: Asked, rows: QuerySet[Any], at: str = "") -> QuerySet[Any]:
    if not asked.owner:
        return rows
    return rows.filter(**{f"{at}owner_id": actor.id if asked.owner == "me" else asked.owner})


def _narrowed(actor: Actor, register: Register, asked: Asked, piece: Piece, but: str = "") -> QuerySet[Any]:
    """Rows of a piece whose entries every filter shows; the facet `but` is what is walked."""
    at = "" if piece.leads_to == "pk" else "entry__"
    rows = _owned(actor, asked, piece.rows.filter(state_condition(register, asked.state, at)), at)
    for name, value in asked.facets.items():
        if name != but:
            # A sub-select of one row, which no planner makes a join of: a join would be gathered and then sorted.
            other = _facets(register, name, value).filter(entry=OuterRef(piece.leads_to)).values("name")[:1]
            rows = rows.alias(**{f"has_{name}": Subquery(other)}).filter(**{f"has_{name}__isnull": False})
    return rows
