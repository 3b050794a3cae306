"""How often something returns (RL-6): from one day to the next of its kind. Pure functions."""

from calendar import monthrange
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
INTERVALS: tuple[tuple[str, str | Promise], ...] = (
    ("weekly", _("every week")),
    ("monthly", _("every month")),
    ("quarterly", _("every quarter")),
    ("half_yearly", _("every half year")),
    ("yearly", _("every year")),
)


def following(on: date, interval: str) -> date:
    """The day one interval later; the last day of a month that is too short. Raises KeyError for an unknown interval."""
    if interval == "weekly":
        return on + timedelta(days=7)
    month = on.month - 1 + MONTHS[interval]
    year, month = on.year + month // 12, month % 12 + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
