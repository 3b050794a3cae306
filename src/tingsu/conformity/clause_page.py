"""What stands on the page of one clause: the newest records, the nine items of leadership, what people said of it (MS-11, MS-29)."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from tingsu.conformity import records, sql
from tingsu.conformity.profiles import ITEMS, clause_of
from tingsu.conformity.sql import Proved
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.registers import reading
from tingsu.registers.covering import know
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

LEADERSHIP = "CTS 5.1"
MOST = 24
OF_ITEM = 4


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record as the page names it."""

    number: str
    register: str | Promise
    title: str
    on: date
    until: date | None
    state: str
    tone: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One of the nine items of CTS 5.1, with its newest records."""

    letter: str
    words: str | Promise
    records: list[Record]
    last: date | None
    old: bool
    """Nothing of the last twelve months shows it."""


def of_clause(actor: Actor, cited: str, day: date) -> tuple[list[Record], list[Item]]:
    """The newest records of a clause that this reader sees, and of CTS 5.1 the nine items. Three queries."""
    known = registers()
    read = [name for name, register in known.items() if register.sees_all(actor) and not register.alone_in]
    rows = [
        row
        for row in sql.proved(sorted(read))
        if clause_of(row.clause) == cited and records.counts(known[row.register], row.state)
    ]
    rows.sort(key=lambda row: row.opened_at, reverse=True)
    first = dict.fromkeys(row.id for row in rows)
    wanted = set(list(first)[:MOST])
    by_item: dict[str, list[Proved]] = {}
    if cited == LEADERSHIP:
        for letter in ITEMS:
            by_item[letter] = [row for row in rows if row.clause == f"{cited} {letter}"]
            wanted |= {row.id for row in by_item[letter][:OF_ITEM]}
    shown = _records(actor, wanted)
    zone = current_organisation().time_zone
    items = []
    for letter, found in by_item.items():
        last = max((records.day_of(row, zone) for row in found), default=None)
        items.append(
            Item(
                letter=letter, words=ITEMS[letter], records=[shown[row.id] for row in found[:OF_ITEM] if row.id in shown], last=last,
                old=last is None or last <= day - records.AGE,
            )
        )  # fmt: skip
    return [shown[pk] for pk in first if pk in shown][:MOST], items


def _records(actor: Actor, ids: set[uuid.UUID]) -> dict[uuid.UUID, Record]:
    known, zone = registers(), current_organisation().time_zone
    found = {}
    for row in know(Entry.objects.filter(pk__in=ids).select_related("stream")):
        register = known[row.register]
        state = register.state_by_code[row.state]
        found[row.pk] = Record(
            number=row.number, register=register.one, title=reading.title_of(actor, row), on=row.speaks_of or local_date(row.opened_at, zone),
            until=row.expires_on, state=str(state.label), tone=state.tone, url=reading.address_of(row),
        )  # fmt: skip
    return found


def said_of(entry: Entry | None, actor: Actor) -> dict[str, Any]:
    """What people of the firm wrote about a clause, as the reader may see it."""
    if entry is None:
        return {}
    from tingsu.registers.declaration import register_named

    register = register_named(entry.register)
    assert register is not None  # noqa: S101 declared in this room
    texts = reading.texts_seen(actor, register, entry, "page")
    return {
        "note": texts.get("note", ""),
        "apart": texts.get("apart", ""),
        "state": entry.get_state_display(),
        "url": reading.address_of(entry),
    }
