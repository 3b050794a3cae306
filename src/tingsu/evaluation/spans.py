"""The stretches of time in which a recurring duty is due once: weeks, months, quarters, half years, years. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tingsu.registers.intervals import MONTHS, following

WEEKLY, YEARLY = "weekly", "yearly"


@dataclass(frozen=True, order=True)
class Span:
    """One occurrence's stretch of time: from its first day to the day before `end`."""

    first: date
    every: str

    @property
    def end(self) -> date:
        """The first day after it."""
        return following(self.first, self.every)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def written(self) -> str:
        """2026-W10, 2026-03, 2026-Q1, 2026-H1 or 2026."""
        year, month = self.first.year, self.first.month
        if self.every == WEEKLY:
            of_year, week, _day = self.first.isocalendar()
            return f"{of_year}-W{week:02d}"
        return {
            "monthly": f"{self.first:%Y-%m}",
            "quarterly": f"{year}-Q{(month + 2) // 3}",
            "half_yearly": f"{year}-H{(month + 5) // 6}",
            YEARLY: f"{year}",
        }[self.every]

    def before(self) -> "Span":
        """The one before it."""
        return span_of(self.every, self.first - timedelta(days=1))


def span_of(every: str, day: date) -> Span:
    """The stretch in which a day lies; weeks begin on Monday. Raises KeyError for an unknown interval."""
    if every == WEEKLY:
        return Span(day - timedelta(days=day.weekday()), every)
    length = MONTHS[every]
    return Span(date(day.year, (day.month - 1) // length * length + 1, 1), every)


def spans_from(every: str, first: date, end: date) -> Iterator[Span]:
    """Every stretch of which some day lies from `first` to the day before `end`, oldest first."""
    span = span_of(every, first)
    while span.first < end:
        yield span
        span = Span(span.end, every)
