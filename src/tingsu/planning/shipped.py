"""What ships with the product: the nine key processes, and the laws and standards that the specifications name.

Each is opened once, under an id of its own; one that somebody ended stays ended. Its words are read in each reader's language
until somebody makes them their own. Nothing counts as checked or evaluated before the firm has done so.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.sql import take_turns
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.planning import obligations, processes
from tingsu.planning.asked import who_leads
from tingsu.planning.shipped_obligations import OBLIGATIONS
from tingsu.planning.shipped_processes import CENTRE, PROCESSES
from tingsu.registers.actions import Opening, begin_entry
from tingsu.registers.declaration import Register, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

Both = tuple[str, str]


@dataclass(frozen=True)
class Shipped:
    """One entry as it ships: codes, and its texts in both languages by the names of fields and of rows."""

    register: str
    code: str
    values: Mapping[str, Any]
    texts: Mapping[str, Both]

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(current_organisation_id(), f"planning:{self.register}:{self.code}")


def _process(place: int, one: Mapping[str, Any]) -> Shipped:
    rows, texts = [], dict(one["texts"])
    for number, (sort, words, setting, control) in enumerate(one["criteria"]):
        rows.append(
            {"sort": sort, "setting": setting, "words": words[0], "control": control[0], "resources": CENTRE[0]}
        )
        texts |= {
            f"criteria.{number}.words": words,
            f"criteria.{number}.control": control,
            f"criteria.{number}.resources": CENTRE,
        }
    values = {
        "sort": processes.COMPLAINT, "place": place, "indicators": list(one["indicators"]), "criteria": rows, "interval": "yearly",
    }  # fmt: skip
    return Shipped(processes.NAME, one["code"], values, texts)


ENTRIES: dict[str, Shipped] = {
    f"{one.register}:{one.code}": one
    for one in (
        *(_process(place, one) for place, one in enumerate(PROCESSES, 1)),
        *(Shipped(obligations.NAME, one["code"], one["codes"], one["texts"]) for one in OBLIGATIONS),
    )
}


@says("planning")
def _said(values: Mapping[str, Any]) -> str:
    """A text of an entry as it ships, in the language of the moment."""
    both = ENTRIES[values["entry"]].texts[values["text"]]
    return both[0] if (get_language() or "").startswith("zh") else both[1]


def _not_there() -> list[Shipped]:
    there = set(Entry.objects.filter(pk__in=[one.id for one in ENTRIES.values()]).values_list("pk", flat=True))
    return [one for one in ENTRIES.values() if one.id not in there]


def missing() -> int:
    """How many entries that ship are not there yet. One query."""
    return len(_not_there())


def open_missing(actor: Actor) -> int:
    """Open what ships and is not there, in one transaction; of two at once the second finds nothing left to do."""
    with transaction.atomic(durable=True):
        take_turns(f"planning.shipped:{current_organisation_id()}")
        wanted, owner, at = _not_there(), who_leads(), now()
        for place, one in enumerate(wanted):  # a second apart, so that lists keep their order
            _open(actor, one, owner, at - timedelta(seconds=len(wanted) - place))
    return len(wanted)


def _open(actor: Actor, one: Shipped, owner: uuid.UUID | None, at: datetime) -> None:
    register = registers()[one.register]
    name = f"{one.register}:{one.code}"
    said = {text: Said("planning", {"entry": name, "text": text}) for text, both in one.texts.items() if both[0]}
    values = {**one.values, **({"owner": str(owner)} if owner else {})}
    opening = Opening(
        id=one.id,
        at=at,
        values=values,
        said={text: words for text, words in said.items() if "." not in text},
        allowed=True,
    )
    rows = {text: words for text, words in said.items() if "." in text}
    begin_entry(actor=actor, register=_with_rows(register, rows), opening=opening)


def _with_rows(register: Register, said: Mapping[str, Said]) -> Register:
    """The register, whose entry says the texts of its rows in each reader's language too."""
    first: Callable[[OpenedEntry, dict[str, Any]], None] | None = register.on_open

    def on_open(opened: OpenedEntry, values: dict[str, Any]) -> None:
        if first is not None:
            first(opened, values)
        for text, words in said.items():
            opened.say(text, words)

    return replace(register, on_open=on_open)
