"""What several steps of casework offer to choose from."""

import uuid
from typing import Any

from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.steps import Options


def _units(kind: str) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units(kind=kind))


def departments(complaint: Any) -> Options:
    """Business departments; the one responsible for this kind of problem first (AS-05)."""
    found = _units(Unit.Kind.DEPARTMENT)
    if complaint is None:
        return found
    responsible = {str(unit.pk) for unit in people.units_for_topic(complaint.problem_type)}
    return tuple(sorted(found, key=lambda option: option[0] not in responsible))


def _people(members: Any) -> Options:
    return tuple((str(member.pk), f"{in_language(member.alias)} · {member.staff_number}") for member in members)


def ids(codes: list[str]) -> list[uuid.UUID]:
    """Chosen members or units as ids; `choices` keeps them as texts."""
    return [uuid.UUID(code) for code in codes]
