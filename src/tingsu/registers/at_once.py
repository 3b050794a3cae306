"""Steps of an entry as buttons: those that one key takes at once, those with a form; and the entry that waits next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tingsu.kernel.actor import Actor
from tingsu.process.steps import Step
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry


@dataclass(frozen=True, kw_only=True)
class Button:
    """One step as a button: with `at_once` a key takes it, else it leads to its form."""

    name: str
    label: Any
    key: str = ""
    unmet: list[str] = field(default_factory=list)
    at_once: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


def buttons_of(actor: Actor, register: Register, entry: Entry, steps: list[tuple[Step, list[str]]]) -> dict[str, Any]:
    """The steps of an entry in the order of their keys, where they have some; a step that asks nothing stands there once."""
    ready = {step.name for step, unmet in steps if not unmet}
    known = [one for one in (register.at_once(actor, entry) if register.at_once else []) if one.step in ready]
    made = [Button(name=one.step, label=one.label, key=one.key, at_once=True, values=one.values) for one in known]
    taken = {one.step for one in known}
    made += [
        Button(name=step.name, label=step.label, key=register.do_named(step.name).key, unmet=unmet)
        for step, unmet in steps
        if step.fields or step.name not in taken
    ]
    if known:
        made.sort(key=lambda one: (one.key.isdigit() or not one.key, one.key or "z"))
    return {"steps": made, "following": following(actor, register, entry) if register.one_by_one else None}


def following(actor: Actor, register: Register, entry: Entry) -> Entry | None:
    """Of entries that are decided one after the other, the one that waits longest beside this one."""
    rows = register.visible(actor, Entry.objects.filter(register=register.name, state=register.one_by_one))
    found: Entry | None = rows.exclude(pk=entry.pk).order_by("opened_at", "id").first()
    return found
