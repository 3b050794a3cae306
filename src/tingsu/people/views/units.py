"""Units of the three-level structure (OG-05), for those who manage people."""

import uuid
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.kernel.errors import NotFound
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people import actions, conformity, queries
from tingsu.people.access import Can, actor_for
from tingsu.people.levels import LEVELS
from tingsu.people.models import Unit
from tingsu.people.settings_forms import UnitForm, unit_initial
from tingsu.people.views.members import post_words


@dataclass
class Branch:
    """A unit with the units below it and the number of people in posts."""

    unit: Unit
    people: int
    children: list["Branch"] = field(default_factory=list)


@require_safe
def units_page(request: HttpRequest) -> HttpResponse:
    """The tree, closed units beside it, who handles complaints full time, and what does not conform (OG-01, OG-04)."""
    actor_for(request, needs=Can.PEOPLE)
    posts = queries.posts_now()
    context = {
        "tree": tree(queries.units(), [post.unit_id for post in posts]),
        "closed": [unit for unit in queries.units(active=False) if not unit.active],
        "not_conforming": conformity.not_conforming(),
        "full_time": conformity.full_time_handlers(),
        "levels": LEVELS,
        "seats": conformity.seats(),
    }
    return render(request, "people/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, needs=Can.PEOPLE)
    form = UnitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            actions.open_unit(actor=actor, **form.values())
            messages.success(request, _("The unit is open."))
            return HttpResponseRedirect(reverse("people:units"), status=303)
    return form_page(request, "people/unit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def unit_page(request: HttpRequest, unit_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.PEOPLE)
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    form = UnitForm(request.POST if request.method == "POST" else None, but=unit.pk, initial=unit_initial(unit))
    if form.is_valid():
        with refusals_on(form):
            actions.change_unit(actor=actor, unit_id=unit.pk, **form.values())
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("people:units"), status=303)
    context = {"form": form, "unit": unit, "posts": [post_words(post) for post in queries.posts_now(unit=unit.pk)]}
    return form_page(request, "people/unit.html", context)


@require_POST
def set_active(request: HttpRequest, unit_id: uuid.UUID) -> HttpResponse:
    """Close a unit, or open it again."""
    actor = actor_for(request, needs=Can.PEOPLE)
    close = request.POST.get("active") == "no"
    with told(request, _("The unit is closed. Its history stays.") if close else _("The unit is open.")):
        (actions.close_unit if close else actions.reopen_unit)(actor=actor, unit_id=unit_id)
    return HttpResponseRedirect(reverse("people:units"), status=303)


def tree(units: list[Unit], holders: list[uuid.UUID]) -> list[Branch]:
    """Units as branches; one whose parent is closed stands at the root, so that none is hidden."""
    branches = {unit.pk: Branch(unit, holders.count(unit.pk)) for unit in units}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id) if branch.unit.parent_id else None
        (above.children if above else roots).append(branch)
    for branch in branches.values():
        branch.children.sort(key=_place)
    return sorted(roots, key=_place)


def _place(branch: Branch) -> tuple[int, int, str]:
    """By level, then in the order of the kinds, then by code."""
    return branch.unit.level, Unit.Kind.values.index(branch.unit.kind), branch.unit.code
