"""What everybody sees and decides about themselves: posts to confirm, duty, consent to the name (OG-11, PS-15)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tingsu.kernel.errors import NotFound
from tingsu.people import actions, authority, queries
from tingsu.people.access import Can, actor_for, rights_of
from tingsu.people.models import Member, Post
from tingsu.people.views.members import post_words


@require_safe
def my_posts(request: HttpRequest) -> HttpResponse:
    """My posts with what they allow, to be confirmed once each."""
    actor = actor_for(request, needs=Can.DESK)
    rows = [post_words(post) for post in Post.objects.filter(member_id=actor.id).order_by("-since")]
    context = {
        "member": Member.objects.get(pk=actor.id),
        "identity": queries.public_identity(actor.id),
        "posts": rows,
        "rights": [right.label for right in Can if right in rights_of(actor)],
        "limit": authority.limit_of(actor),
    }
    return render(request, "people/mine.html", context)


@require_POST
def confirm(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.DESK)
    if not Post.objects.filter(pk=post_id, member_id=actor.id).exists():
        raise NotFound
    actions.confirm_post(actor=actor, post_id=post_id)
    messages.success(request, _("Thank you. Your confirmation is noted."))
    return _back()


@require_POST
def duty(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, needs=Can.DESK)
    on_duty = request.POST.get("on_duty") == "yes"
    actions.set_on_duty(actor=actor, member_id=actor.id, on_duty=on_duty)  # type: ignore[arg-type]
    messages.success(request, _("You are on duty.") if on_duty else _("You are off duty. Your open cases stay yours."))
    return _back()


@require_POST
def name_consent(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, needs=Can.DESK)
    agrees = request.POST.get("agrees") == "yes"
    actions.agree_to_name(actor=actor, member_id=actor.id, agrees=agrees)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("people:mine"), status=303)
