"""Pages of the working calendar: what is in force, its draft form, and entering the official days of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.calendars import actions
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.forms import CalendarForm, YearForm, weekday_rows
from tingsu.calendars.regions import regions_of
from tingsu.calendars.year_text import write_year
from tingsu.clocks.calendar_book import BOOK, own_fields
from tingsu.clocks.region_views import regions_shown
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.rulebooks import Draft, edit, problems_of, show
from tingsu.people.access import Can, actor_for

YEAR = replace(BOOK, draft_title=gettext_lazy("Enter a year"))


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """One version of the working calendar: the one in force, or the one asked for, beside the history."""
    actor_for(request, needs=Can.RULEBOOKS)
    return show(
        request,
        BOOK,
        "clocks/calendar.html",
        lambda rules: {
            "week": weekday_rows(rules.body),
            "years": sorted(rules.body["years"].items(), reverse=True),
            "regions": regions_shown(rules.body),
        },
    )


@require_http_methods(["GET", "POST"])
def edit_calendar(request: HttpRequest) -> HttpResponse:
    """A draft of hours, zone and the end of working days: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    return edit(request, BOOK, "clocks/edit_calendar.html", _draft, actor=actor, publish=actions.publish_calendar)


def _draft(posted: Any, newest: Rules) -> Draft:
    form = CalendarForm(posted, body=newest.body, newest=newest)
    draft = Draft(form=form, context={"fields": own_fields(form)})
    if posted is not None and form.is_valid():
        draft.body = form.draft()
    return draft


@require_http_methods(["GET", "POST"])
def enter_year(request: HttpRequest) -> HttpResponse:
    """The official days of one year, pasted or uploaded: show what was understood, or publish it (SL-02)."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    region = request.GET.get("region", "")

    def draft(posted: Any, newest: Rules) -> Draft:
        if region and region not in regions_of(newest.body):
            raise NotFound
        if posted is None:
            form = YearForm(newest=newest, initial=_year_initial(request, newest))
            return Draft(form=form, context={"fields": own_fields(form), "region": _name_of(region, newest)})
        form = YearForm(posted, request.FILES, newest=newest)
        read = Draft(form=form, context={"fields": own_fields(form), "region": _name_of(region, newest)})
        if form.is_valid():
            given = form.cleaned_data
            try:
                read.body = actions.with_year(
                    newest.body, year=given["year"], text=given["text"], source=given["source"], region=region
                )
                whose = regions_of(read.body)[region] if region else read.body
                read.context["days"] = whose["years"][str(given["year"])]
            except YearNotReadable as error:
                for problem in error.problems:
                    form.add_error("text", problem)
                read.problems = problems_of(form)
        return read

    return edit(request, YEAR, "clocks/enter_year.html", draft, actor=actor, publish=actions.publish_calendar)


def _name_of(region: str, newest: Rules) -> str:
    """The name of a regional calendar; empty for the main one."""
    return in_language(regions_of(newest.body)[region]["name"]) if region else ""


def _year_initial(request: HttpRequest, newest: Rules) -> dict[str, Any]:
    """The year asked for with the days already known, or the first one that is missing."""
    asked = request.GET.get("year", "")
    today: datetime = now()
    years = (
        regions_of(newest.body)[region]["years"] if (region := request.GET.get("region", "")) else newest.body["years"]
    )
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    if year is None:
        year = local_date(today, _zone(request)).year
        while str(year) in years:
            year += 1
    known = years.get(str(year))
    return {
        "year": year,
        "based_on": newest.version,
        "text": write_year(known) if known else "",
        "source": known.get("source", "") if known else "",
    }


def _zone(request: HttpRequest) -> str:
    zone: str = request.organisation.time_zone  # type: ignore[attr-defined]
    return zone
