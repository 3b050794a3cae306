"""The set-up in the browser: the link, then one page after the other, each kept when it is sent."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tingsu.kernel.errors import NotFound
from tingsu.pages.refusal import form_page, refusals_on
from tingsu.people.sessions import begin
from tingsu.people.views.sign_in import BACKEND
from tingsu.setup import enterprise, founding, links
from tingsu.setup.errors import DoneAlready, LinkOld, LinkUsed, LinkWrong, TakenOver
from tingsu.setup.forms import FirstContactForm, FirstForm, PasswordForm, RulesForm

Form = type[django_forms.Form]
HELD = "setup_held"
PAGES: dict[str, tuple[Form, str | Promise, str | Promise]] = {
    "firm": (FirstForm, _("Your firm"), _("Who you are decides which documents apply.")),
    "rules": (RulesForm, _("Documents, limits, units"), _("Proposed from what you said; change what does not fit.")),
    "contact": (
        FirstContactForm,
        _("How people reach you"),
        _("All of this can be filled in later; the list reminds you."),
    ),
    "person": (PasswordForm, _("The first account"), _("This person signs in first and lets the others in.")),
}
"""Pages in their order: form, title, what it is for."""
ORDER = tuple(PAGES)
Page = Callable[..., HttpResponse]


def said(view: Page) -> Page:
    """A link that does not work, or a set-up that goes on elsewhere, is one sentence on a page of its own."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (DoneAlready, LinkOld, LinkUsed, LinkWrong, TakenOver) as error:
            return render(request, "setup/stopped.html", {"error": error}, status=error.status)

    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@said
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """Begin, or go on. Opening the page uses nothing up: a preview or a prefetch must not spend the link."""
    held = request.session.get(HELD, "")
    links.check(token, held)
    if request.method != "POST":
        return render(request, "setup/link.html", {"pages": _path("")})
    request.session[HELD] = links.use(token, held)
    known = links.answers(request.session[HELD])
    return _to(next((name for name in ORDER if name not in known), ORDER[-1]))


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@said
def step_page(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the set-up: what was typed is kept when it is sent, whole or not at all."""
    if page not in PAGES:
        raise NotFound
    held = request.session.get(HELD, "")
    known = links.answers(held)
    missing = next((name for name in ORDER[: ORDER.index(page)] if name not in known), None)
    if missing is not None:
        return _to(missing)
    form_class, title, hint = PAGES[page]
    form = form_class(request.POST if request.method == "POST" else None, initial=_initial(page, known))
    if form.is_valid():
        if page != ORDER[-1]:
            links.keep(held, page, form.cleaned_data)
            return _to(ORDER[ORDER.index(page) + 1])
        with refusals_on(form, {"slug": "", "alias": "alias_zh"}):
            return _found(request, held, known, form.cleaned_data)
    context = {"form": form, "title": title, "hint": hint, "pages": _path(page), "last": page == ORDER[-1]}
    place = ORDER.index(page)
    context["back"] = reverse("setup:step", args=[ORDER[place - 1]]) if place else ""
    return form_page(request, "setup/step.html", context)


def _found(request: HttpRequest, held: str, known: dict[str, Any], person: dict[str, Any]) -> HttpResponse:
    with founding.alone():
        links.answers(held)  # somebody may have taken over, or sent this very page, while it was typed
        # A founding that was interrupted goes on with the plan it began with; only a password is not kept.
        typed = {name: value for name, value in person.items() if name not in {"password", "again"}}
        links.keep(held, ORDER[-1], typed)
        firm = {name: value for page in ORDER[:-1] for name, value in known[page].items()}
        made = founding.found(founding.plan_of(firm, typed), password=person["password"])
        links.forget()
    login(request, made.account, backend=BACKEND)
    begin(request)
    request.session.pop(HELD, None)
    request.session["organisation"] = str(made.organisation.pk)
    # The password was typed a moment ago: the second factor follows without asking for it again.
    record_authentication(request, made.account, method="password", reauthenticated=True)
    messages.info(request, _("Tingsu is open. Now the second factor; then the list says what is left to do."))
    return HttpResponseRedirect(reverse("mfa_activate_totp"), status=303)


def _initial(page: str, known: dict[str, Any]) -> dict[str, Any]:
    if page in known:
        found: dict[str, Any] = known[page]
        return found
    if page == "rules":
        firm = known["firm"]
        codes = enterprise.applicable(firm["kind"], firm["size"])
        structure = "one" if firm["kind"] == "micro" else "sz" if firm["kind"] == "sme" else "svc"
        profile = enterprise.profile_for(firm["kind"])
        return {"documents": codes, "reason": enterprise.reasons(codes), "profile": profile, "structure": structure}
    if page == "person" and known["rules"]["structure"] == "one":
        return {"role": "all"}
    return {}


def _path(page: str) -> list[dict[str, Any]]:
    return [{"title": title, "current": name == page} for name, (_form, title, _hint) in PAGES.items()]


def _to(page: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("setup:step", args=[page]), status=303)
