"""Where the time of a complaint goes: each stage with how long it takes, what waits on others, what comes back (MO-06, MO-08)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, FloatField, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from tingsu.complaints.terms import State
from tingsu.figures.counting import Median
from tingsu.figures.models import Fact

WAITED = ("waited_complainant", "waited_department", "waited_respondent", "waited_outside")
LATEST = (State.CLOSED, State.ARCHIVED)
"""Stages after the promise is kept: no time of handling."""


class Ninth(Median):
    """The value that nine of ten do not exceed."""

    template = "percentile_cont(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Stage:
    """A stage that complaints have left: how many, minutes on the clock of the wall, share of all such minutes in per cent."""

    code: str
    cases: int
    median: int
    ninth: int
    total: int
    share: float


@dataclass(frozen=True)
class Times:
    """Where the time goes, of some complaints."""

    cases: int
    stages: list[Stage]
    waits: list[tuple[str, int, int, int]]
    """Column, complaints that waited, median and sum of minutes."""
    returned: int
    """Complaints that came back into a stage they had left, and how often all of them did."""
    returns: int
    reopened: int
    reopenings: int

    @property
    def bottleneck(self) -> Stage | None:
        """The stage that takes most of the time of all; None where nothing was measured."""
        return max(self.stages, key=lambda one: one.total, default=None)


def times(facts: QuerySet[Fact]) -> Times:
    """Times of the stages of some complaints, the longest in all first. One query."""
    asked: dict[str, Any] = {
        "cases": Count("pk"),
        "returned": Count("pk", filter=Q(returns__gt=0)),
        "returns_all": Coalesce(Sum("returns"), 0),
        "reopened_cases": Count("pk", filter=Q(reopened__gt=0)),
        "reopenings": Coalesce(Sum("reopened"), 0),
    }
    codes = [state.value for state in State if state not in LATEST]
    for code in codes:
        stayed = Cast(KeyTextTransform(code, "stages"), IntegerField())
        asked |= {
            f"n_{code}": Count(stayed),
            f"m_{code}": Median(stayed),
            f"p_{code}": Ninth(stayed),
            f"s_{code}": Sum(stayed),
        }
    for column in WAITED:
        waits = Q(**{f"{column}__gt": 0})
        asked |= {
            f"n_{column}": Count("pk", filter=waits),
            f"m_{column}": Median(column, filter=waits),
            f"s_{column}": Sum(column),
        }
    row = facts.aggregate(**asked)
    whole = sum(row[f"s_{code}"] or 0 for code in codes)
    stages = [
        Stage(
            code, row[f"n_{code}"], round(row[f"m_{code}"]), round(row[f"p_{code}"]), row[f"s_{code}"],
            100 * row[f"s_{code}"] / whole if whole else 0.0,
        )
        for code in codes
        if row[f"n_{code}"]
    ]  # fmt: skip
    return Times(
        row["cases"],
        sorted(stages, key=lambda one: (-one.total, one.code)),
        [
            (column, row[f"n_{column}"], round(row[f"m_{column}"]), row[f"s_{column}"])
            for column in WAITED
            if row[f"n_{column}"]
        ],
        row["returned"], row["returns_all"], row["reopened_cases"], row["reopenings"],
    )  # fmt: skip
