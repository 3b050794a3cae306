"""Which working calendar a limit is counted on: that of the unit that answers for it, else that of the place, else the main one (SL-02)."""

from __future__ import annotations

import uuid
from datetime import datetime

from tingsu.calendars.arithmetic import Calendar
from tingsu.calendars.queries import calendar_in_force, has_regions, region_applying
from tingsu.people.directory import directory


def region_of(owner_id: uuid.UUID | None, place: str) -> str:
    """The region whose calendar applies to a limit of this owner about a matter in this place; empty for the main calendar."""
    if not has_regions():
        return ""
    return region_applying([str(unit) for unit in directory().units_of(owner_id)], place)


def calendar_of_unit(unit_id: uuid.UUID | None, at: datetime | None = None) -> Calendar:
    """The calendar by which a unit works."""
    region = region_applying([str(unit) for unit in directory().units_above(unit_id)], "", at) if has_regions() else ""
    return calendar_in_force(at, region=region)
