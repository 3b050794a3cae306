"""The page of cohorts, and the same as a file (MO-06)."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints import terms
from tingsu.figures import analysis, fairness, values
from tingsu.figures.access import exporting, reader
from tingsu.figures.analysis import Question
from tingsu.figures.analysis_pages import STEPS, frame
from tingsu.figures.cohorts import OPEN, WEEKS, Cohort, cohorts, ended_with, read_weeks
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.pages.export import Column, export
from tingsu.people.access import Can, may


def _found(request: HttpRequest) -> tuple[Question, int, list[Cohort]]:
    today = values.today()
    asked = analysis.read(request.GET.dict(), request.GET.getlist("where"), today)
    weeks = read_weeks(request.GET.get("after", ""))
    narrowed = analysis.narrowed_to(asked.narrowed)
    if DIMENSIONS["kind"] not in {by for by, _value in asked.narrowed}:
        narrowed &= Q(
            kind=terms.Kind.COMPLAINT
        )  # as the number of complaints is counted; a report is asked for by its kind
    return asked, weeks, cohorts(narrowed, ended_with(asked.period, today), weeks, today)


@never_cache
@require_GET
def cohorts_page(request: HttpRequest) -> HttpResponse:
    """Months of receipt: how many were closed within so many weeks, and what had become of them after the weeks asked for."""
    actor = reader(request)
    asked, weeks, found = _found(request)
    became = outcomes_of(found, weeks)
    context = {
        **frame(asked),
        "asked": asked,
        "weeks": WEEKS,
        "after": weeks,
        "query": f"{asked.address}&after={weeks}",
        "closing": [
            (one.month.written, one.received, [_cell(one, number, one.closed[number]) for number in WEEKS]) for one in found
        ],
        "outcomes": [outcome_words(code) for code in became],
        "becoming": [
            (one.month.written, one.received, [_cell(one, weeks, one.became.get(code, 0)) for code in became]) for one in found
        ],
        "any": any(one.received for one in found),
        "may_export": may(actor, Can.EXPORT),
    }  # fmt: skip
    return render(request, "figures/cohorts.html", context)


def outcomes_of(found: list[Cohort], weeks: int) -> list[str]:
    """What became of any complaint of the months that can be told, the most frequent first; open ones at the end."""
    numbers: dict[str, int] = {}
    for one in found:
        if one.is_whole(weeks):
            for code, number in one.became.items():
                numbers[code] = numbers.get(code, 0) + number
    numbers.pop(OPEN, None)
    return [*sorted(numbers, key=lambda code: (-numbers[code], code)), OPEN]


def outcome_words(code: str) -> str:
    """An outcome, or that it was still open."""
    return _("Still open") if code == OPEN else DIMENSIONS["outcome"].told(code)


def _cell(one: Cohort, weeks: int, number: int) -> tuple[str, int] | None:
    """The words and shade of a number; None for a month that is too young, or of which there is nothing."""
    if not one.received or not one.is_whole(weeks):
        return None
    share = one.share(number)
    if share is None:
        return str(number), 0
    return f"{number} · {share:.0f} %", ceil(STEPS * share / 100)


COLUMNS = [
    Column(label=gettext_lazy("Month of receipt"), value=lambda row: row["month"]),
    Column(label=gettext_lazy("Weeks after receipt"), value=lambda row: row["weeks"], kind="number"),
    Column(label=gettext_lazy("What had become of them"), value=lambda row: row["became"]),
    Column(label=pgettext_lazy("figures", "Complaints"), value=lambda row: row["number"]),
]


@never_cache
@require_GET
def cohorts_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The table of what became of them as a file. It leaves the centre: small numbers are withheld, and those that would tell them."""
    known = exporting(request, form, "cohorts")
    asked, weeks, found = _found(request)
    return export(f"cohorts-{asked.period.written}-{weeks}", COLUMNS, outside(found, weeks), known)


def outside(found: list[Cohort], weeks: int) -> Iterator[dict[str, Any]]:
    """The lines that may leave the centre, of the months that can be told."""
    told = [one for one in found if one.received and one.is_whole(weeks)]
    cells = {(one.month.written, code): number for one in told for code, number in one.became.items()}
    gone = fairness.suppressed(cells)
    codes = outcomes_of(found, weeks)
    for one in told:
        for code in codes:
            number: Any = cells.get((one.month.written, code), 0)
            if (one.month.written, code) in gone:
                number = _("withheld: fewer than 5")
            yield {"month": one.month.written, "weeks": weeks, "became": outcome_words(code), "number": number}
