"""Pages of rule packs: what ships with its dates and sources, and the draft that takes some lines of one into the time limits (SL-01)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import actions
from tingsu.clocks.packs import Pack, is_later, packs, same_line, with_pack
from tingsu.clocks.policy import faults_of, read_rule
from tingsu.clocks.profiles import completed
from tingsu.clocks.queries import KIND
from tingsu.clocks.timers import timer
from tingsu.clocks.views import BOOK, touched
from tingsu.clocks.words import condition_words, limit_and_extensions
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import day_around, local_date, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.rulebooks import Draft, Problem, PublishingForm, edit
from tingsu.people.access import Can, actor_for

STANDINGS = {
    "in_force": gettext_lazy("in force"),
    "to_come": gettext_lazy("not in force yet"),
    "ended": gettext_lazy("no longer in force"),
}


class PackForm(PublishingForm):
    """The draft of a version that takes some lines of a pack: the confirmed ones are ticked, every other is off."""

    lines = forms.MultipleChoiceField(
        label=gettext_lazy("Lines to take over"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        ticked = [str(place) for place, line in enumerate(pack.lines) if line.confirmed]
        initial = {"lines": ticked, **kwargs.pop("initial", {})}
        if pack.since is not None and pack.standing(today()) == "to_come":
            initial["valid_from"] = _first_moment(pack)
        super().__init__(*args, initial=initial, **kwargs)
        self.pack = pack
        offered: Any = self.fields["lines"]
        offered.choices = [(str(place), str(place)) for place in range(len(pack.lines))]

    def clean_lines(self) -> list[int]:
        """At least one, as places."""
        chosen = [int(one) for one in self.cleaned_data["lines"]]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one line."))
        return chosen

    def clean_valid_from(self) -> datetime | None:
        """Nothing of a pack holds before the pack does, or after it has ended."""
        starts: datetime | None = self.cleaned_data["valid_from"]
        zone = current_organisation().time_zone
        standing = self.pack.standing(local_date(starts or now(), zone))
        if standing == "to_come":
            raise forms.ValidationError(
                _("These rules hold from %(day)s on: choose that day or a later one."), params={"day": self.pack.since}
            )
        if standing == "ended":
            raise forms.ValidationError(
                _("These rules held until %(day)s and can no longer be taken over."), params={"day": self.pack.until}
            )
        return starts


def today() -> Any:
    """The day on which a pack is looked at."""
    return local_date(now(), current_organisation().time_zone)


def _first_moment(pack: Pack) -> datetime | None:
    return day_around(pack.since, current_organisation().time_zone)[0] if pack.since else None


def _told(pack: Pack) -> dict[str, Any]:
    return {"pack": pack, "standing": pack.standing(today()), "standing_words": STANDINGS[pack.standing(today())]}


@require_GET
def rule_packs(request: HttpRequest) -> HttpResponse:
    """Every pack that ships: whom it binds, from when to when it holds, how many of its numbers are confirmed, and which is in use."""
    actor_for(request, needs=Can.RULEBOOKS)
    rows = rulebooks.in_force(KIND).body["rules"]
    known = packs()
    shown = [
        {
            **_told(pack),
            "confirmed": sum(line.confirmed for line in pack.lines),
            "used": sum(row.get("pack") == pack.code for row in rows),
            "successor": known.get(pack.followed_by),
        }
        for pack in known.values()
    ]
    return render(request, "clocks/packs.html", {"packs": shown})


@require_http_methods(["GET", "POST"])
def choose_pack(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a version that takes lines of a pack: show what it would change and would have done, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    pack = packs().get(code)
    if pack is None or not pack.lines:
        raise NotFound
    return edit(
        request, BOOK, "clocks/choose_pack.html", partial(_draft, actor, pack), actor=actor, publish=actions.publish_time_limits,
    )  # fmt: skip


def _draft(actor: Actor, pack: Pack, posted: Any, newest: Rules) -> Draft:
    form = PackForm(posted, pack=pack, newest=newest)
    draft = Draft(form=form, context={**_told(pack), "lines": _lines(pack, form, newest)})
    if posted is None or not form.is_valid():
        return draft
    draft.body = with_pack(completed(newest.body), pack, form.cleaned_data["lines"])
    draft.problems = [Problem(text=fault.text) for fault in faults_of(draft.body)]
    if not draft.problems:
        draft.context |= touched(posted, newest, draft.body, actor)
    return draft


def _lines(pack: Pack, form: PackForm, newest: Rules) -> list[dict[str, Any]]:
    """Each line as the form offers it, beside what holds now for the same case."""
    rows, calendar, at = completed(newest.body)["rules"], calendar_in_force(), now()
    ticked = {str(one) for one in form["lines"].value() or ()}
    shown = []
    for place, line in enumerate(pack.lines):
        rule, present = read_rule(line.row(pack.code)), same_line(rows, line)
        shown.append(
            {
                "place": place,
                "line": line,
                "timer": timer(line.timer),
                "condition": condition_words(timer(line.timer), rule.when),
                "limit": limit_and_extensions(rule),
                "now": limit_and_extensions(read_rule(dict(present))) if present else "",
                "later": present is not None and is_later(line, present, at, calendar),
                "ticked": str(place) in ticked,
            }
        )
    return shown
