"""What several steps of casework offer to choose from."""

import uuid
from typing import Any

from tingsu.casework.interfaces import contacts_of, interface_of
from tingsu.complaints.options import departments
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Options

__all__ = ["departments", "departments_to_ask", "ids"]


def _units(kind: str) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units(kind=kind))


def departments_to_ask(complaint: Any) -> Options:
    """Business departments, each with the contact person it has named; the one responsible first (AS-05, CO-04)."""
    if complaint is None:
        return departments(None)
    return tuple((code, with_contact(code, name)) for code, name in departments(complaint))


def with_contact(code: str, name: Any) -> str:
    """A department among others to choose from: its name, and whom it has named to be asked."""
    unit_id = uuid.UUID(code)
    contacts = contacts_of(unit_id) if interface_of(unit_id) else []
    return f"{name} · {in_language(contacts[0].alias)}" if contacts else str(name)


def _people(members: Any) -> Options:
    return tuple((str(member.pk), f"{in_language(member.alias)} · {member.staff_number}") for member in members)


def ids(codes: list[str]) -> list[uuid.UUID]:
    """Chosen members or units as ids; `choices` keeps them as texts."""
    return [uuid.UUID(code) for code in codes]
