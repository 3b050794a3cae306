"""Figures for programs: indicators of a period, and one told apart by a dimension. They leave the centre: small numbers are withheld (MO-13)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.complaints.access import sees_everything
from tingsu.figures import counting, fairness, indicators, periods, shown, values
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import PERCENT, Indicator
from tingsu.figures.periods import Period
from tingsu.figures.views import OPENS, for_outside
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound
from tingsu.people.access import Can, behind, may
from tingsu.privacy.log import log_access


class IndicatorsQuery(Schema):
    """The period that is asked for: 2026-03, 2026-Q1 or 2026; without one, the present one."""

    period: str = Limit("", max_length=7)


class IndicatorByQuery(IndicatorsQuery):
    """The dimension too, a column of the facts."""

    by: str = Limit("channel", max_length=30)


class FigureOut(Schema):
    """Numerator, denominator and figure: per cent, per thousand, cases, minutes or fen by the kind of the indicator. Empty where there is none, or withheld."""

    part: int | None
    whole: int | None
    value: float | None
    withheld: bool


class IndicatorFigureOut(FigureOut):
    """One indicator in one period. ``standing``: met, risk, missed, few, or empty where there is no target."""

    code: str
    name: str
    formula: str
    kind: str
    period: str
    version: int
    target: str
    direction: str
    standing: str
    settled: bool
    counted_at: datetime | None


class IndicatorFiguresOut(Schema):
    indicators: list[IndicatorFigureOut]


class FigureByOut(FigureOut):
    """The figure of one value of a dimension."""

    code: str
    label: str


class FiguresByOut(Schema):
    code: str
    period: str
    by: str
    version: int
    rows: list[FigureByOut]


def _reader(request: HttpRequest) -> Actor:
    """A program whose member reads figures and sees every complaint."""
    actor = actor_of(request)
    if not sees_everything(actor) or not may(behind(actor), Can.REPORTS):
        raise NotAllowed(_("Figures are counted from all complaints, and you see a part of them only."))
    return actor


def _period(written: str, kind: str) -> Period:
    found = periods.read(written, values.today(), kind)
    if written and (found.written != written or found.kind != kind):
        raise InvalidInput({"period": InvalidValue(_("There is no such period, or it lies ahead."), code="period")})
    return found


def _figure(one: Indicator, counted: Counted, *, withheld: bool = False) -> dict[str, Any]:
    told = None if withheld else for_outside(one, counted)
    if told is None:
        return {"part": None, "whole": None, "value": None, "withheld": True}
    value = told.value(one.kind)
    return {
        "part": told.part,
        "whole": told.whole,
        "value": None if value is None else round(value, 4),
        "withheld": False,
    }


@api.get(
    "/indicators", response={200: IndicatorFiguresOut}, operation_id="list_indicators",
    summary="Indicators of one period with target and standing; figures of 1 to 4 complaints are withheld",
)  # fmt: skip
def list_indicators(request: HttpRequest, query: Query[IndicatorsQuery]) -> Any:
    """Of a month (2026-03), a quarter (2026-Q1) or a year; without one, of the present month."""
    actor = _reader(request)
    period = query.period
    kind = periods.YEAR if len(period) == 4 else periods.QUARTER if "Q" in period else periods.MONTH
    asked = _period(period, kind)
    log_access(actor, "listed", field="indicators", door="api")
    known = indicators.indicators()
    lines = shown.lines_of(known, values.kept(known, asked, 1), asked, values.today())
    return {
        "indicators": [
            {
                **(figure := _figure(one, line.counted)), "code": one.code, "name": one.name, "formula": one.formula, "kind": one.kind,
                "period": asked.written, "version": line.kept.version if line.kept else one.version, "target": str(one.row.get("target") or ""),
                "direction": one.direction, "standing": "" if figure["withheld"] else line.standing,
                "settled": bool(line.kept and line.kept.settled), "counted_at": line.kept.counted_at if line.kept else None,
            }
            for one, line in lines
        ]
    }  # fmt: skip


@api.get(
    "/indicators/{code}", response={200: FiguresByOut}, operation_id="indicator_by",
    summary="One indicator told apart by a dimension; small figures, and those that would tell them, are withheld",
)  # fmt: skip
def indicator_by(request: HttpRequest, code: str, query: Query[IndicatorByQuery]) -> Any:
    """Counted from the facts as they are now. ``by`` is a column of the facts, such as channel, province, category, department_id."""
    actor = _reader(request)
    by = query.by
    one = indicators.indicators().get(code)
    if one is None or one.kind not in OPENS:
        raise NotFound
    if by not in DIMENSIONS:
        raise InvalidInput({"by": InvalidValue(code="choice")})
    asked = _period(query.period, one.period)
    one = values.definition_of(code, asked) or one
    log_access(actor, "listed", field="indicators", door="api")
    found = counting.by_dimension(one, asked, by)
    cells: dict[tuple[Any, Any], int] = {}
    for value, counted in found.items():
        part, whole = counted.part or 0, counted.whole or 0
        if one.kind in PERCENT:
            cells |= {(value, "part"): part, (value, "rest"): whole - part}
        else:
            cells[value, "part"] = part
    gone = {value for value, _column in fairness.suppressed(cells)}
    return {
        "code": code, "period": asked.written, "by": by, "version": one.version,
        "rows": [
            {
                **_figure(one, counted, withheld=value in gone),
                "code": "" if value is None else str(value), "label": DIMENSIONS[by].told(value),
            }
            for value, counted in found.items()
        ],
    }  # fmt: skip
