"""The part of a register that somebody sees who does not see all of it: each way to it by itself, in the order of lists.

One condition with all ways in it ("mine, or opened by me, or of my department") is answered by no index: the database would
look at every entry of the register, or gather the whole part and sort it. Of pieces it walks what a page shows.
"""

from typing import Any

from django.db.models import QuerySet

from tingsu.kernel.actor import Actor
from tingsu.pages.pager import Piece
from tingsu.registers.declaration import EVERYONE, INVOLVED, Register, reads_registers
from tingsu.registers.models import Entry, EntryFacet

ORDER = ("-opened_at", "-pk")
"""Newest first: the order of every list of entries."""
BY_FACET = ("-opened_at", "-entry_id")
"""The same order as facets have it: keys of both say the same."""


def parts_of(actor: Actor, register: Register, *, owned: bool = False) -> list[Piece]:
    """Each way to the entries that the actor sees; with `owned` only those that the actor answers for. An entry may be found by
    several. For one who does not see all of the register (`Register.sees_all`).
    """
    if not reads_registers(actor):
        return []
    entries = Entry.objects.filter(register=register.name)
    own = by_entry(entries.filter(owner_id=actor.id))
    if owned:
        return [own]
    involving = EntryFacet.objects.filter(register=register.name, name=INVOLVED)
    if register.alone_in:
        entries = entries.exclude(state__in=register.alone_in)
        involving = involving.exclude(entry__state__in=register.alone_in)
    return [
        own,
        by_entry(entries.filter(opened_by=actor.id)),
        *(by_entry(entries.filter(unit_id=unit)) for unit in sorted(actor.unit_ids)),
        by_facet(involving.filter(value=str(actor.id))),
        *([by_facet(involving.filter(value=EVERYONE))] if register.offered else ()),
    ]


def by_entry(rows: QuerySet[Any]) -> Piece:
    """A piece of entries themselves."""
    return Piece(rows=rows, order=ORDER)


def by_facet(rows: QuerySet[Any]) -> Piece:
    """A piece of facets, which lead to entries."""
    return Piece(rows=rows, order=BY_FACET, leads_to="entry_id")
