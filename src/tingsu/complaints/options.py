"""Options the complaint's own steps offer: who can receive a case."""

from typing import Any

from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.steps import Options, options_from

RECEIVING_ROLES = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
RECEIVING_KINDS = (Unit.Kind.INVESTIGATION, Unit.Kind.HANDLING, Unit.Kind.CENTRE, Unit.Kind.INTAKE)


@options_from("receiving_units")
def receiving_units(complaint: Any) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units() if unit.kind in RECEIVING_KINDS)


@options_from("receiving_members")
def receiving_members(complaint: Any) -> Options:
    return tuple(
        (str(member.pk), f"{in_language(member.alias)} · {member.staff_number}")
        for member in people.active_members(roles=RECEIVING_ROLES)
    )


@options_from("all_units")
def all_units(complaint: Any) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units())
