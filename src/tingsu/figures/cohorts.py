"""Cohorts: the complaints received in each month, and what had become of them so many weeks after their receipt (MO-06, MO-08).

Each complaint is looked at after the same time, so that an old month and a young one can be held against each other. A month whose last
complaint is younger than that is not told: it would look better or worse than it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, F, Q
from django.db.models.functions import TruncMonth

from tingsu.figures.fairness import FEW
from tingsu.figures.models import Fact
from tingsu.figures.periods import MONTH, Period

WEEKS = (1, 2, 4, 8, 13, 26)
FIRST = 4
MONTHS = 12
MINUTES_A_WEEK = 7 * 24 * 60
OPEN = "open"
"""Not closed by then: beside the outcomes of those that were."""


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The complaints of one month."""

    month: Period
    received: int
    closed: Mapping[int, int]
    """How many were closed within so many weeks of their receipt."""
    became: Mapping[str, int]
    """What had become of them after the weeks asked for: outcomes of the closed, and `OPEN`."""
    today: date

    def is_whole(self, weeks: int) -> bool:
        """Whether even the last complaint of the month is older than so many weeks."""
        return self.month.last + timedelta(weeks=weeks) < self.today

    def share(self, number: int) -> float | None:
        """Per cent of the month; None where the month has too few for a rate."""
        return 100 * number / self.received if self.received >= FEW else None


def cohorts(narrowed: Q, last: Period, weeks: int, today: date) -> list[Cohort]:
    """The months that end with this one, oldest first. One query, whatever the number of complaints."""
    months = last.line(MONTHS)
    within = {f"w{number}": Count("pk", filter=Q(closed_after__lte=number * MINUTES_A_WEEK)) for number in WEEKS}
    rows: Any = (
        Fact.objects.filter(narrowed, received_on__gte=months[0].first, received_on__lt=last.end)
        .annotate(begins=TruncMonth("received_on", output_field=DateField()), as_closed=F("outcome"))
        .values("begins", "as_closed")
        .annotate(received=Count("pk"), **within)
        .order_by("begins", "as_closed")
    )
    found: dict[date, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["begins"], {"received": 0, "closed": dict.fromkeys(WEEKS, 0), "became": {}})
        kept["received"] += row["received"]
        for number in WEEKS:
            kept["closed"][number] += row[f"w{number}"]
        if row[f"w{weeks}"]:
            kept["became"][row["as_closed"]] = row[f"w{weeks}"]
    nothing = {"received": 0, "closed": dict.fromkeys(WEEKS, 0), "became": {}}
    told = []
    for month in months:
        one = found.get(month.first, nothing)
        became = {**one["became"], OPEN: one["received"] - one["closed"][weeks]}
        told.append(Cohort(month=month, received=one["received"], closed=one["closed"], became=became, today=today))
    return told


def read_weeks(written: str) -> int:
    """After how many weeks an address asks; the usual ones for what it does not say, or says wrongly."""
    return next((number for number in WEEKS if str(number) == written), FIRST)


def ended_with(asked: Period, today: date) -> Period:
    """The last month of a period, no later than the present one."""
    last = Period(date(asked.last.year, asked.last.month, 1), MONTH)
    return min(last, Period(date(today.year, today.month, 1), MONTH))
