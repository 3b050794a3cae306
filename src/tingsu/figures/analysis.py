"""Analysis of the complaints of a period: an indicator told apart by one or two dimensions, narrowed, beside the period before (MO-06, MO-08).

A question is data that an address can carry and an entry can keep. Answers are made of facts alone, never of a name (MO-13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear

from tingsu.figures import counting, indicators, periods, values
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS, Dimension
from tingsu.figures.fairness import FEW
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period

MEASURED = frozenset({"share", "count", "median", "mean", "sum", "quotient"})
"""Kinds of indicators that can be told apart: those of cases and of their occasions."""
COUNTED_UP = frozenset({"count", "sum"})
"""Kinds whose parts add up to the whole: they have shares, and a few that make up most of it."""
FIRST = "KP-09a"
MOST_NARROWED = 4
MOST_COLUMNS = 15
MOST_ROWS = 60
PARETO = 80
"""Per cent that the vital few make up together."""
TRUNC = {periods.MONTH: TruncMonth, periods.QUARTER: TruncQuarter, periods.YEAR: TruncYear}


@dataclass(frozen=True)
class Question:
    """What is asked. `columns` is None for one dimension; `narrowed` holds dimensions and the value each must have."""

    one: Indicator
    period: Period
    rows: Dimension
    columns: Dimension | None = None
    narrowed: tuple[tuple[Dimension, Any], ...] = ()

    @property
    def address(self) -> str:
        """The question as the query of an address."""
        asked = [("what", self.one.code), ("period", self.period.written), ("rows", self.rows.column)]
        if self.columns:
            asked.append(("columns", self.columns.column))
        return urlencode([*asked, *where(self.narrowed)])

    def at(self, period: Period) -> "Question":
        """The same of another period."""
        return replace(self, period=period)

    def narrow(self, by: Dimension, value: Any) -> "Question":
        """The same of the cases with one value of a dimension; told apart by another where it was told apart by this one."""
        kept = tuple((one, other) for one, other in self.narrowed if one is not by)
        rows, columns = self.rows, self.columns
        if by is columns:
            columns = None
        if by is rows:
            rows = columns or next(one for one in DIMENSIONS.values() if one is not by)
            columns = None
        return replace(self, rows=rows, columns=columns, narrowed=(*kept, (by, value))[-MOST_NARROWED:])

    def widen(self, by: Dimension) -> "Question":
        """The same without one narrowing."""
        return replace(self, narrowed=tuple(pair for pair in self.narrowed if pair[0] is not by))

    def facts(self) -> QuerySet[Fact]:
        """The facts that the question is of."""
        return counting.facts_of(self.one, self.period).filter(narrowed_to(self.narrowed))

    def facts_before(self) -> QuerySet[Fact]:
        """Those of the period before; while the period runs only as many days of it, for half a month is not held against a whole one."""
        facts = self.at(self.period.before()).facts()
        if not self.runs:
            return facts
        last = self.period.before().first + (values.today() - self.period.first)
        return facts.filter(**{f"{self.one.by}__lte": last})

    @property
    def runs(self) -> bool:
        """Is the period not over yet?"""
        return values.today() < self.period.end


def measures() -> dict[str, Indicator]:
    """Indicators that can be told apart, by code."""
    return {code: one for code, one in indicators.indicators().items() if one.kind in MEASURED}


def narrowing(where: Iterable[str]) -> tuple[tuple[Dimension, Any], ...]:
    """What an address narrows to, written as dimension:value, several times; what is no dimension is left out."""
    found: dict[Dimension, Any] = {}
    for pair in list(where)[:20]:
        column, colon, value = pair.partition(":")
        if colon and (by := DIMENSIONS.get(column)) is not None:
            found[by] = by.read(value)
    return tuple(found.items())[:MOST_NARROWED]


def narrowed_to(pairs: Iterable[tuple[Dimension, Any]]) -> Q:
    """The same as a query of facts."""
    found = Q()
    for by, value in pairs:
        found &= Q(**{by.column: value})
    return found


def where(pairs: Iterable[tuple[Dimension, Any]]) -> list[tuple[str, str]]:
    """The same as parameters of an address."""
    return [("where", f"{by.column}:{'' if value is None else value}") for by, value in pairs]


def read(asked: Mapping[str, str], pairs: Iterable[str], today: date) -> Question:
    """The question of an address; what it does not say, or says wrongly, is what one asks first. A period that is over keeps the
    definition by which it was counted.
    """
    known, period = measures(), periods.read(asked.get("period", ""), today)
    one = known.get(asked.get("what", "")) or known.get(FIRST) or next(iter(known.values()))
    rows = DIMENSIONS.get(asked.get("rows", "")) or DIMENSIONS["category"]
    columns = DIMENSIONS.get(asked.get("columns", ""))
    defined = values.definition_of(one.code, period)
    return Question(
        defined if defined and defined.kind in MEASURED else one,
        period, rows, None if columns is rows else columns, narrowing(pairs),
    )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One value of the first dimension: its figure, that of the period before, and what it adds to the whole."""

    value: Any
    counted: Counted
    before: Counted
    share: float | None = None
    """Per cent of the whole, for what adds up."""
    together: float | None = None
    """Per cent of the whole that it makes up with everything before it."""


def size(kind: str, counted: Counted) -> float:
    """By what rows are put in order: what adds up, else how many cases stand behind."""
    if kind in COUNTED_UP:
        return counted.value(kind) or 0
    return counted.whole or 0


def one_dimension(asked: Question) -> list[Found]:
    """Each value of the first dimension, the largest first, beside the period before. Two queries."""
    kind, column = asked.one.kind, asked.rows.column
    here = counting.apart(asked.one, asked.facts(), column)
    before = counting.apart(asked.one, asked.facts_before(), column)
    nothing = Counted(0, 0, 0 if kind in COUNTED_UP else None)
    lines = [
        (value, here.get((value,), nothing), before.get((value,), nothing))
        for value in {key[0] for key in (*here, *before)}
    ]
    lines = [line for line in lines if _counts(kind, line[1]) or _counts(kind, line[2])]
    lines.sort(key=lambda line: (-size(kind, line[1]), -size(kind, line[2]), asked.rows.told(line[0])))
    total, together, found = sum(size(kind, line[1]) for line in lines), 0.0, []
    for value, counted, earlier in lines:
        share = 100 * size(kind, counted) / total if kind in COUNTED_UP and total else None
        together += share or 0
        found.append(Found(value, counted, earlier, share, None if share is None else together))
    return found


def _counts(kind: str, counted: Counted) -> bool:
    return size(kind, counted) > 0


def vital(rows: list[Found]) -> int:
    """How many of the first rows make up eighty per cent of the whole together (Pareto); 0 where nothing adds up."""
    for place, row in enumerate(rows, 1):
        if row.together is not None and row.together >= PARETO - 1e-9:
            return place
    return 0


@dataclass(frozen=True)
class Grid:
    """Two dimensions: the values of each in order of size, the figure of each cell and of each line."""

    rows: list[Any]
    columns: list[Any]
    cells: Mapping[tuple[Any, Any], Counted]
    of_rows: Mapping[Any, Counted]
    of_columns: Mapping[Any, Counted]
    beyond: int
    """Columns that do not stand here; the file has them."""


def two_dimensions(asked: Question, most: int = MOST_COLUMNS) -> Grid:
    """The figure of every pair of values. Three queries."""
    assert asked.columns is not None  # noqa: S101 asked of two dimensions only
    kind, facts = asked.one.kind, asked.facts()
    cells = {
        key: counted
        for key, counted in counting.apart(asked.one, facts, asked.rows.column, asked.columns.column).items()
        if _counts(kind, counted)
    }
    lines = []
    for by in (asked.rows, asked.columns):
        told = {
            key[0]: counted
            for key, counted in counting.apart(asked.one, facts, by.column).items()
            if _counts(kind, counted)
        }
        lines.append(dict(sorted(told.items(), key=lambda pair: (-size(kind, pair[1]), by.told(pair[0])))))
    columns = list(lines[1])
    return Grid(
        rows=list(lines[0]), columns=columns[:most], cells=cells, of_rows=lines[0], of_columns=lines[1],
        beyond=max(len(columns) - most, 0),
    )  # fmt: skip


def over_time(asked: Question, number: int = 12) -> list[tuple[Period, Counted, Counted]]:
    """The figure of each of the periods that end with this one, and of the same period a year before. One query."""
    line = asked.period.line(number)
    years_back = {one: Period(date(one.first.year - 1, one.first.month, 1), one.kind) for one in line}
    by = asked.one.by
    facts = Fact.objects.filter(
        narrowed_to(asked.narrowed), **{f"{by}__gte": years_back[line[0]].first, f"{by}__lt": asked.period.end}
    ).annotate(begins=TRUNC[asked.period.kind](by, output_field=DateField()))
    found = {key[0]: counted for key, counted in counting.apart(asked.one, facts, "begins").items()}
    nothing = Counted(0, 0, 0 if asked.one.kind in COUNTED_UP else None)
    return [(one, found.get(one.first, nothing), found.get(years_back[one].first, nothing)) for one in line]


def whole(asked: Question) -> tuple[Counted, Counted]:
    """The figure of everything asked for, and that of the period before. Two queries."""
    return (
        counting.apart(asked.one, asked.facts())[()],
        counting.apart(asked.one, asked.facts_before())[()],
    )


def change(kind: str, counted: Counted, before: Counted) -> float | None:
    """What has changed: points of per cent of a share, else per cent of what was before; None where either is of too few to say."""
    here, there = counted.value(kind), before.value(kind)
    if here is None or there is None:
        return None
    if kind in {"share", "quotient"}:
        return None if min(counted.whole or 0, before.whole or 0) < FEW else here - there
    return 100 * (here - there) / there if there else None
