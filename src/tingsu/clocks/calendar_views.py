"""Pages of the working calendar: what is in force, its draft form, and entering the official days of a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.calendars import actions
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.forms import CalendarForm, YearForm, weekday_rows
from tingsu.calendars.queries import KIND
from tingsu.calendars.year_text import write_year
from tingsu.clocks.differences import calendar_differences
from tingsu.clocks.versions import chosen_version, history_of
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import TingsuError
from tingsu.people.access import Can, actor_for


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """One version of the working calendar: the one in force, or the one asked for, beside the history."""
    actor_for(request, needs=Can.RULEBOOKS)
    shown = chosen_version(KIND, request.GET.get("version"))
    context = {
        "rules": shown,
        "in_force": rulebooks.in_force(KIND),
        "week": weekday_rows(shown.body),
        "years": sorted(shown.body["years"].items(), reverse=True),
        "history": history_of(KIND),
        "zone": _zone(request),
    }
    if shown.version:
        before = rulebooks.version_of(KIND, shown.version - 1)
        context["differences"] = calendar_differences(before.body, shown.body)
    return render(request, "clocks/calendar.html", context)


@require_http_methods(["GET", "POST"])
def edit_calendar(request: HttpRequest) -> HttpResponse:
    """A draft of hours, zone and the end of working days: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    newest = rulebooks.versions(KIND)[0]
    data = request.POST if request.method == "POST" else None
    form = CalendarForm(data, body=newest.body, zone=_zone(request), initial={"based_on": newest.version})
    context: dict[str, Any] = {"form": form, "newest": newest}
    if data is None:
        return render(request, "clocks/edit_calendar.html", context)
    if form.is_valid():
        if "check" in data:
            context |= {"checked": True, "differences": calendar_differences(newest.body, form.draft())}
            return render(request, "clocks/edit_calendar.html", context)
        if _publish(request, actor, form, form.draft()):
            return redirect("clocks:calendar")
    return render(request, "clocks/edit_calendar.html", context, status=422)


@require_http_methods(["GET", "POST"])
def enter_year(request: HttpRequest) -> HttpResponse:
    """The official days of one year, pasted or uploaded: show what was understood, or publish it (SL-02)."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    newest = rulebooks.versions(KIND)[0]
    if request.method == "GET":
        form = YearForm(zone=_zone(request), initial=_year_initial(request, newest))
        return render(request, "clocks/enter_year.html", {"form": form, "newest": newest})
    form = YearForm(request.POST, request.FILES, zone=_zone(request))
    context: dict[str, Any] = {"form": form, "newest": newest}
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            body = actions.with_year(newest.body, year=cleaned["year"], text=cleaned["text"], source=cleaned["source"])
        except YearNotReadable as error:
            for problem in error.problems:
                form.add_error("text", problem)
        else:
            if "check" in request.POST:
                context |= {"checked": True, "days": body["years"][str(cleaned["year"])]}
                return render(request, "clocks/enter_year.html", context)
            if _publish(request, actor, form, body):
                return redirect("clocks:calendar")
    return render(request, "clocks/enter_year.html", context, status=422)


def _publish(request: HttpRequest, actor: Actor, form: CalendarForm | YearForm, body: dict[str, Any]) -> bool:
    """Publish a draft; a refusal goes to the form in words."""
    try:
        published = actions.publish_calendar(
            actor=actor,
            body=body,
            valid_from=form.cleaned_data["valid_from"],
            note=form.cleaned_data["note"],
            based_on=form.cleaned_data["based_on"],
        )
    except TingsuError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
    return True


def _year_initial(request: HttpRequest, newest: rulebooks.Rules) -> dict[str, Any]:
    """The year asked for with the days already known, or the first one that is missing."""
    asked = request.GET.get("year", "")
    today: datetime = now()
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    if year is None:
        year = local_date(today, _zone(request)).year
        while str(year) in newest.body["years"]:
            year += 1
    known = newest.body["years"].get(str(year))
    return {
        "year": year,
        "based_on": newest.version,
        "text": write_year(known) if known else "",
        "source": known.get("source", "") if known else "",
    }


def _zone(request: HttpRequest) -> str:
    zone: str = request.organisation.time_zone  # type: ignore[attr-defined]
    return zone
