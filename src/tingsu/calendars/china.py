"""The calendar that ships: mainland China, with the State Council's holidays and exchanged working days.

The days come from the package `chinesecalendar`, which transcribes the yearly notices; a test checks it day by day
against the package `holidays`. Years it does not know stay assumed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from chinese_calendar.constants import Holiday, holidays, workdays

FIRST_SHIPPED_YEAR = 2024

OFFICE_HOURS = [["09:00", "12:00"], ["13:30", "18:00"]]

FIXED_HOLIDAYS = (
    ("01-01", Holiday.new_years_day),
    ("05-01", Holiday.labour_day),
    ("05-02", Holiday.labour_day),
    ("10-01", Holiday.national_day),
    ("10-02", Holiday.national_day),
    ("10-03", Holiday.national_day),
)
"""Statutory holidays whose date never moves (the list in force since 1 January 2025)."""


def _name(holiday: Holiday) -> dict[str, str]:
    return {"zh-Hans": holiday.chinese, "en": holiday.value}


NAMES = {holiday.value: _name(holiday) for holiday in Holiday}


def official_year(year: int) -> dict[str, Any] | None:
    """The published days of one year, or None when the package does not know that year yet."""
    off = [{"on": on.isoformat(), "name": NAMES[name]} for on, name in sorted(holidays.items()) if on.year == year]
    work = [{"on": on.isoformat(), "name": NAMES[name]} for on, name in sorted(workdays.items()) if on.year == year]
    if not off:
        return None
    return {"source": "chinesecalendar", "days_off": off, "make_up_days": work}


@cache
def shipped_body() -> dict[str, Any]:
    """The body of the default calendar of a new organisation. Shared: copy it before changing anything."""
    last_known = max(on.year for on in holidays)
    return {
        "time_zone": "Asia/Shanghai",
        "day_ends": "business",
        "week": {
            **{day: [list(block) for block in OFFICE_HOURS] for day in ("mon", "tue", "wed", "thu", "fri")},
            "sat": [],
            "sun": [],
        },
        "make_up": [list(block) for block in OFFICE_HOURS],
        "fixed_holidays": [{"on": on, "name": _name(holiday)} for on, holiday in FIXED_HOLIDAYS],
        "years": {
            str(year): days
            for year in range(FIRST_SHIPPED_YEAR, last_known + 1)
            if (days := official_year(year)) is not None
        },
    }
