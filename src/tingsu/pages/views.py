"""Pages that belong to no business."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.errors import NoSpace, NotAllowed, TingsuError

RETRY_SECONDS = 5
DISK_FULL = "53100"


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
    """What nobody foresaw (500); a database that cannot be reached, and a disk that is full (503, try again soon)."""
    cause = sys.exc_info()[1]
    full = _is_full(cause)
    gone = full or isinstance(cause, OperationalError | InterfaceError)
    error: TingsuError = NoSpace() if full else Unreachable() if gone else Broken()
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
    else:
        # Without context processors: they might ask the database again.
        known = {"organisation": getattr(request, "organisation", None), "request": request}
        known |= {"error": error, "status": error.status}
        page = "errors/refused.html" if full else f"{error.status}.html"
        response = HttpResponse(render_to_string(page, known), status=error.status)
    if gone:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _is_full(error: BaseException | None) -> bool:
    """Does a disk take no more, ours or the database's?"""
    while error is not None:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            return True
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return True
        error = error.__cause__
    return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say what to do, keep the way back."""
    error = NotAllowed(_("This page was open for too long. Go back, reload it and send it again."))
    return render(request, "errors/refused.html", {"error": error, "status": 403, "expired": True}, status=403)
