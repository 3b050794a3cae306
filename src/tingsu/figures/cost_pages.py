"""The page of costs, beside satisfaction and loyalty: what complaints cost, what was at stake, what was avoided; and the same as a file (KP-14)."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.figures import analysis, charts, costs, fairness, indicators, pictures, shown, values
from tingsu.figures.access import exporting, picturing, reader
from tingsu.figures.analysis import Question
from tingsu.figures.analysis_pages import frame, narrowed_title, signed
from tingsu.figures.costs import Costs
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.periods import Period
from tingsu.kernel.money import yuan
from tingsu.pages.export import Column, export
from tingsu.people.access import Can, may

BESIDE = ("K-12", "KP-07", "KP-14a", "KP-14b", "KP-09d", "KP-14e")
"""Satisfaction, loyalty and risk, one below the other."""
Label = str | Promise
LINES: dict[str, Label] = {
    "cases": gettext_lazy("Complaints closed"),
    "handling": gettext_lazy("Costs of handling"),
    "paid": gettext_lazy("Compensation paid"),
    "outside": gettext_lazy("Costs of ways outside"),
    "whole": gettext_lazy("Costs together"),
    "each": gettext_lazy("Costs of one complaint"),
    "asked": gettext_lazy("Amounts asked for"),
    "exposure": gettext_lazy("Exposure avoided"),
    "at_risk": gettext_lazy("Complaints at risk of being taken outside"),
    "settled": gettext_lazy("Of these settled with us"),
    "saved": gettext_lazy("Cost avoided"),
}
NUMBERS = frozenset({"cases", "at_risk", "settled"})
APART = ("cases", "handling", "paid", "outside", "each", "asked", "exposure")
"""What stands in the table of a dimension."""


def _asked(request: HttpRequest) -> Question:
    return analysis.read(request.GET.dict(), request.GET.getlist("where"), values.today())


def amount(one: Costs, name: str, mean: int | None) -> int | None:
    """A line of the page as a number: cases, or fen; None where there is no basis for one."""
    if name == "saved":
        return one.saved(mean)
    found: int | None = getattr(one, name)
    return found


def words(name: str, number: int | None) -> str:
    """A line in words: a number of complaints or an amount, a dash of nothing."""
    if number is None:
        return "–"
    return f"{number:,}" if name in NUMBERS else yuan(number)


@never_cache
@require_GET
def costs_page(request: HttpRequest) -> HttpResponse:
    """Satisfaction, loyalty and risk; costs and what was avoided, beside the period before; by month, and by one dimension."""
    actor, asked = reader(request), _asked(request)
    period, until = asked.period, min(asked.period.end, values.today())
    mean, known = costs.outside_mean(until)
    here = costs.of(costs.closed_in(asked, period))
    before = costs.of(costs.closed_before(asked))
    line = costs.over_time(asked)
    of_rows = costs.apart(costs.closed_in(asked, period), asked.rows.column)
    context = {
        **frame(asked),
        "asked": asked,
        "dimensions": DIMENSIONS.values(),
        "beside": _beside(period),
        "lines": [
            (
                label,
                words(name, number := amount(here, name, mean)),
                words(name, earlier := amount(before, name, mean)),
                _change(number, earlier),
            )
            for name, label in LINES.items()
        ],
        "mean": yuan(mean) if mean is not None else "",
        "known": known,
        "risk": costs.at_risk(),
        "heads": [LINES[name] for name in APART],
        "rows": [
            (asked.rows.told(value), asked.narrow(asked.rows, value).address, [words(name, amount(one, name, mean)) for name in APART])
            for value, one in sorted(of_rows.items(), key=lambda pair: (-pair[1].whole, -pair[1].cases, asked.rows.told(pair[0])))
        ][: analysis.MOST_ROWS],
        "beyond": max(len(of_rows) - analysis.MOST_ROWS, 0),
        "drawn": _drawn(asked, line),
        "history": [(at, one.cases, yuan(one.whole), yuan(one.exposure), asked.at(at).address) for at, one in line],
        "summary": shown.summary([at for at, _one in line], [yuan(one.whole) for _at, one in line]),
        "may_export": may(actor, Can.EXPORT),
    }  # fmt: skip
    return render(request, "figures/costs.html", context)


def _beside(period: Period) -> list[shown.Line]:
    """The indicators that stand beside the costs, in their periods of the same kind. One query."""
    known = indicators.indicators()
    wanted = {code: known[code] for code in BESIDE if code in known}
    return [line for _one, line in shown.lines_of(wanted, values.kept(wanted, period), period, values.today())]


def _change(here: int | None, before: int | None) -> str:
    if here is None or before is None:
        return "–"
    if not before:
        return _("new") if here else "–"
    return f"{signed(100 * (here - before) / before, 0)} %"


def _drawn(asked: Question, line: list[tuple[Period, Costs]], *, least: int = 0) -> SafeString | str:
    """Costs together over time; periods with fewer complaints than `least` are gaps."""
    told = [None if 0 < one.cases < least else one.whole / 100 for _at, one in line]
    return charts.history(
        [at.written for at, _one in line], told, [], lambda value: f"¥{value:,.0f}", running=asked.runs
    )


COLUMNS = [
    Column(label=gettext_lazy("Told apart by"), value=lambda row: row["row"]),
    *(Column(label=LINES[name], value=lambda row, name=name: row[name]) for name in APART),
]


@never_cache
@require_GET
def costs_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The table of a dimension, or the picture of twelve periods. It leaves the centre: what is of 1 to 4 cases is withheld (MO-13)."""
    if form in pictures.FORMS:
        picturing(request, "costs")
        asked = _asked(request)
        drawn = _drawn(asked, costs.over_time(asked), least=fairness.SMALL)
        return pictures.answer(f"costs-{asked.period.written}", narrowed_title(LINES["whole"], asked), drawn, form)
    known, asked = exporting(request, form, "costs"), _asked(request)
    return export(f"costs-{asked.rows.column}-{asked.period.written}", COLUMNS, outside(asked), known)


def outside(asked: Question) -> Iterator[dict[str, Any]]:
    """The lines that may leave the centre: of few cases nothing, and of one more where a total would tell them."""
    found = costs.apart(costs.closed_in(asked, asked.period), asked.rows.column)
    gone = {value for value, _axis in fairness.suppressed({(value, ""): one.cases for value, one in found.items()})}
    for value, one in found.items():
        told = {name: words(name, amount(one, name, None)) for name in APART}
        if value in gone:
            told = dict.fromkeys(APART, _("withheld: fewer than 5"))
        yield {"row": asked.rows.told(value), **told}
