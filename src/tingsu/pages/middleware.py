"""A refusal that no view has told becomes a page of its own."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from tingsu.kernel.errors import SignInNeeded, TingsuError

Answer = Callable[[HttpRequest], HttpResponseBase]


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
        if request.path_info.startswith("/api/"):
            return JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
        if isinstance(error, SignInNeeded):
            return redirect_to_login(request.get_full_path())
        return render(request, "errors/refused.html", {"error": error, "status": error.status}, status=error.status)
