"""Pages of practice copies."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.demo import exercise, practice
from tingsu.documents.writing import blocks
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.refusal import told
from tingsu.people import queries
from tingsu.people.access import PRACTISING_AS, Can, actor_for, may
from tingsu.people.roles import Role


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("practice:home"), status=303)


def _address(row: Organisation) -> str:
    return f"{settings.PREFIX}/o/{row.slug}/practice/"


@require_safe
def practice_page(request: HttpRequest) -> HttpResponse:
    """How the practice copy stands. Everybody of the firm may enter it; leaders make and empty it."""
    actor = actor_for(request, needs=Can.DESK)
    if current_organisation().practice_of is not None:
        return HttpResponseRedirect(reverse("practice:enter"), status=303)
    copy = practice.copy_of_current()
    context: dict[str, Any] = {
        "copy": copy,
        "may_change": may(actor, Can.RULEBOOKS),
        "address": _address(copy.organisation) if copy else "",
        "here": not current_organisation().is_demo,
        "total": practice.TOTAL,
    }
    return render(request, "demo/practice.html", context | (practice.progress(copy) if copy else {}))


@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    """Make a copy, or go on making it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    with told(request, _("The practice copy is being made. It opens by itself in a minute or two.")):
        practice.fill(actor=actor)
    return _back()


@require_http_methods(["GET", "HEAD", "POST"])
def empty(request: HttpRequest) -> HttpResponse:
    """What goes, and the one button that makes it go."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if request.method == "POST":
        with told(request, _("The practice copy is being emptied.")):
            practice.empty(actor=actor)
        return _back()
    copy = practice.copy_of_current()
    if copy is None:
        return _back()
    return render(request, "demo/practice_empty.html", {"copy": copy})


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Choose whom of the invented people one plays; in a practice copy only, for people of the firm only (`PracticeDoor`)."""
    if current_organisation().practice_of is None:
        raise NotFound
    if request.method == "POST":
        chosen = next((one for one in queries.active_members() if str(one.pk) == request.POST.get("member")), None)
        if chosen is None:
            raise NotFound
        request.session[PRACTISING_AS] = str(chosen.pk)
        return HttpResponseRedirect(reverse("desk:work"), status=303)
    return render(request, "demo/practice_enter.html", {"groups": _groups(), "portal": reverse("portal:home")})


@require_http_methods(["GET", "HEAD", "POST"])
def play(request: HttpRequest, number: str) -> HttpResponse:
    """A model case as an exercise: whom one plays, and begin (PE-31)."""
    actor = actor_for(request, needs=Can.DESK)
    entry, piece = exercise.case_to_play(actor, number)
    where, error = exercise.place(), ""
    if request.method == "POST":
        try:
            begun = exercise.begin(actor=actor, number=number, plays=request.POST.get("plays", ""))
        except TingsuError as refused:
            error = str(refused)
        else:
            if begun.plays is not None:
                request.session[PRACTISING_AS] = str(begun.plays)
            return HttpResponseRedirect(begun.address, status=303)
    context = {
        "entry": entry,
        "piece": piece,
        "where": where,
        "parts": exercise.parts(where),
        "error": error,
        "blocks": blocks(piece.body),
    }
    return render(request, "demo/exercise.html", context, status=409 if error else 200)


def _groups() -> list[dict[str, Any]]:
    """Who can be played, by role."""
    posts = queries.posts_now()
    found = []
    for role in Role:
        people = [
            {"member": member, "unit": queries.unit_name(post.unit_id)}
            for post in posts
            if post.role == role and (member := queries.member_or_none(post.member_id)) is not None
        ]
        if people:
            found.append({"role": role.label, "people": people})
    return found
