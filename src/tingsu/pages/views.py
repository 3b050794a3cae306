"""Pages that belong to no business."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.errors import NotAllowed, TingsuError

RETRY_SECONDS = 5


class Unreachable(TingsuError):
    code, status = "unreachable", 503
    sentence = gettext_lazy(
        "The database cannot be reached at the moment. Send this again in a few seconds, with the same Idempotency-Key if you "
        "use one."
    )


class Broken(TingsuError):
    code, status = "broken", 500
    sentence = gettext_lazy("Something went wrong on our side. Nothing was changed.")


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw (500), and a database that cannot be reached (503, try again soon)."""
    gone = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    error: TingsuError = Unreachable() if gone else Broken()
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
    else:
        # Without context processors: they might ask the database again.
        known = {"organisation": getattr(request, "organisation", None), "request": request}
        response = HttpResponse(render_to_string(f"{error.status}.html", known), status=error.status)
    if gone:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say what to do, keep the way back."""
    error = NotAllowed(_("This page was open for too long. Go back, reload it and send it again."))
    return render(request, "errors/refused.html", {"error": error, "status": 403, "expired": True}, status=403)
