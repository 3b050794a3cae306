"""A refusal that no view has told becomes a page of its own; so does what the web server refused before any view."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.errors import REFUSED_AT_THE_DOOR, Busy, InvalidValue, SecondFactorNeeded, SignInNeeded, TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import organisation_at_hand
from tingsu.pages.views import TUS, Unreachable, may_be_sent_again, typed

Answer = Callable[[HttpRequest], HttpResponseBase]
_AT_THE_DOOR: dict[str, type[TingsuError]] = REFUSED_AT_THE_DOOR | {"no_database": Unreachable}


class _Away(Unreachable):
    """As a person reads it, above the form that can be sent again."""

    sentence = gettext_lazy("The database cannot be reached at the moment.")


class Doorkeeper:
    """What the web server refused before anybody read it is said in words, like every other refusal."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        word = request.META.get("tingsu.refused")
        if word is None:
            return self.get_response(request)
        error = _AT_THE_DOOR[word](limit=settings.WEB_BODY_MB)
        response: HttpResponse
        if _below(request).startswith("/api/"):
            response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
        elif "Tus-Resumable" in request.headers:
            response = JsonResponse({"refused": [str(error)], "code": error.code}, status=error.status)
            response["Tus-Resumable"] = TUS
        else:
            # Without context processors, and asking nothing: this must work when the database does not.
            known = {"organisation": _firm(request), "request": request, "error": error, "status": error.status}
            response = HttpResponse(_page(request, error, known), status=error.status)
        if error.status == Busy.status:
            response["Retry-After"] = "5"
        return response


def _page(request: HttpRequest, error: TingsuError, known: dict[str, Any]) -> str:
    """The sentence; and where a form of ours came with it, what was typed, to be sent by one press."""
    if isinstance(error, Unreachable):
        # In memory only, whatever uploads are kept in: the door hands on small bodies.
        request.upload_handlers = [MemoryFileUploadHandler(request)]
        if not _below(request).startswith("/accounts/") and may_be_sent_again(request):
            held = known | typed(request, with_token=True) | {"error": _Away()}
            return render_to_string("errors/send_again.html", held)
        return render_to_string("503.html", known)
    return render_to_string("errors/refused.html", known)


def _below(request: HttpRequest) -> str:
    """The path without the organisation's part, which nobody has taken off yet."""
    path = request.path_info
    return f"/{path.removeprefix('/o/').partition('/')[2]}" if path.startswith("/o/") else path


def _firm(request: HttpRequest) -> Organisation | None:
    """In whose name a page speaks that comes before the organisation is settled; None where nobody knows."""
    with suppress(DisallowedHost):
        return organisation_at_hand(request.get_host(), request.path_info)
    return None


class Refusals:
    """Any TingsuError that a view lets through becomes a page (or a problem response) with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError) and "NUL" in str(error):
            # A sign that no text can hold, in something that is only looked for: refused before it reached the database.
            error = InvalidValue(code="nul")
        if not isinstance(error, TingsuError):
            return None
        if connection.in_atomic_block and not any(
            getattr(b, "_from_testcase", False) for b in connection.atomic_blocks
        ):
            return None
        return refused(request, error)


def refused(request: HttpRequest, error: TingsuError) -> HttpResponse:
    """A refusal as the answer to a request: a problem for programs, a page for people."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
    if isinstance(error, WaitsForApproval):
        # Nothing was refused: what was asked for lies with a second person now.
        messages.info(request, str(error))
        return HttpResponseRedirect(reverse("people:proposals"), status=303)
    if isinstance(error, SignInNeeded):
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            messages.info(request, _("Your session has ended. Sign in to go on where you were."))
        return _led(request, redirect_to_login(came_from(request)))
    if isinstance(error, SecondFactorNeeded):
        request.session["led_from"] = came_from(request)
        messages.info(request, str(error))
        return _led(request, HttpResponseRedirect(reverse("mfa_activate_totp")))
    person = getattr(getattr(request, "_tingsu_actor", None), "id", None)
    known = {"error": error, "status": error.status, "person": person or ""}
    return render(request, "errors/refused.html", known, status=error.status)


def came_from(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one from which a form or a piece of a page was asked for."""
    htmx = bool(getattr(request, "htmx", False))
    if request.method in {"GET", "HEAD"} and not htmx:
        return request.get_full_path()
    said = request.headers.get("HX-Current-URL" if htmx else "Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return reverse("desk:work")
    parts = urlsplit(said)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _led(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A piece of a page leads the whole page there: nobody signs in inside a dialog."""
    if not getattr(request, "htmx", False):
        return answer
    return HttpResponse(status=200, headers={"HX-Redirect": answer.headers["Location"], "HX-Reswap": "none"})
