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
    return occurrence(on, interval, 1)


def occurrence(first: date, interval: str, times: int) -> date:
    """The day so many intervals after the first one, always counted from that: 31 January is followed by the last day of
    February and then by 31 March, and what began on 29 February returns on that day when there is one.

    Raises KeyError for an unknown interval.
    """
    if interval == "weekly":
        return first + timedelta(days=7 * times)
    month = first.month - 1 + MONTHS[interval] * times
    year, month = first.year + month // 12, month % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def first_after(first: date, interval: str, day: date) -> date:
    """The first day of the series that began on `first` which is later than `day`, and not the first itself."""
    days = (day - first).days
    times = max(1, days // 7 if interval == "weekly" else (days // 31) // MONTHS[interval])
    while (found := occurrence(first, interval, times)) <= day:
        times += 1
    return found
