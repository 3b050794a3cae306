"""An entry of any register, made from its declaration alone, and whom and which registers a test asks of."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tingsu.kernel.clock import local, now
from tingsu.process.steps import Field, options_of
from tingsu.registers import entry as entries
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry

WORDS = "出库单与实物不符，复核两次才发现"
OFTEN = {"report": "representative"}
"""Of monthly reports, which the form means where no kind is said, a period has one: most tests open several entries."""
WHOLE = ("nonconformity", "contact")
"""Two registers of which everything is asked, by everybody: what one declaration gives to all is the same code."""


def some_registers() -> list[str]:
    """For what no declaration decides: those two and every sixth of the others."""
    return [*WHOLE, *[name for name in sorted(registers()) if name not in WHOLE][::6]]


def who_differ(register: Register, entry: Entry, people: Sequence[Any]) -> list[Any]:
    """The people whom the declaration gives different things: to see the entry, to open one, to take this step or that.

    Of several who are alike one is asked, another one at each register; at the two everybody is.
    """
    if register.name in WHOLE:
        return list(people)
    alike: dict[Any, list[Any]] = {}
    for person in people:
        sees = register.visible(person.actor, Entry.objects.filter(pk=entry.pk)).exists()
        may_open = person.actor.has_role(*register.openers)
        steps = [
            name for name, step in register.process.items() if entries.holds(person.actor, register, entry, step.who)
        ]
        alike.setdefault((sees, may_open, *steps), []).append(person)
    place = sorted(registers()).index(register.name)
    return [found[place % len(found)] for found in alike.values()]


def values_for(fields: tuple[Field, ...], person: Any, *, all_fields: bool = False) -> dict[str, Any]:
    """Values that these fields take: the required ones, or every one that asks for no other's value."""
    found: dict[str, Any] = {}
    for one in fields:
        if one.name in OFTEN and one.kind == "choice":
            found[one.name] = OFTEN[one.name]
        elif (one.required or all_fields) and (one.when is None or one.is_asked_by(found.get(one.when[0]))):
            found[one.name] = value_for(one, person)
    return {name: value for name, value in found.items() if value not in ("", [])}


def value_for(one: Field, person: Any) -> Any:
    """One value that a field takes."""
    zone = "Asia/Shanghai"
    match one.kind:
        case "text":
            return "示例"
        case "longtext":
            return WORDS
        case "choice":
            return next((str(code) for code, _label in options_of(one)), "")
        case "choices":
            return [str(code) for code, _label in options_of(one)][:1]
        case "bool":
            return True
        case "number":
            return 3
        case "money":
            return "12.50"
        case "date":
            return (local(now(), zone).date() + timedelta(days=0 if one.past else 40)).isoformat()
        case "datetime":
            return (now() - timedelta(hours=2)).isoformat()
        case "member":
            return str(person.id)
        case "unit":
            return str(next(iter(person.actor.unit_ids)))
        case "rows":
            return [{inner.name: value_for(inner, person) for inner in one.rows}]
    return ""


def posted(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a form sends them: the lines of a table by their places, a tick as `yes`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines = {f"{name}-{at}-{key}": one for at, line in enumerate(value) for key, one in line.items()}
            found |= {key: "yes" if one is True else one for key, one in lines.items() if one is not False}
        else:
            found[name] = value
    return found


def an_entry(register: Register, person: Any, **values: Any) -> Entry:
    """An entry opened by one of the cast."""
    given = {**values_for(register.opens.fields, person), **values}
    return open_entry(actor=person.actor, register=register, opening=Opening(values=given))
