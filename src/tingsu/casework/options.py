"""What several steps of casework offer to choose from."""

import uuid
from typing import Any

from tingsu.complaints.options import departments
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Options

__all__ = ["departments", "ids"]


def _units(kind: str) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units(kind=kind))


def _people(members: Any) -> Options:
    return tuple((str(member.pk), f"{in_language(member.alias)} · {member.staff_number}") for member in members)


def ids(codes: list[str]) -> list[uuid.UUID]:
    """Chosen members or units as ids; `choices` keeps them as texts."""
    return [uuid.UUID(code) for code in codes]
