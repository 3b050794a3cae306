"""Pages of the indicators: all of them in one period, one with its formula and what lies behind, the complaints behind a figure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.figures import analysis, counting, fairness, indicators, periods, pictures, shown, values
from tingsu.figures.access import exporting, picturing, reader
from tingsu.figures.behind import page_behind
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import GROUPS, OF_CASES, PERCENT, Indicator
from tingsu.figures.periods import Period
from tingsu.kernel.errors import NotFound
from tingsu.pages.export import Column, export
from tingsu.people.access import Can, may
from tingsu.people.roles import Role

PAGE = 50
ORDER = ("-received_at", "-id")
CHOICE = 24
"""Periods to choose from."""
SORTS = {"part": pgettext_lazy("figure", "Counted"), "rest": _("The rest"), "whole": _("All of them")}
OPENS = OF_CASES | {"quotient"}
"""Kinds whose figures open to complaints."""


def _period(request: HttpRequest, kind: str = periods.MONTH) -> Period:
    return periods.read(request.GET.get("period", ""), values.today(), kind)


@never_cache
@require_GET
def indicators_page(request: HttpRequest) -> HttpResponse:
    """Every indicator of one length of period: value, target, standing, trend of twelve periods."""
    actor = reader(request)
    period = _period(request)
    known = indicators.indicators()
    kept = values.kept(known, period)
    lines = shown.lines_of(known, kept, period, values.today())
    context = {
        "period": period,
        "choice": _choice(period),
        "kinds": [
            (kind, label, periods.period_of(period.first, kind).written, kind == period.kind)
            for kind, label in periods.KINDS.items()
            if any(one.period == kind for one in known.values())
        ],
        "groups": [
            (label, [line for one, line in lines if one.row["group"] == group]) for group, label in GROUPS.items()
        ],
        "counted_at": max((row.counted_at for rows in kept.values() for row in rows.values()), default=None),
        "running": values.today() < period.end,
        "may_export": may(actor, Can.EXPORT),
        "missed": sum(line.standing == "missed" for _one, line in lines),
    }
    return render(request, "figures/indicators.html", context)


def _choice(period: Period) -> list[str]:
    """The periods of a kind, newest first; the chosen one among them."""
    found = [one.written for one in reversed(periods.period_of(values.today(), period.kind).line(CHOICE))]
    return found if period.written in found else [*found, period.written]


@never_cache
@require_GET
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: formula in words and as query, version, twelve periods, and told apart by one dimension."""
    actor = reader(request)
    one, period = _found(request, code)
    line = period.line(values.TREND)
    kept = values.kept([code], period).get(code, {})
    by = DIMENSIONS.get(request.GET.get("by", ""), DIMENSIONS["channel"])
    told = [
        (at, shown.Line(one, kept[at].counted, values.today() < at.end, kept[at]) if at in kept else None)
        for at in line
    ]
    context = {
        "one": one,
        "owner": Role(str(one.row["owner"])).label,
        "day": indicators.DAYS[one.by],
        "how": indicators.KINDS[one.kind],
        "period": period,
        "choice": _choice(period),
        "here": told[-1][1],
        "trend": told,
        "drawn": shown.chart_of(one, kept, line),
        "may_export": may(actor, Can.EXPORT),
        "summary": shown.summary(line, [at and at.value for _period, at in told]),
        "opens": [(sort, label, _cases(one, period, sort=sort)) for sort, label in SORTS.items() if _offers(one, sort)],
        "by": by,
        "dimensions": DIMENSIONS.values(),
        "rows": _by(one, period, by.column) if one.kind in OPENS else [],
        "of_cases": one.kind in OPENS,
        "entered": one.kind in indicators.ENTERED,
    }
    return render(request, "figures/indicator.html", context)


@never_cache
@require_GET
def indicator_picture(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The chart of twelve periods as a picture. It leaves the centre: periods of 1 to 4 cases are gaps (MO-13)."""
    picturing(request, "indicators")
    one, period = _found(request, code)
    line = period.line(values.TREND)
    kept = values.kept([code], period).get(code, {})
    told = {at: found for at, found in kept.items() if for_outside(one, found.counted) is not None}
    return pictures.answer(
        f"{one.code}-{period.written}", f"{one.name} · {period.written}", shown.chart_of(one, told, line), form
    )


def _offers(one: Indicator, sort: str) -> bool:
    return one.kind in OPENS and (sort == "whole" or one.kind in {"share", "quotient"})


def _found(request: HttpRequest, code: str) -> tuple[Indicator, Period]:
    """The definition by which the period of the address is counted. Raises NotFound."""
    now_in_force = indicators.indicators().get(code)
    if now_in_force is None:
        raise NotFound
    period = _period(request, now_in_force.period)
    if period.kind != now_in_force.period:
        period = periods.period_of(
            period.last if period.last <= values.today() else values.today(), now_in_force.period
        )
    return values.definition_of(code, period) or now_in_force, period


def _by(one: Indicator, period: Period, column: str) -> list[tuple[str, shown.Line, str]]:
    """Each value of a dimension with its figure and the way to its cases, most cases first."""
    dimension = DIMENSIONS[column]
    found = counting.by_dimension(one, period, column)
    running = values.today() < period.end
    lines = [
        (
            dimension.told(value),
            shown.Line(one, counted, running),
            _cases(one, period, sort="whole", by=column, value=value),
        )
        for value, counted in found.items()
        if counted.whole or counted.part
    ]
    return sorted(lines, key=lambda row: (-(row[1].counted.whole or row[1].counted.part or 0), row[0]))


def _cases(one: Indicator, period: Period, **more: Any) -> str:
    asked = {"period": period.written, **{name: "" if value is None else value for name, value in more.items()}}
    return f"{reverse('figures:cases', args=[one.code])}?{urlencode(asked)}"


@never_cache
@require_GET
def cases_page(request: HttpRequest, code: str) -> HttpResponse:
    """The complaints behind a figure, as far as the reader may see them, newest first, a page by key (KP-01)."""
    actor = reader(request)
    now_in_force = indicators.indicators().get(code)
    if now_in_force is None:
        raise NotFound
    period = _period(request, now_in_force.period)
    one = values.definition_of(code, period) or now_in_force
    if one.kind not in OPENS:
        raise NotFound
    sort = request.GET.get("sort", "whole")
    facts = counting.behind(one, period, sort if sort in SORTS else "whole")
    by = DIMENSIONS.get(request.GET.get("by", ""))
    if by is not None:
        facts = facts.filter(**{by.column: by.read(request.GET.get("value", ""))})
    narrowed = analysis.narrowing(request.GET.getlist("where"))
    facts = facts.filter(analysis.narrowed_to(narrowed))
    rows = visible_to(actor, Complaint.objects.filter(pk__in=facts.values("pk")))
    context = {
        "one": one,
        "period": period,
        "sort": SORTS.get(sort, SORTS["whole"]),
        "by": by,
        "value": by.told(by.read(request.GET.get("value", ""))) if by else "",
        "narrowed": [(dimension.label, dimension.told(value)) for dimension, value in narrowed],
        **page_behind(request, rows, ORDER),
    }
    return render(request, "figures/cases.html", context)


@never_cache
@require_GET
def indicators_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The indicators of a period as a file. It leaves the centre: counts below five are withheld, and what would tell them (MO-13)."""
    known, period = exporting(request, form, "indicators"), _period(request)
    defined = indicators.indicators()
    lines = shown.lines_of(defined, values.kept(defined, period, 1), period, values.today())
    columns = [
        Column(label=pgettext_lazy("indicator", "Code"), value=lambda row: row["code"]),
        Column(label=pgettext_lazy("entry", "Name"), value=lambda row: row["name"]),
        Column(label=_("Formula in words"), value=lambda row: row["formula"]),
        *COUNTS,
        Column(label=_("Target"), value=lambda row: row["target"]),
        Column(label=pgettext_lazy("indicator", "Version"), value=lambda row: row["version"], kind="number"),
    ]
    return export(f"indicators-{period.written}", columns, _outside(lines), known)


def _outside(lines: list[tuple[Indicator, shown.Line]]) -> Iterator[dict[str, Any]]:
    for one, line in lines:
        yield {
            "code": one.code, "name": one.name, "formula": one.formula, "target": line.target,
            **told_outside(one, for_outside(one, line.counted)), "version": line.kept.version if line.kept else one.version,
        }  # fmt: skip


COUNTS = [
    Column(label=pgettext_lazy("figure", "Value"), value=lambda row: row["value"]),
    Column(label=pgettext_lazy("figure", "Counted"), value=lambda row: row["part"]),
    Column(label=pgettext_lazy("figure", "Of"), value=lambda row: row["whole"]),
]


def told_outside(one: Indicator, counted: Counted | None) -> dict[str, Any]:
    """What a file tells of a figure; None is one that is withheld."""
    told = counted or Counted(None, None)
    return {
        "value": _("withheld: fewer than 5") if counted is None else shown.value_words(one, told),
        "part": "" if told.part is None else told.part,
        "whole": "" if told.whole is None else told.whole,
    }


def for_outside(one: Indicator, counted: Counted) -> Counted | None:
    """What may leave the centre of one figure; None where it, its part, or what its part leaves out is of 1 to 4 cases."""
    if one.kind not in OF_CASES:
        return counted
    part, whole = counted.part or 0, counted.whole or 0
    small = [
        number for number in (part, whole, whole - part if one.kind in PERCENT else 0) if 0 < number < fairness.SMALL
    ]
    return None if small else counted
