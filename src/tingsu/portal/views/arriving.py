"""How visitors arrive from other sites: by a link, in the frame of the widget, or handed over with a signature (IN-09, IN-10)."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import NotFound
from tingsu.kernel.limits import count_attempt
from tingsu.portal import drafts, embedding, runs, shell, signed, sites, wizard
from tingsu.portal.causes import BY_CODE
from tingsu.portal.models import PortalDraft
from tingsu.portal.views.submit import DRAFTS_AN_HOUR, HOUR

ORDER = ("order", "product", "day", "time")
LONGEST = 200
LANGUAGES = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-hans": "zh-hans", "en": "en"}
YEAR = 365 * 24 * 3600


def arrive_home(request: HttpRequest) -> HttpResponse:
    """Nobody arrives without a site: the form itself."""
    return redirect("portal:begin")


@never_cache
@require_safe
def arrive(request: HttpRequest, number: str) -> HttpResponse:
    """The link of a site: `?door=refund&order=…&product=…&day=…&time=…&lang=en`. What it says can be changed and is never believed.

    In a frame it goes on over a page that sees whether this browser keeps anything of us there.
    """
    site = sites.site_of(number)
    if site is None:
        return redirect("portal:begin")
    asked = {name: request.GET[name][:LONGEST] for name in ORDER if request.GET.get(name)}
    door = request.GET.get("door", "")
    door = door if door in BY_CODE else site.door
    where = form_address(door, asked)
    framed = request.GET.get("frame") == "1"
    if framed:
        where = f"{reverse('portal:framed', args=[number])}?{urlencode({'door': door, **asked})}"
    response = redirect(where)
    embedding.remember(response, site)
    speak(response, request.GET.get("lang", ""))
    return response


def form_address(door: str, asked: dict[str, str]) -> str:
    """Where the form begins: at its second step where it is known what it is about."""
    where = reverse("portal:submit", args=["story" if door else "cause"])
    query = urlencode({"cause": door, **asked} if door else {})
    return f"{where}?{query}" if query else where


def speak(response: HttpResponse, asked: str) -> None:
    """The language that a link names, kept like one that was chosen here."""
    if language := LANGUAGES.get(asked.lower()):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, path=settings.LANGUAGE_COOKIE_PATH, samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip


@never_cache
@require_safe
def framed(request: HttpRequest, number: str) -> HttpResponse:
    """Inside the widget: on to the form, or, where the browser keeps nothing for us in a frame, the way to it in a window of its own."""
    site = sites.site_of(number)
    if site is None:
        raise NotFound
    door = request.GET.get("door", "")
    asked = {name: request.GET[name][:LONGEST] for name in ORDER if request.GET.get(name)}
    if embedding.site_number(request) == number:
        return redirect(form_address(door if door in BY_CODE else "", asked))
    address = f"{reverse('portal:arrive', args=[number])}?{urlencode({'door': door, **asked})}"
    response = shell.page(request, "portal/own_window.html", {"address": address})
    embedding.let_frame(response, site)
    return response


@cache
def _script() -> bytes:
    path = finders.find("portal/widget/widget.js")
    assert isinstance(path, str)  # noqa: S101 ours
    return Path(path).read_bytes()


@cache_control(public=True, max_age=3600)
@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """The script of the one line; it says nothing of anybody and may be loaded from everywhere."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache_control(max_age=60)
@require_safe
def look(request: HttpRequest, number: str) -> JsonResponse:
    """What the widget draws, told to the addresses of the site alone."""
    site, origin = sites.site_of(number), request.headers.get("Origin", "")
    if site is None or origin not in site.origins:
        return JsonResponse(
            {"code": "origin", "detail": _("This address is not registered for the widget.")}, status=403
        )
    response = JsonResponse(site.look)
    response["Access-Control-Allow-Origin"] = origin
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Vary"] = "Origin"
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """The signed hand-over: `token` in the address or, better, in a form. Nothing of it is left in any address afterwards.

    What is wrong with it opens the plain form with a sentence; a form that this browser began keeps its words.
    """
    if request.method == "HEAD":
        return redirect("portal:begin")
    count_attempt("portal.handover", counted_as(request), limit=DRAFTS_AN_HOUR, window=HOUR)
    token = (request.POST if request.method == "POST" else request.GET).get("token", "")
    try:
        handed = signed.read_token(token)
        where, draft = take_over(request, handed)
    except signed.HandoverRefused as refused:
        messages.warning(request, str(refused))
        return redirect("portal:submit", "cause")
    response = redirect(where)
    drafts.remember(response, draft.pk)
    embedding.remember(response, handed.site)
    speak(response, handed.language)
    if handed.language:
        translation.activate(handed.language)
    return response


def take_over(request: HttpRequest, handed: signed.HandedOver) -> tuple[str, PortalDraft]:
    """Put what was handed over into the form of this browser, or into a new one if another person began it. Raises HandoverUsed."""
    draft = drafts.find_draft(request)
    body: dict[str, Any] = drafts.read_body(draft) if draft and draft.state == PortalDraft.State.OPEN else {}
    before = body.get("handed", {})
    values = dict(handed.values)
    named = values.get("cause", "")
    values["cause"] = named if named in BY_CODE else str(body.get("cause") or handed.site.door)
    where = reverse("portal:submit", args=["story" if values["cause"] else "cause"])
    if draft is not None and before.get("mark") == str(handed.mark):
        return where, draft  # reloaded: it stands there already
    signed.use_once(handed)
    whose = (handed.site.number, handed.subject)
    # Whoever is not named is another person: on a shared screen nobody finds the words of the one before.
    another = before and (not handed.subject or (before.get("number"), before.get("subject")) != whose)
    if not body or draft is None or another:
        draft = drafts.start_draft(handed.mark)
        body = {}
        runs.begin(
            draft.pk, cause=values["cause"], elder=shell.is_elder(request), filled="handover", site=handed.site.number
        )  # fmt: skip
    drafts.change_draft(
        draft, handed=handed.proof(), **wizard.filled(body, {name: text for name, text in values.items() if text})
    )
    return where, draft
