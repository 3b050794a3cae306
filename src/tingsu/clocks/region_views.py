"""Pages of regional calendars: a draft of one; and how the page of the working calendar tells them (SL-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tingsu.calendars import actions
from tingsu.calendars.forms import weekday_rows
from tingsu.calendars.regions import HAS_OWN, hours_of, regions_of
from tingsu.clocks.calendar_book import BOOK, own_fields
from tingsu.clocks.region_forms import DAYS, RegionForm
from tingsu.clocks.region_words import places_words, units_words
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.ids import new_id
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.rulebooks import Draft, edit
from tingsu.people.access import Can, actor_for

REGION = replace(BOOK, draft_title=gettext_lazy("Draft of a regional calendar"))


def regions_shown(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each region in words: where it holds, what it says itself, its days."""
    return [
        {
            "code": code,
            "name": in_language(region["name"]),
            "places": places_words(region),
            "units": units_words(region),
            "days": dict(DAYS)[region["days"]],
            "time_zone": region.get("time_zone", ""),
            "week": weekday_rows(hours_of(body, code)) if any(name in region for name in ("week", "make_up")) else [],
            "follows": not any(name in region for name in HAS_OWN),
            "years": sorted(region["years"].items(), reverse=True),
        }
        for code, region in regions_of(body).items()
    ]


@require_http_methods(["GET", "POST"])
def edit_region(request: HttpRequest, code: str = "") -> HttpResponse:
    """A draft of one regional calendar, a new one without a code: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    made = code or str(new_id())[-8:]

    def drafted(posted: Any, newest: Rules) -> Draft:
        if code and code not in regions_of(newest.body):
            raise NotFound
        form = RegionForm(posted, whole=newest.body, code=made, newest=newest)
        draft = Draft(form=form, context={"fields": own_fields(form)})
        if posted is not None and form.is_valid():
            draft.body = form.draft()
        return draft

    return edit(request, REGION, "clocks/edit_region.html", drafted, actor=actor, publish=actions.publish_calendar)
