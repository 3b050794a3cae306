"""What may be published as a working calendar: the main calendar and those of its regions."""

from __future__ import annotations

from typing import Any

from tingsu.calendars.body import calendar_problems
from tingsu.calendars.regions import region_problems


def problems_of(body: dict[str, Any]) -> list[str]:
    """What is wrong with a body, as sentences fit to show; empty when it may be published."""
    return list(calendar_problems(body)) or list(region_problems(body))
