"""Pages of the analysis: a question told apart by one or two dimensions, over time, as a file; and where the time goes (MO-06, MO-08)."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.figures import analysis, charts, fairness, periods, pictures, shown, stages, values
from tingsu.figures.access import exporting, picturing, reader
from tingsu.figures.analysis import COUNTED_UP, Question
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS, Label
from tingsu.figures.indicators import GROUPS, PERCENT, Indicator
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period
from tingsu.figures.views import COUNTS, for_outside, told_outside
from tingsu.kernel.clock import local, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.pages.export import Column, export
from tingsu.people.access import Can, may

CHOICE = {periods.MONTH: 24, periods.QUARTER: 12, periods.YEAR: 6}
STEPS = 5
"""Shades of the table of two dimensions."""
WAITS: dict[str, Label] = {
    "waited_complainant": gettext_lazy("The complainant"),
    "waited_department": gettext_lazy("A department"),
    "waited_respondent": gettext_lazy("The respondent"),
    "waited_outside": gettext_lazy("Somebody outside"),
}


def _asked(request: HttpRequest) -> Question:
    return analysis.read(request.GET.dict(), request.GET.getlist("where"), values.today())


@never_cache
@require_GET
def analysis_page(request: HttpRequest) -> HttpResponse:
    """One question: its figure, twelve periods, and each value of a dimension, or each pair of two."""
    actor = reader(request)
    asked = _asked(request)
    here, before = analysis.whole(asked)
    context = {
        **frame(asked),
        "asked": asked,
        "measures": [
            (label, [one for one in analysis.measures().values() if one.row["group"] == group]) for group, label in GROUPS.items()
        ],
        "dimensions": DIMENSIONS.values(),
        "value": shown.value_words(asked.one, here),
        "of": shown.of_words(asked.one, here),
        "interval": interval_words(asked.one, here),
        "change": change_words(asked.one, here, before),
        "before": asked.period.before(),
        "before_value": shown.value_words(asked.one, before),
        "cases": cases_address(asked),
        "may_export": may(actor, Can.EXPORT),
        "keeps": keeping_address(asked),
        **_history(asked),
        **(_grid(asked) if asked.columns else _lines(asked)),
    }  # fmt: skip
    return render(request, "figures/analysis.html", context)


def frame(asked: Question) -> dict[str, Any]:
    """What both pages have: periods to choose from, narrowings with the way out of each, and whether the period still runs."""
    today = values.today()
    choice = [
        (label, [one.written for one in reversed(periods.period_of(today, kind).line(CHOICE[kind]))])
        for kind, label in periods.KINDS.items()
    ]
    if asked.period.written not in {one for _label, line in choice for one in line}:
        choice.append((periods.KINDS[asked.period.kind], [asked.period.written]))
    return {
        "choice": choice,
        "narrowed": [
            (by, by.told(value), asked.widen(by).address, pair)
            for (by, value), pair in zip(asked.narrowed, analysis.where(asked.narrowed), strict=True)
        ],
        "running": asked.runs,
        "until": local(now(), current_organisation().time_zone),
    }  # fmt: skip


def interval_words(one: Indicator, counted: Counted) -> str:
    """Between which per cents a share lies, where a rate is told."""
    return shown.Line(one, counted, running=False).interval


def change_words(one: Indicator, counted: Counted, before: Counted) -> str:
    """What has changed since the period before, with its sign and unit; a dash where nothing can be said."""
    changed = analysis.change(one.kind, counted, before)
    if changed is None:
        appeared = one.kind in COUNTED_UP and counted.value(one.kind) and not before.value(one.kind)
        return _("new") if appeared else "–"
    if one.kind in PERCENT:
        return _("%(points)s points") % {"points": signed(changed, 1)}
    return f"{signed(changed, 0)} %"


def signed(number: float, places: int) -> str:
    """A change with its sign; what rounds to nothing is 0, neither more nor less."""
    rounded = round(number, places)
    return f"{rounded:+.{places}f}" if rounded else f"{0:.{places}f}"


def cases_address(asked: Question, *more: tuple[Any, Any]) -> str:
    """The way to the complaints behind a figure."""
    sort = "part" if asked.one.kind == "count" else "whole"
    pairs = [*dict((*asked.narrowed, *more)).items()]
    query = urlencode([("period", asked.period.written), ("sort", sort), *analysis.where(pairs)])
    return f"{reverse('figures:cases', args=[asked.one.code])}?{query}"


def keeping_address(asked: Question) -> str:
    """The way to keep a question in the register of analyses; empty where it cannot hold all of it."""
    from tingsu.figures.kept import first_values, may_be_kept

    if not may_be_kept(asked):
        return ""
    return f"{reverse('registers:new', args=['analysis'])}?{urlencode(first_values(asked))}"


def narrowed_title(what: Label, asked: Question) -> str:
    """What a picture shows, of which complaints, until when."""
    narrowed = [after_label(by.label, by.told(value)) for by, value in asked.narrowed]
    return " · ".join([str(what), *narrowed, asked.period.written])


def chart_of(asked: Question, line: list[tuple[Period, Counted, Counted]]) -> SafeString | str:
    """Twelve periods and, paler, the same ones a year before."""
    one = asked.one
    before = [_drawn(one, counted) for _at, _counted, counted in line]
    if one.kind in COUNTED_UP and not any(before):
        before = []
    return charts.history(
        [at.written for at, *_rest in line], [_drawn(one, counted) for _at, counted, _before in line], before, lambda value: _words(one, value),
        running=asked.runs, most=100 if one.kind in {"share", "quotient"} else None,
    )  # fmt: skip


def _history(asked: Question) -> dict[str, Any]:
    """Twelve periods, with the same ones a year before."""
    line, one = analysis.over_time(asked), asked.one
    before = [_drawn(one, counted) for _at, _counted, counted in line]
    if one.kind in COUNTED_UP and not any(before):
        before = []
    drawn = chart_of(asked, line)
    told = [
        (at, shown.value_words(one, counted), shown.of_words(one, counted), shown.value_words(one, earlier), asked.at(at).address)
        for at, counted, earlier in line
    ]  # fmt: skip
    words = [
        value if _drawn(one, counted) is not None else None
        for (_at, value, *_more), (_p, counted, _b) in zip(told, line, strict=True)
    ]
    return {
        "drawn": drawn,
        "history": told,
        "has_before": any(value is not None for value in before),
        "summary": shown.summary([at for at, *_rest in line], words),
    }


def _drawn(one: Indicator, counted: Counted) -> float | None:
    """A value as a chart shows it: no rate of few."""
    return None if counted.few(one.kind) else counted.value(one.kind)


def _words(one: Indicator, value: float) -> str:
    """A value of an indicator of this kind, written with its unit."""
    if one.kind in {"share", "quotient"}:
        return f"{value:.0f} %"
    whole = round(value)
    return shown.value_words(one, Counted(whole, whole, whole))


def _lines(asked: Question) -> dict[str, Any]:
    found = analysis.one_dimension(asked)
    one = asked.one
    most = max((analysis.size(one.kind, row.counted) for row in found), default=0)
    few = analysis.vital(found)
    return {
        "rows": [
            {
                "words": asked.rows.told(row.value), "value": shown.value_words(one, row.counted), "of": shown.of_words(one, row.counted),
                "interval": interval_words(one, row.counted), "before": shown.value_words(one, row.before),
                "change": change_words(one, row.counted, row.before),
                "share": None if row.share is None else f"{row.share:.1f} %", "together": None if row.together is None else f"{row.together:.1f} %",
                "bar": round(100 * analysis.size(one.kind, row.counted) / most) if most else 0,
                "cases": cases_address(asked, (asked.rows, row.value)), "narrow": asked.narrow(asked.rows, row.value).address,
                "vital": place == few,
            }
            for place, row in enumerate(found[: analysis.MOST_ROWS], 1)
        ],
        "beyond": max(len(found) - analysis.MOST_ROWS, 0),
        "adds_up": one.kind in COUNTED_UP,
        "vital_few": few if 0 < few < len(found) else 0,
        "number": len(found),
    }  # fmt: skip


def _grid(asked: Question) -> dict[str, Any]:
    assert asked.columns is not None  # noqa: S101 asked of two dimensions only
    grid, one = analysis.two_dimensions(asked), asked.one
    drawn = {key: value for key, counted in grid.cells.items() if (value := _drawn(one, counted)) is not None}
    most = max(drawn.values(), default=0)
    rows = []
    for value in grid.rows[: analysis.MOST_ROWS]:
        cells = []
        for column in grid.columns:
            counted = grid.cells.get((value, column))
            level = ceil(STEPS * drawn.get((value, column), 0) / most) if most > 0 else 0
            cells.append(
                None
                if counted is None
                else (
                    shown.value_words(one, counted), max(level, 0), shown.of_words(one, counted),
                    cases_address(asked, (asked.rows, value), (asked.columns, column)),
                )
            )  # fmt: skip
        rows.append(
            (
                asked.rows.told(value),
                asked.narrow(asked.rows, value).address,
                cells,
                shown.value_words(one, grid.of_rows[value]),
            )
        )
    return {
        "grid": rows,
        "heads": [(asked.columns.told(column), asked.narrow(asked.columns, column).address) for column in grid.columns],
        "foot": [shown.value_words(one, grid.of_columns[column]) for column in grid.columns],
        "beyond": max(len(grid.rows) - analysis.MOST_ROWS, 0),
        "beyond_columns": grid.beyond,
    }  # fmt: skip


@never_cache
@require_GET
def stages_page(request: HttpRequest) -> HttpResponse:
    """Where the time of the complaints of a period goes: stages, waiting, what came back."""
    actor = reader(request)
    asked = _asked(request)
    found = stages.times(_received(asked, asked.period))
    before = {one.code: one for one in stages.times(_received(asked, asked.period.before())).stages}
    most = max((one.total for one in found.stages), default=0)
    context = {
        **frame(asked),
        "asked": asked,
        "times": found,
        "stages": [
            {
                "words": DIMENSIONS["state"].told(one.code), "cases": one.cases, "median": shown.duration_words(one.median),
                "ninth": shown.duration_words(one.ninth), "share": f"{one.share:.1f} %", "bar": round(100 * one.total / most) if most else 0,
                "before": shown.duration_words(before[one.code].median) if one.code in before else "–",
            }
            for one in found.stages
        ],
        "may_export": may(actor, Can.EXPORT),
        "waits": [
            (WAITS[column], number, shown.duration_words(median), shown.duration_words(total))
            for column, number, median, total in found.waits
        ],
        "bottleneck": DIMENSIONS["state"].told(found.bottleneck.code) if found.bottleneck else "",
    }  # fmt: skip
    return render(request, "figures/stages.html", context)


@never_cache
@require_GET
def stages_picture(request: HttpRequest, form: str) -> HttpResponse:
    """The median time of each stage as bars. It leaves the centre: a stage that fewer than five left is withheld (MO-13)."""
    picturing(request, "stages")
    asked = _asked(request)
    rows = [
        (DIMENSIONS["state"].told(one.code), None, _("withheld: fewer than 5")) if one.cases < fairness.SMALL
        else (DIMENSIONS["state"].told(one.code), float(one.median), shown.duration_words(one.median))
        for one in stages.times(_received(asked, asked.period)).stages
    ]  # fmt: skip
    return pictures.answer(
        f"stages-{asked.period.written}", narrowed_title(_("Where the time goes"), asked), charts.ranked(rows), form
    )


def _received(asked: Question, period: Period) -> Any:
    """Complaints received in a period, as far as the question is narrowed."""
    return Fact.objects.filter(
        analysis.narrowed_to(asked.narrowed), received_on__gte=period.first, received_on__lt=period.end
    )


@never_cache
@require_GET
def analysis_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """An analysis as a file. It leaves the centre: small numbers are withheld, and those that would tell them (MO-13)."""
    if form in pictures.FORMS:
        picturing(request, "analysis")
        asked = _asked(request)
        if request.GET.get("chart") == "bars":
            return _bars(asked, form)
        nothing = Counted(None, None)
        line = [
            (at, for_outside(asked.one, here) or nothing, for_outside(asked.one, before) or nothing)
            for at, here, before in analysis.over_time(asked)
        ]
        title = narrowed_title(asked.one.name, asked)
        return pictures.answer(f"analysis-{asked.one.code}-{asked.period.written}", title, chart_of(asked, line), form)
    known, asked = exporting(request, form, "analysis"), _asked(request)
    columns = [Column(label=asked.rows.label, value=lambda row: row["row"])]
    if asked.columns:
        columns.append(Column(label=asked.columns.label, value=lambda row: row["column"]))
    columns += [
        *COUNTS,
    ]
    return export(f"analysis-{asked.one.code}-{asked.period.written}", columns, outside(asked), known)


def _bars(asked: Question, form: str) -> HttpResponse:
    """Each value of the dimension as a bar, the largest first. It leaves the centre: what is withheld has no bar and says so."""
    one, plain = asked.one, replace(asked, columns=None)
    cells = {value: counted for (value, _none), counted in _cells(plain).items()}
    gone = {value for value, _none in withheld(one, {(value, ""): counted for value, counted in cells.items()})}
    rows = [
        (plain.rows.told(value), None, _("withheld: fewer than 5")) if value in gone
        else (plain.rows.told(value), _drawn(one, counted), shown.value_words(one, counted))
        for value, counted in list(cells.items())[: analysis.MOST_ROWS]
    ]  # fmt: skip
    drawn = charts.ranked(rows, 100 if one.kind in {"share", "quotient"} else 0)
    title = narrowed_title(_("%(what)s by %(how)s") % {"what": one.name, "how": plain.rows.label}, plain)
    return pictures.answer(f"analysis-{one.code}-{plain.rows.column}-{plain.period.written}", title, drawn, form)


def outside(asked: Question) -> Iterator[dict[str, Any]]:
    """The lines of an analysis that may leave the centre: values that are withheld say so."""
    cells = _cells(asked)
    gone = withheld(asked.one, cells)
    for (value, other), counted in cells.items():
        yield {
            "row": asked.rows.told(value),
            "column": asked.columns.told(other) if asked.columns else "",
            **told_outside(asked.one, None if (value, other) in gone else counted),
        }


def _cells(asked: Question) -> dict[tuple[Any, Any], Counted]:
    if asked.columns is None:
        return {(row.value, ""): row.counted for row in analysis.one_dimension(asked)}
    grid = analysis.two_dimensions(asked, most=10_000)
    return {
        (value, other): grid.cells[value, other]
        for value in grid.rows
        for other in grid.columns
        if (value, other) in grid.cells
    }


def withheld(one: Indicator, cells: dict[tuple[Any, Any], Counted]) -> set[tuple[Any, Any]]:
    """Cells that may not leave the centre: small ones, and as many more that no total gives one of them away."""
    gone = {cell for cell, counted in cells.items() if for_outside(one, counted) is None}
    counts = [
        {cell: counted.whole or 0 for cell, counted in cells.items()},
        {cell: counted.part or 0 for cell, counted in cells.items()},
    ]
    if one.kind in PERCENT:
        counts.append({cell: (counted.whole or 0) - (counted.part or 0) for cell, counted in cells.items()})
    for numbers in counts:
        gone |= fairness.suppressed(numbers)
    return gone
