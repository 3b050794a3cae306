"""A refusal that no view has told becomes a page of its own; so does what the web server refused before any view."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.errors import REFUSED_AT_THE_DOOR, Busy, SignInNeeded, TingsuError

Answer = Callable[[HttpRequest], HttpResponseBase]


class Doorkeeper:
    """What the web server refused before anybody read it is said in words, like every other refusal."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        word = request.META.get("tingsu.refused")
        if word is None:
            return self.get_response(request)
        error = REFUSED_AT_THE_DOOR[word](limit=settings.WEB_BODY_MB)
        response: HttpResponse
        if request.path_info.startswith("/api/"):
            response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
        else:
            # Without context processors: this must work when the database does not.
            body = render_to_string("errors/refused.html", {"error": error, "status": error.status})
            response = HttpResponse(body, status=error.status)
        if error.status == Busy.status:
            response["Retry-After"] = "5"
        return response


class Refusals:
    """Any TingsuError that a view lets through becomes a page (or a problem response) with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
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
        return redirect_to_login(request.get_full_path())
    return render(request, "errors/refused.html", {"error": error, "status": error.status}, status=error.status)
