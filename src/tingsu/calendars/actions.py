"""Every write on calendars: publish a version, enter a year."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.queries import KIND
from tingsu.calendars.year_text import read_years
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor


def publish_calendar(
    *,
    actor: Actor,
    body: dict[str, Any],
    valid_from: datetime | None = None,
    note: str = "",
    based_on: int | None = None,
) -> rulebooks.Rules:
    """Put a new version of the working calendar in force. Raises InvalidInput with one sentence per problem."""
    return rulebooks.publish(actor=actor, kind=KIND, body=body, valid_from=valid_from, note=note, based_on=based_on)


def with_year(body: dict[str, Any], *, year: int, text: str, source: str, region: str = "") -> dict[str, Any]:
    """A copy of a calendar's body in which ``year`` is official, read from pasted text. Raises YearNotReadable.

    A holiday over New Year changes the neighbouring year too, where that is official; an earlier year that is not stays
    assumed as a whole. With ``region`` it is a year of that regional calendar.
    """
    if region:
        ours = with_year(body["regions"][region], year=year, text=text, source=source)
        return {**copy.deepcopy(body), "regions": {**copy.deepcopy(body["regions"]), region: ours}}
    if not 2000 <= year <= 2100:
        raise YearNotReadable([_("%(year)s is not a year this calendar can hold.") % {"year": year}])
    changed = copy.deepcopy(body)
    read = read_years(text, year, source=source, known=changed["years"].get(str(year)))
    changed["years"][str(year)] = read.pop(year)
    for other, days in read.items():
        if known := changed["years"].get(str(other)):
            _take_in(known, days)
        elif other > year:
            on = min(day["on"] for kind in ("days_off", "make_up_days") for day in days[kind])
            raise YearNotReadable(
                [
                    _("%(on)s lies in %(year)s, which is not entered yet. Enter that year first.")
                    % {"on": on, "year": other}
                ]
            )
    return changed


def _take_in(known: dict[str, Any], days: dict[str, Any]) -> None:
    """Days at the edge of a year, named by the notice of its neighbour, which is the newer word on them."""
    named = {day["on"] for kind in ("days_off", "make_up_days") for day in days[kind]}
    for kind in ("days_off", "make_up_days"):
        kept = [day for day in known[kind] if day["on"] not in named]
        known[kind] = sorted([*kept, *days[kind]], key=lambda day: str(day["on"]))


def import_year(*, actor: Actor, year: int, text: str, source: str, based_on: int | None = None) -> rulebooks.Rules:
    """Enter the official days of one year and publish them at once (SL-02).

    Promises counted on assumed days are counted again by `clocks.actions.recount_promises`, which the page queues.
    """
    body = with_year(rulebooks.in_force(KIND).body, year=year, text=text, source=source)
    return publish_calendar(actor=actor, body=body, note=f"{year}", based_on=based_on)
