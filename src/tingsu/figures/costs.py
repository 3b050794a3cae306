"""What complaints cost, what was at stake, and what was avoided because they were settled with us (KP-14, MO-06).

**Exposure** is what was asked for in money. It was *avoided* where a complaint was closed as accepted, or as unfounded and answered, and nobody
went outside: what was asked for less what was paid. **Cost avoided** is what ways outside would have cost: the closed complaints at risk
that were settled with us, times the mean cost of those that went outside in twelve months. Of fewer than five such costs there is no mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, DateField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tingsu.figures import analysis, indicators, values
from tingsu.figures.analysis import Question
from tingsu.figures.fairness import SMALL
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period
from tingsu.figures.shipped_loyalty import LOYALTY

AT_RISK = "KP-14e"
SUMS = {
    "handling": "cost_fen",
    "paid": "paid_fen",
    "outside": "outside_fen",
    "asked": "asked_fen",
    "exposure": "avoided_fen",
}


@dataclass(frozen=True)
class Costs:
    """Closed complaints and their money in fen; complaints at risk, and those of them that were settled with us."""

    cases: int
    handling: int
    paid: int
    outside: int
    asked: int
    exposure: int
    at_risk: int
    settled: int

    @property
    def whole(self) -> int:
        """Everything that was spent: handling, compensation, ways outside."""
        return self.handling + self.paid + self.outside

    @property
    def each(self) -> int | None:
        """Of one complaint; None of none."""
        return round(self.whole / self.cases) if self.cases else None

    def saved(self, mean: int | None) -> int | None:
        """What ways outside would have cost; None without a mean."""
        return None if mean is None else self.settled * mean


NOTHING = Costs(0, 0, 0, 0, 0, 0, 0, 0)


def at_risk() -> Indicator:
    """The definition in force of complaints at risk; the one that ships where a firm has dropped it."""
    found = indicators.indicators().get(AT_RISK)
    return (
        found
        if found and found.kind == "share"
        else Indicator(next(one for one in LOYALTY if one["code"] == AT_RISK), 0)
    )


def closed_in(asked: Question, period: Period) -> QuerySet[Fact]:
    """Complaints closed in a period, as far as the question is narrowed."""
    return Fact.objects.filter(
        analysis.narrowed_to(asked.narrowed), closed_on__gte=period.first, closed_on__lt=period.end
    )


def closed_before(asked: Question) -> QuerySet[Fact]:
    """Those of the period before; while the period runs only of as many days, for half a month is not held against a whole one."""
    before = asked.period.before()
    facts = closed_in(asked, before)
    if not asked.runs:
        return facts
    return facts.filter(closed_on__lte=before.first + (values.today() - asked.period.first))


def _asked() -> dict[str, Any]:
    risk = at_risk()
    return {
        "n_cases": Count("pk"),
        "n_at_risk": Count("pk", filter=risk.whole),
        "n_settled": Count("pk", filter=risk.part),
        **{f"n_{name}": Coalesce(Sum(column), 0) for name, column in SUMS.items()},
    }


def _read(row: Mapping[str, Any]) -> Costs:
    return Costs(**{name.removeprefix("n_"): int(value) for name, value in row.items() if name.startswith("n_")})


def of(facts: QuerySet[Fact]) -> Costs:
    """All of them together. One query."""
    return _read(facts.aggregate(**_asked()))


def apart(facts: QuerySet[Fact], column: str) -> dict[Any, Costs]:
    """By each value of a column. One query."""
    return {row[column]: _read(row) for row in facts.values(column).annotate(**_asked()).order_by(column)}


def over_time(asked: Question, number: int = 12) -> list[tuple[Period, Costs]]:
    """Each of the periods that end with this one. One query."""
    line = asked.period.line(number)
    facts = Fact.objects.filter(
        analysis.narrowed_to(asked.narrowed), closed_on__gte=line[0].first, closed_on__lt=asked.period.end
    ).annotate(begins=analysis.TRUNC[asked.period.kind]("closed_on", output_field=DateField()))
    found = apart(facts, "begins")
    return [(one, found.get(one.first, NOTHING)) for one in line]


def outside_mean(until: date) -> tuple[int | None, int]:
    """What a way outside has cost in the mean, of complaints closed in the year before a day, and of how many. One query."""
    known = Q(outside=True, outside_fen__isnull=False)
    year = Fact.objects.filter(known, closed_on__gte=date(until.year - 1, until.month, 1), closed_on__lt=until)
    row = year.aggregate(mean=Avg("outside_fen"), number=Count("pk"))
    return (round(row["mean"]) if row["number"] >= SMALL else None), row["number"]
