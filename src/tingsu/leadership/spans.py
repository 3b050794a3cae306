"""Days of the firm, and the span in which something that returns is due the next time. Pure but for the clock."""

from datetime import date

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import first_after, occurrence


def today(opened: OpenedEntry | None = None) -> date:
    """The day where the firm is."""
    return local_date(opened.at if opened else now(), current_organisation().time_zone)


def following_span(first: str, until: str, every: str, day: date) -> tuple[date, date]:
    """The next span of a series that ends after this day, each end counted from its own first day."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(until)
    next_end, times = first_after(ends, every, max(day, ends)), 1
    while occurrence(ends, every, times) < next_end:
        times += 1
    return occurrence(begins, every, times), next_end
