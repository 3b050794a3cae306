"""An entry in the form of a step: what this person may not read is neither shown nor lost (PS-06)."""

from collections.abc import Callable, Mapping
from typing import Any

from tingsu.kernel.actor import Actor
from tingsu.privacy.fields import may_reveal
from tingsu.privacy.show import open_windows
from tingsu.process.steps import Field
from tingsu.registers.covering import place_of
from tingsu.registers.declaration import Register
from tingsu.registers.entry import kept_values
from tingsu.registers.models import Entry
from tingsu.registers.reading import texts_seen


def hidden_in(actor: Actor, register: Register, entry: Entry, fields: tuple[Field, ...]) -> set[str]:
    """Fields of a step whose text this person does not see in full, nor has opened: a form does not show them either (PS-06)."""
    written = entry.worded_or_none() or {}
    seen_now = texts_seen(actor, register, entry, "page")
    asked = {one.name for one in fields}
    masked = {
        name for name, text in written.items() if name.partition(".")[0] in asked and seen_now.get(name, "") != text
    }
    windows = open_windows(actor, [entry.pk]) if masked else {}
    return {
        name
        for name in masked
        if (entry.pk, name) not in windows or not may_reveal(actor, *place_of(register, name.partition(".")[0]))
    }


def for_form(actor: Actor, register: Register, entry: Entry, fields: tuple[Field, ...]) -> dict[str, Any]:
    """What an entry holds, as the form of a step shows it to this person: what is masked for them is left empty."""
    raw = kept_values(entry, fields, entry.worded_or_none() or {})
    return left_out(actor, register, entry, fields, raw)


def left_out(
    actor: Actor, register: Register, entry: Entry, fields: tuple[Field, ...], raw: Mapping[str, Any]
) -> dict[str, Any]:
    """Values of a form without the kept texts that this person may not read."""
    hidden = hidden_in(actor, register, entry, fields)
    return _exchanged(raw, dict.fromkeys(hidden, ""), lambda value, kept, name: value == kept[name], entry)


def put_back(
    actor: Actor, register: Register, entry: Entry, fields: tuple[Field, ...], raw: Mapping[str, Any]
) -> dict[str, Any]:
    """A posted form in which what was masked and came back empty is what stands there."""
    hidden = hidden_in(actor, register, entry, fields)
    written = entry.worded_or_none() or {}
    return _exchanged(raw, {name: written[name] for name in hidden}, lambda value, kept, name: not value, entry)


def _exchanged(
    raw: Mapping[str, Any],
    values: Mapping[str, str],
    applies: Callable[[Any, Mapping[str, str], str], bool],
    entry: Entry,
) -> dict[str, Any]:
    """Values with others in place of some; a cell of a table is named like `lines.0.words`."""
    kept, found = entry.worded_or_none() or {}, dict(raw)
    for name, value in values.items():
        top, _dot, rest = name.partition(".")
        if not rest:
            if name in found and applies(found[name], kept, name):
                found[name] = value
            continue
        place, _dot, inner = rest.partition(".")
        lines = [dict(line) for line in found.get(top) or []]
        if place.isdigit() and int(place) < len(lines) and applies(lines[int(place)].get(inner), kept, name):
            lines[int(place)][inner] = value
            found[top] = lines
    return found
