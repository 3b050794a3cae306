"""What fields of several registers offer to choose from."""

from typing import Any

from tingsu.people import queries as people
from tingsu.process.steps import Options


def members(entry: Any) -> Options:
    """Everybody who works here."""
    return tuple((str(one.pk), people.staff_identity(one.pk)) for one in people.active_members())


def departments(entry: Any) -> Options:
    """Every unit."""
    return tuple((str(one.pk), people.unit_name(one.pk)) for one in people.units())
