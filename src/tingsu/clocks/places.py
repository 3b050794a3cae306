"""Which working calendar a limit is counted on: that of the unit that answers for it, else that of the place, else the main one (SL-02)."""

from __future__ import annotations

import uuid
from datetime import datetime

from tingsu.calendars.arithmetic import Calendar
from tingsu.calendars.queries import calendar_in_force, has_regions, region_applying
from tingsu.people.directory import directory


def units_of(member_id: uuid.UUID | None) -> list[str]:
    """The units in which a member has a post, each followed by the units above it; the longest held first."""
    if member_id is None:
        return []
    known, found = directory(), []
    for post in known.posts_of(member_id):
        found += _upwards(post.unit_id)
    return list(dict.fromkeys(found))


def _upwards(unit_id: uuid.UUID | None) -> list[str]:
    """A unit and the units above it, nearest first."""
    units, found = directory().units, []
    while unit_id is not None and str(unit_id) not in found:
        found.append(str(unit_id))
        unit_id = units[unit_id].parent_id if unit_id in units else None
    return found


def region_of(owner_id: uuid.UUID | None, place: str) -> str:
    """The region whose calendar applies to a limit of this owner about a matter in this place; empty for the main calendar."""
    if not has_regions():
        return ""
    return region_applying(units_of(owner_id), place)


def calendar_of_unit(unit_id: uuid.UUID | None, at: datetime | None = None) -> Calendar:
    """The calendar by which a unit works."""
    region = region_applying(_upwards(unit_id), "", at) if has_regions() else ""
    return calendar_in_force(at, region=region)
