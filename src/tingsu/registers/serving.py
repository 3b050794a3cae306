"""What rooms that serve every kind of thing ask of entries: their clocks, their files, whose they are."""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.conditions import Condition, Facts
from tingsu.clocks.kinds import Thing
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.people.access import actor_for
from tingsu.registers.models import Entry

if TYPE_CHECKING:
    from tingsu.registers.declaration import Register


def things_of(register: "Register") -> Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Thing]]:
    """Entries for their clocks. One query."""

    def things(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Thing]:
        return {
            row.pk: Thing(
                id=row.pk,
                number=row.number,
                owner_id=row.owner_id,
                since=row.opened_at,
                is_open=row.state in register.open_states,
                facts=facts_of(register, row),
            )
            for row in Entry.objects.filter(pk__in=ids)
        }

    return things


def conditions_of(register: "Register") -> tuple[Condition, ...]:
    """What limits and levels of the ladder may ask of an entry: its register, its state, how grave it is."""
    found = [
        Condition(name="register", label=_("Register"), values={register.name: register.one}),
        Condition(name="state", label=_("State"), values={one.code: one.label for one in register.states}),
    ]
    if register.graded:
        graded = register.by_name[register.graded]
        options = graded.options if isinstance(graded.options, tuple) else ()
        found.append(Condition(name="severity", label=_("Severity"), values=dict(options)))
    return tuple(found)


def facts_of(register: "Register", entry: Entry) -> Facts:
    """The answers of one entry."""
    facts = Facts(register=register.name, state=entry.state)
    return facts.but(severity=str(entry.codes.get(register.graded) or "")) if register.graded else facts


def opens_file(register: "Register") -> Callable[[HttpRequest, StoredFile], Actor | None]:
    """Whoever sees an entry opens its files."""

    def opens(request: HttpRequest, file: StoredFile) -> Actor | None:
        try:
            actor = actor_for(request)
        except TingsuError:
            return None
        if file.stream_id is None:
            return actor if file.received_by == actor.id else None
        seen = register.visible(actor, Entry.objects.filter(pk=file.stream_id))
        return actor if seen.exists() else None

    return opens


def open_entries_of(register: "Register") -> Callable[[uuid.UUID], int]:
    """How many open entries of a register a member answers for."""

    def count(member_id: uuid.UUID) -> int:
        rows = Entry.objects.filter(register=register.name, owner_id=member_id)
        return rows.filter(state__in=register.open_states).count()

    return count
