"""Pages of sign-in that allauth does not have: choosing the organisation, and the demo's one-click entrance."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.kernel.errors import NotAllowed, NotFound, SignInNeeded
from tingsu.kernel.models import Organisation
from tingsu.people import elsewhere, queries
from tingsu.people.access import at_work
from tingsu.people.adapters import enter_organisation
from tingsu.people.models import Account
from tingsu.people.roles import Role
from tingsu.people.sessions import begin

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def onward(request: HttpRequest) -> str:
    """Where to go afterwards: `next` if it is a page of ours, else the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else reverse("desk:work")


@require_http_methods(["GET", "HEAD", "POST"])
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """In which of my organisations do I work now?"""
    if not request.user.is_authenticated:
        raise SignInNeeded
    ids = [one.organisation_id for one in at_work(request.user.pk)]
    if request.method == "POST":
        entered = enter_organisation(request, request.user, request.POST.get("organisation", ""))
        if entered is None:
            raise NotAllowed
        return HttpResponseRedirect(elsewhere.home_of(entered) or onward(request))
    context = {"choices": Organisation.objects.filter(pk__in=ids).order_by("created_at"), "next": onward(request)}
    return render(request, "account/organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click as any role, in the demo only; elsewhere this page does not exist."""
    organisation: Organisation | None = getattr(request, "organisation", None)
    if not settings.DEMO or organisation is None or not organisation.is_demo:
        raise NotFound
    if request.method == "POST":
        member = next((m for m in queries.active_members() if str(m.pk) == request.POST.get("member")), None)
        account = Account.objects.filter(pk=member.account_id, is_active=True).first() if member else None
        if account is None:
            raise NotFound
        login(request, account, backend=BACKEND)
        begin(request)
        request.session["organisation"] = str(organisation.pk)
        return HttpResponseRedirect(onward(request))
    return render(request, "account/demo.html", {"groups": demo_people(), "next": onward(request)})


def demo_people() -> list[dict[str, Any]]:
    """Who can be entered, by role: work identity, unit, level."""
    posts = queries.posts_now()
    groups = []
    for role in Role:
        held = [post for post in posts if post.role == role]
        people = [
            {
                "member": member,
                "unit": queries.unit_name(post.unit_id),
                "staff_level": post.get_staff_level_display(),
                "mediator_level": post.get_mediator_level_display(),
            }
            for post in held
            if (member := queries.member_or_none(post.member_id)) is not None and member.account_id is not None
        ]
        if people:
            groups.append({"role": role.label, "people": people})
    return groups


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """A page of allauth that this system does not have."""
    raise NotFound
