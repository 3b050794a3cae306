"""Before there is an organisation, everybody but the person who sets up reads one calm page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from tingsu.setup.errors import NotSetUp

Answer = Callable[[HttpRequest], HttpResponseBase]
OPEN = ("/setup/", "/i18n/")


class SetUpFirst:
    """Without an organisation only the set-up, its language and files answer: no sign-in, no form, no data."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "organisation", None) is not None or request.path_info.startswith(OPEN):
            return self.get_response(request)
        error = NotSetUp()
        response: HttpResponse
        if request.path_info.startswith("/api/"):
            response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
        else:
            response = render(request, "setup/not_yet.html", {"error": error}, status=error.status)
        response._has_been_logged = True  # type: ignore[attr-defined]  # nobody made a mistake: it is no error for the log
        response["Cache-Control"] = "no-store"
        response["Retry-After"] = "600"
        return response
