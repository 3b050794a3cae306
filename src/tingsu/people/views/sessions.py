"""Where somebody is signed in: one's own sessions, and those of members for whoever may end them (PS-03)."""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.kernel.errors import NotFound, SignInNeeded, TingsuError
from tingsu.people import actions, queries, sessions, sign_in_rules
from tingsu.people.access import Can, actor_for
from tingsu.people.models import Member


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My open sessions, this one marked."""
    actor_for(request, needs=Can.DESK)
    rules = sign_in_rules.in_force()
    known = sessions.open_sessions(int(request.user.pk), here=sessions.current(request))  # type: ignore[arg-type]
    context = {
        "sessions": known,
        "others": [one for one in known if not one.here],
        "idle": rules["idle_minutes"],
        "longest": rules["longest_hours"],
    }
    return render(request, "people/my_sessions.html", context)


@require_POST
def end_mine(request: HttpRequest) -> HttpResponse:
    """End one of my sessions, or all but this one."""
    actor = actor_for(request, needs=Can.DESK)
    here, only = sessions.current(request), request.POST.get("session", "")
    if only == here:
        raise NotFound  # this one ends by signing out
    ended = actions.end_sessions(actor=actor, member_id=actor.id, only=only, but=here)  # type: ignore[arg-type]
    messages.success(request, told(ended))
    return HttpResponseRedirect(reverse("people:my_sessions"), status=303)


@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """Who is signed in now, last used first."""
    actor = actor_for(request, needs=Can.SESSIONS)
    uses = sessions.last_uses(actor.organisation_id)
    rows = [
        {"member": member, "number": uses[member.account_id][0], "used": uses[member.account_id][1]}
        for member in queries.active_members()
        if member.account_id in uses
    ]
    rows.sort(key=_used, reverse=True)
    return render(request, "people/signed_in.html", {"rows": rows})


def _used(row: dict[str, Any]) -> datetime:
    used: datetime = row["used"]
    return used


@require_safe
def of_member(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """The open sessions of a member."""
    actor = actor_for(request, needs=Can.SESSIONS)
    member = found(member_id)
    known = (
        sessions.open_sessions(member.account_id, works_in=actor.organisation_id, here=sessions.current(request))
        if member.account_id
        else []
    )
    return render(request, "people/member_sessions.html", {"member": member, "sessions": known})


@require_POST
def end_of_member(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """End one session of a member, or all."""
    actor = actor_for(request, needs=Can.SESSIONS)
    member = found(member_id)
    ended = actions.end_sessions(
        actor=actor,
        member_id=member.pk,
        only=request.POST.get("session", ""),
        but=sessions.current(request) if member.pk == actor.id else "",
    )
    messages.success(request, told(ended))
    return HttpResponseRedirect(reverse("people:member_sessions", args=[member.pk]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody works on an open page without sending anything: the session lasts on. Gives for how many seconds, and whose it is:
    a page that stood open while somebody signed in anew asks whether it is still the same person's. Asked for with GET it gives
    the dialog in which a page holds out what was typed before and has no form any more (`pages/js/aside.js`).
    """
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0}, status=SignInNeeded.status)
    if request.method != "POST":
        return render(request, "people/parts/typed_before.html")
    sessions.note_use(request, every=timedelta())
    person = ""
    with suppress(TingsuError):
        person = str(actor_for(request).id)
    return JsonResponse({"left": sessions.seconds_left(request), "person": person})


def told(ended: int) -> str:
    if not ended:
        return _("No other session was open.")
    return ngettext("%(count)s session ended.", "%(count)s sessions ended.", ended) % {"count": ended}


def found(member_id: uuid.UUID) -> Member:
    member = Member.objects.filter(pk=member_id, active=True).first()
    if member is None:
        raise NotFound
    return member
