"""Dates as the public reads them. The page sets the organisation's time zone; nothing here asks the clock."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from tingsu.kernel.clock import now
from tingsu.kernel.punctuation import chinese


def moment_words(value: datetime) -> str:
    """ "11 月 23 日 10:00" or "23 November 10:00", with the year when it is not this one."""
    return f"{day_words(value)} {timezone.localtime(value):%H:%M}"


def deadline_words(value: datetime) -> str:
    """The end of a time limit. Midnight belongs to the day that ends: "3 月 9 日 24:00", "end of 9 March"."""
    local = timezone.localtime(value)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        day = day_words(local.date() - timedelta(days=1))
        return f"{day} 24:00" if chinese() else f"end of {day}"
    return moment_words(value)


def day_words(value: date | datetime) -> str:
    """ "11 月 23 日" or "23 November", with the year when it is not this one."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    this_year = local.year == timezone.localtime(now()).year
    if chinese():
        return f"{local.month} 月 {local.day} 日" if this_year else f"{local.year} 年 {local.month} 月 {local.day} 日"
    return date_format(local, "j F") if this_year else date_format(local, "j F Y")
