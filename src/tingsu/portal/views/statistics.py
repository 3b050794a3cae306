"""Public statistics of complaints: what was published, as page and as CSV; what was withdrawn or corrected says so (PT-04)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tingsu.governance import publishing
from tingsu.pages.export import Column, export
from tingsu.portal import shell

COLUMNS = 4


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Every publication, the newest period first."""
    return shell.page(request, "portal/statistics.html", {"publications": publishing.publications()})


@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """The tables of one publication; without them where it was withdrawn or corrected."""
    told, sections = _found(number)
    return shell.page(request, "portal/statistics_one.html", {"told": told, "sections": sections})


@require_safe
def as_csv(request: HttpRequest, number: str) -> HttpResponseBase:
    """The same as a file, while it stands."""
    told, sections = _found(number)
    if not told.stands:
        raise Http404
    rows = [
        [section.title, *(cell.words for cell in row), *[""] * (COLUMNS - len(row))]
        for section in sections
        for row in section.rows
    ]
    heads = [
        _("Table"), pgettext("public statistics", "What"), pgettext("public statistics", "Explained"), pgettext("figure", "Value"),
        pgettext("figure", "Of"),
    ]  # fmt: skip
    columns = [Column(label=head, value=_at(place)) for place, head in enumerate(heads)]
    return export(f"complaints-{told.period}", columns, rows, "csv")


def _at(place: int) -> Any:
    return lambda row: row[place]


def _found(number: str) -> Any:
    found = publishing.publication(number) if number.isprintable() else None
    if found is None:
        raise Http404
    return found
