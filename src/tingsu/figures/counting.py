"""Counting an indicator over the facts of a period, and by a dimension. Reads only; a share of nothing is no number (KP-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum

from tingsu.figures import entered, surveys
from tingsu.figures.conditions import summed
from tingsu.figures.fairness import FEW, wilson
from tingsu.figures.indicators import PERCENT, Indicator
from tingsu.figures.models import Fact
from tingsu.figures.periods import Days, Period
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.outside.volume import REGISTER as SPILL_OVER
from tingsu.people import conformity
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import Role
from tingsu.phone.figures import answer_rate
from tingsu.registers.models import EntryFacet


class Median(Aggregate):
    """The middle value, between two of an even number."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Counted:
    """Numerator, denominator, and what was measured; None where nothing was entered."""

    part: int | None
    whole: int | None
    amount: int | None = None

    def value(self, kind: str) -> float | None:
        """The figure in its unit: per cent, per thousand, cases, minutes, fen, a mean of what was entered; None where there is none."""
        if kind in {"median", "mean", "sum"}:
            return None if self.amount is None else float(self.amount)
        if kind in {"count", "standing"}:
            return None if self.part is None else float(self.part)
        if self.part is None or not self.whole:
            return None
        if kind == "spill_over":
            return 100 * (self.part - self.whole) / self.whole
        return self.part / self.whole * {"per_thousand": 1000, "entered_mean": 1}.get(kind, 100)

    def few(self, kind: str) -> bool:
        """Whether a rate is not told, because it is of too few."""
        return kind in PERCENT and kind != "spill_over" and 0 < (self.whole or 0) < FEW

    def interval(self, kind: str) -> tuple[float, float] | None:
        """Between which per cents the share lies at 95 %; of shares of cases and occasions only."""
        if (
            kind not in {"share", "quotient", "calls", "survey", "entered"}
            or self.part is None
            or not self.whole
            or self.part > self.whole
        ):
            return None
        found = wilson(self.part, self.whole)
        return found and (100 * found[0], 100 * found[1])


def facts_of(one: Indicator, period: Period | Days) -> QuerySet[Fact]:
    """The facts of a period, by the day that counts for the indicator."""
    return Fact.objects.filter(**{f"{one.by}__gte": period.first, f"{one.by}__lt": period.end})


def count(one: Indicator, period: Period) -> Counted:
    """The value of one period; one or two queries."""
    kind = one.kind
    if kind == "standing":
        return Counted(int(_stands(str(one.row["of"]))), 1)
    if kind == "spill_over":
        return Counted(_spilled(str(one.row["of"]), period), _spilled(str(one.row["of"]), period.before()))
    if kind == "calls":
        return _called(one, period)
    if kind == "survey":
        return Counted(*surveys.KNOWN[str(one.row["of"])](period.first, period.end))
    if kind in {"entered", "entered_mean"}:
        return Counted(*entered.of(one.code, period))
    found = _counted(one, facts_of(one, period).aggregate(**_asked(one)))
    if kind == "per_thousand":
        return Counted(found.part, entered.of(one.code, period)[1])
    return found


OF_DAYS = frozenset({"share", "quotient", "count"})
"""Kinds that any run of days has a figure of, with the cases behind it."""


def count_days(one: Indicator, days: Days) -> Counted | None:
    """The same over some days: shares of cases and occasions, and calls as telephone systems told of them; None for other kinds."""
    if one.kind == "calls":
        told = answer_rate(None, *instants(days))
        return Counted(told.answered, told.offered)
    if one.kind not in OF_DAYS:
        return None
    return _counted(one, facts_of(one, days).aggregate(**_asked(one)))


def _called(one: Indicator, period: Period) -> Counted:
    """Calls that telephone systems told of, and what was entered for desks that none of them serves (chat; CA-32)."""
    told, (part, whole) = answer_rate(None, *instants(period)), entered.of(one.code, period)
    if not told.offered:
        return Counted(part, whole)
    return Counted(told.answered + (part or 0), told.offered + (whole or 0))


def by_dimension(one: Indicator, period: Period, column: str) -> dict[Any, Counted]:
    """The same for each value of a column of the facts. One query."""
    return {value: counted for (value,), counted in apart(one, facts_of(one, period), column).items()}


def apart(one: Indicator, facts: QuerySet[Fact], *columns: str) -> dict[tuple[Any, ...], Counted]:
    """An indicator over some facts, told apart by columns: values → figure; by no column, the figure of all under `()`. One query."""
    rows: Iterable[Any] = (
        facts.values(*columns).annotate(**_asked(one)).order_by(*columns)
        if columns
        else [facts.aggregate(**_asked(one))]
    )
    found = {tuple(row[column] for column in columns): _counted(one, row) for row in rows}
    if one.kind == "per_thousand":  # what was entered has no dimension: cases alone, no rate
        return {value: Counted(counted.part, None) for value, counted in found.items()}
    return found


def together(ones: Iterable[Indicator], facts: QuerySet[Fact]) -> dict[str, Counted]:
    """Indicators of cases over some facts, by code, whose days the caller has chosen. One query for all of them."""
    known = {f"n{place}": one for place, one in enumerate(ones)}
    asked = {f"{key}_{name}": term for key, one in known.items() for name, term in _asked(one).items()}
    row = facts.aggregate(**asked) if asked else {}
    found = {}
    for key, one in known.items():
        told = {name.removeprefix(f"{key}_"): value for name, value in row.items() if name.startswith(f"{key}_")}
        found[one.code] = _counted(one, told)
    return found


def _asked(one: Indicator) -> dict[str, Any]:
    measured = str(one.row["of"])
    if one.kind == "quotient":
        return {
            "counted_part": _sum(summed(measured)),
            "counted_whole": _sum(summed(str(one.row["among"]))),
        }
    found: dict[str, Any] = {
        "counted_part": Count("pk", filter=one.part),
        "counted_whole": Count("pk", filter=one.whole),
    }
    if one.kind == "median":
        found["amount"] = Median(measured, filter=one.whole)
    elif one.kind in {"mean", "sum"}:
        found["amount"] = Sum(measured, filter=one.whole)
    return found


def _sum(names: tuple[str, ...]) -> Sum:
    first, *others = (F(name) for name in names)
    total: Any = first
    for other in others:
        total = total + other
    return Sum(total, default=0)


def _counted(one: Indicator, row: Mapping[str, Any]) -> Counted:
    part, whole, amount = row["counted_part"], row["counted_whole"], row.get("amount")
    if amount is not None and one.kind == "mean":
        amount = amount / whole if whole else None
    return Counted(part, whole, None if amount is None else round(amount))


def _spilled(platform: str, period: Period) -> int:
    """Spill-over complaints that a platform raised in a period."""
    begin, end = instants(period)
    rows = EntryFacet.objects.filter(register=SPILL_OVER, name="platform", value=platform)
    return rows.filter(opened_at__gte=begin, opened_at__lt=end).count()


def instants(period: Period | Days) -> tuple[datetime, datetime]:
    """A period as instants of the organisation's time zone."""
    zone = current_organisation().time_zone
    return day_around(period.first, zone)[0], day_around(period.end - timedelta(days=1), zone)[1]


def _stands(what: str) -> bool:
    """K-01 to K-03, as it is now."""
    if what == "centre":
        return bool(people.units(kind=Unit.Kind.CENTRE))
    if what == "representative":
        return conformity.represented()
    return all(people.active_members(roles=(role,)) for role in (Role.SUPERVISOR, Role.SPECIALIST, Role.FRONTLINE))


def behind(one: Indicator, period: Period | Days, sort: str) -> QuerySet[Fact]:
    """The facts behind a figure: `part`, `whole`, or `rest`, those in the denominator that the numerator leaves out."""
    rows = facts_of(one, period)
    if one.kind == "quotient":
        names = {"part": summed(str(one.row["of"])), "whole": summed(str(one.row["among"]))}
        rest = tuple(name for name in names["whole"] if name not in names["part"])
        where = Q(pk__in=[])
        for name in names.get(sort, rest):
            where |= Q(**{f"{name}__gt": 0})
        return rows.filter(where)
    if sort == "rest":
        return rows.filter(one.whole).exclude(one.part)
    return rows.filter(one.part if sort == "part" else one.whole)
