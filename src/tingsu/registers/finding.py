"""From which index a list of entries is read, so that a page costs the same among a million of them.

Without a facet the newest entries are walked, by state or owner where one is asked for. With facets the rows of one facet
are walked, newest first, and each is asked whether the rest holds: nothing is gathered and sorted. Which facet that is,
is decided by counting each condition as far as `RARE`: what is rare is taken first, for then little has to be looked at.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tingsu.kernel import sql
from tingsu.kernel.actor import Actor
from tingsu.pages import pager
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.queries import ORDER, Asked, rows_of, state_condition

RARE = 2000
"""A condition that fewer entries meet is looked through whole."""
BY_FACET = ("-opened_at", "-entry_id")
"""The order of lists as facets have it: keys of both say the same."""


def page(actor: Actor, register: Register, asked: Asked, after: str = "", size: int = pager.SIZE) -> pager.Page[Entry]:
    """One page of the entries that the actor sees and the filter shows, newest first. Raises UnknownPage."""
    facets = walked(actor, register, asked)
    if facets is None:
        return pager.page_of(rows_of(actor, register, asked), ORDER, after, size)
    found = pager.page_of(facets, BY_FACET, after, size)
    return pager.Page(rows=[one.entry for one in found.rows], following=found.following, later=found.later)


def entries(actor: Actor, register: Register, asked: Asked) -> Iterator[Entry]:
    """All of them, a page at a time, for exports."""
    facets = walked(actor, register, asked)
    if facets is None:
        yield from pager.in_pages(rows_of(actor, register, asked), ORDER)
    else:
        for one in pager.in_pages(facets, BY_FACET):
            yield one.entry


def walked(actor: Actor, register: Register, asked: Asked) -> QuerySet[EntryFacet] | None:
    """The facets to walk; None where entries themselves are."""
    if not asked.facets or asked.words:
        return None
    name = _rarest(actor, register, asked)
    return facets_for(actor, register, asked, name) if name else None


def _rarest(actor: Actor, register: Register, asked: Asked) -> str:
    """The facet that fewest entries have; "" where the state or the owner asked for is rarer still and rare."""
    names = list(asked.facets)
    others = replace(asked, facets={}).query
    if len(names) == 1 and not others:
        return names[0]
    questions: list[QuerySet[Any]] = [_facets(register, name, asked.facets[name]) for name in names]
    if others:
        questions.append(rows_of(actor, register, replace(asked, facets={})))
    counted = sql.counts(questions, RARE)
    least = min(range(len(questions)), key=lambda place: counted[place])
    return names[least] if least < len(names) else names[0] if counted[least] == RARE else ""


def _facets(register: Register, name: str, value: str) -> QuerySet[EntryFacet]:
    return EntryFacet.objects.filter(register=register.name, name=name, value=value)


def facets_for(actor: Actor, register: Register, asked: Asked, first: str) -> QuerySet[EntryFacet]:
    """The rows of one facet whose entries the actor sees and every filter shows."""
    rows = _facets(register, first, asked.facets[first]).filter(register.sees(actor, "entry__"))
    rows = rows.filter(state_condition(register, asked.state, "entry__"))
    if asked.owner:
        rows = rows.filter(entry__owner_id=actor.id if asked.owner == "me" else asked.owner)
    for name, value in asked.facets.items():
        if name != first:
            # A sub-select of one row, which no planner makes a join of: a join would be gathered and then sorted.
            other = _facets(register, name, value).filter(entry=OuterRef("entry")).values("name")[:1]
            rows = rows.alias(**{f"has_{name}": Subquery(other)}).filter(**{f"has_{name}__isnull": False})
    return rows.select_related("entry__stream")
