"""Pages that belong to no business."""

import errno
import re
import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.errors import BodyTooLarge, NoSpace, NotAllowed, NotPrepared, TingsuError

RETRY_SECONDS = 5
OF_OURS = "csrfmiddlewaretoken"
SECRET = re.compile(r"passw|secret|token|otp|credential", re.IGNORECASE)
"""Names of fields whose values stand on no page."""
WORDS = re.compile(r"[^\x21-\x7e]")
"""What somebody wrote, unlike codes and keys of a form."""
DISK_FULL = "53100"
TUS = "1.0.0"
"""Each answer of an upload in pieces names the version of its protocol."""


class Unreachable(TingsuError):
    code, status = "unreachable", 503
    sentence = gettext_lazy(
        "The database cannot be reached at the moment. Send this again in a few seconds, with the same Idempotency-Key if you "
        "use one."
    )


class NotUnderstood(TingsuError):
    code, status = "bad_request", 400
    sentence = gettext_lazy("This request could not be read.")


class Broken(TingsuError):
    code, status = "broken", 500
    sentence = gettext_lazy("Something went wrong on our side. Nothing was changed.")


def not_read(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django does not read (400); words or numbers of more megabytes than one request may bring say so (413)."""
    error: TingsuError = NotUnderstood()
    if isinstance(exception, RequestDataTooBig):
        error = BodyTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2)
    if request.path_info.startswith("/api/"):
        return JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
    known = {"organisation": getattr(request, "organisation", None), "request": request}
    known |= {"error": error, "status": error.status}
    page = "errors/refused.html" if isinstance(error, BodyTooLarge) else f"{error.status}.html"
    return HttpResponse(render_to_string(page, known), status=error.status)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw (500); a database that cannot be reached or has no tables, and a disk that is full (503, try again soon)."""
    cause = sys.exc_info()[1]
    full, unready = _is_full(cause), isinstance(cause, NotPrepared)
    gone = full or unready or isinstance(cause, OperationalError | InterfaceError)
    error: TingsuError = NoSpace() if full else NotPrepared() if unready else Unreachable() if gone else Broken()
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = JsonResponse(error.body(), status=error.status, content_type="application/problem+json")
    elif "Tus-Resumable" in request.headers:
        # An upload in pieces: its script tells the sentence beside the file.
        response = JsonResponse({"refused": [str(error)], "code": error.code}, status=error.status)
        response["Tus-Resumable"] = TUS
    else:
        # Without context processors: they might ask the database again.
        known = {"organisation": getattr(request, "organisation", None), "request": request}
        known |= {"error": error, "status": error.status}
        page = "errors/refused.html" if full or unready else f"{error.status}.html"
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
    """A form with an old token: its page was open for long, or somebody signed in anew since. What comes from a page of ours is
    held out with a fresh token, to be sent by one press; anything else is told where to go.
    """
    if not may_be_sent_again(request):
        error = NotAllowed(_("This page was open for too long. Go back, reload it and send it again."))
        return render(request, "errors/refused.html", {"error": error, "status": 403, "expired": True}, status=403)
    error = NotAllowed(_("This page was open for too long, or you signed in again since. Nothing was sent yet."))
    context = {"error": error, "status": 403} | typed(request)
    answer = render(request, "errors/send_again.html", context, status=403)
    answer["Cache-Control"] = "no-store"
    return answer


def typed(request: HttpRequest, *, with_token: bool = False) -> dict[str, Any]:
    """What a form held, as the page takes it that holds it out again: with a new token, or with the one that came."""
    values = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    values = [(name, value) for name, value in values if with_token or name != OF_OURS]
    return {
        "values": values,
        "words": [value for _name, value in values if WORDS.search(value)],
        "files": [(name, [one.name for one in request.FILES.getlist(name)]) for name in request.FILES],
    }


def may_be_sent_again(request: HttpRequest) -> bool:
    """Did the browser say that the form stood on a page of this very host, and does it hold nothing that no page repeats?"""
    said = urlsplit(request.headers.get("Origin", ""))
    if request.method != "POST" or (said.scheme, said.netloc) != (request.scheme, request.get_host()):
        return False
    if request.path_info.startswith(("/accounts/", "/api/")) or getattr(request, "htmx", False):
        return False
    secret = any(SECRET.search(name) and name != OF_OURS and value for name, value in request.POST.items())
    return not secret and any(name != OF_OURS for name in (*request.POST, *request.FILES))
