"""Periods: months, quarters and years of the organisation's calendar days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

MONTH, QUARTER, YEAR = "month", "quarter", "year"
KINDS: dict[str, str | Promise] = {
    MONTH: pgettext_lazy("period", "Month"),
    QUARTER: pgettext_lazy("period", "Quarter"),
    YEAR: pgettext_lazy("period", "Year"),
}
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
_WRITTEN = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """From its first day to the day before `end`."""

    first: date
    kind: str = MONTH

    @property
    def end(self) -> date:
        """The first day after it."""
        return _months_later(self.first, MONTHS[self.kind])

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def written(self) -> str:
        """2026-03, 2026-Q1 or 2026."""
        if self.kind == YEAR:
            return f"{self.first.year}"
        return f"{self.first:%Y-%m}" if self.kind == MONTH else f"{self.first.year}-Q{(self.first.month + 2) // 3}"

    def before(self, number: int = 1) -> "Period":
        """The period so many before it."""
        return Period(_months_later(self.first, -number * MONTHS[self.kind]), self.kind)

    def line(self, number: int) -> list["Period"]:
        """So many periods that end with this one, oldest first."""
        return [self.before(back) for back in range(number - 1, -1, -1)]


@dataclass(frozen=True)
class Days:
    """Some days in a row, from the first to the day before `end`: what a live board counts. Nothing is kept of them."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def each(self) -> list[date]:
        """Every day, oldest first."""
        return [self.first + timedelta(days=number) for number in range((self.end - self.first).days)]


def _months_later(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def period_of(day: date, kind: str = MONTH) -> Period:
    """The period in which a day lies: 29 February lies in February, in the first quarter, in its year."""
    length = MONTHS[kind]
    return Period(date(day.year, (day.month - 1) // length * length + 1, 1), kind)


def read(written: str, today: date, kind: str = MONTH) -> Period:
    """The period that an address names; of one that there is not, or that lies ahead, the present one of the kind."""
    present = period_of(today, kind)
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return present
    month, quarter = found[2], found[3]
    told = MONTH if month else QUARTER if quarter else YEAR
    first = date(max(int(found[1]), 1), int(month or 1) if month else 3 * int(quarter or 1) - 2, 1)
    return Period(first, told) if EARLIEST <= first <= period_of(today, told).first else period_of(today, told)
