"""Who may open which register and which entry, and which steps an actor may take."""

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.process.engine import unmet_conditions
from tingsu.process.steps import Step
from tingsu.registers import entry as entries
from tingsu.registers.declaration import Register, reads_registers, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry


def register_of(name: str) -> Register:
    """A register by its name. Raises NotFound."""
    known = register_named(name)
    if known is None:
        raise NotFound
    return known


def opens_list(actor: Actor, register: Register) -> bool:
    """Whoever sees every entry, may open one, or works in a department sees the list of those that are theirs."""
    return register.sees_all(actor) or may_open(actor, register) or reads_registers(actor)


def may_open(actor: Actor, register: Register) -> bool:
    """May the actor open an entry?"""
    if actor.kind == "token" and "registers:write" not in actor.scopes:
        return False
    return actor.kind == "system" or actor.has_role(*register.openers)


def get_entry(actor: Actor, register: Register, number: str) -> Entry:
    """One entry by its number. Raises NotFound."""
    readable = number if number.isprintable() else ""
    rows = register.visible(actor, Entry.objects.filter(number=readable)).select_related("stream")
    found: Entry | None = rows.first()
    if found is None:
        raise NotFound
    return found


def steps_for(actor: Actor, register: Register, entry: Entry) -> list[tuple[Step, list[str]]]:
    """Steps that life cycle and roles allow now, each with what it still waits for."""
    from tingsu.kernel.clock import now
    from tingsu.kernel.ledger import Chain

    opened = OpenedEntry(register, Chain(entry.stream), entry, actor, now(), [])
    found = []
    for step in register.process.values():
        if entry.state in step.sources and entries.holds(actor, register, entry, step.who):
            found.append((step, [str(one) for one in unmet_conditions(opened, step, None)]))
    return found
