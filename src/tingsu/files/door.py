"""Before a byte of an upload is parsed: its size, how often, and whether there is room (PS-03).

The web server has collected and counted the body, sealed; Django has not looked into it. What is refused here costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tingsu.files import quotas
from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import BodyTooLarge, TingsuError
from tingsu.kernel.limits import count_attempt, refuse_when_spent
from tingsu.pages.middleware import refused

Answer = Callable[[HttpRequest], HttpResponseBase]
HOUR = timedelta(hours=1)
SCOPE = "portal.upload"
"""What one address uploaded in this hour. Files are counted one by one where they are taken in (`count_file`)."""
SMALL = 64 * 1024
"""A form without files, or with little ones, which count when they are taken in."""


@dataclass(frozen=True)
class Holder:
    """Whose loose files and which history an upload would add to."""

    holder: UUID | None = None
    stream_id: UUID | None = None


_finders: list[Callable[[HttpRequest], Holder | None]] = []


def register_holder(find: Callable[[HttpRequest], Holder | None]) -> None:
    """Declare who can say whose upload a request is; None means that it is somebody else's."""
    _finders.append(find)


def count_file(request: HttpRequest) -> None:
    """Count one file of a visitor. Raises TooMany."""
    count_attempt(SCOPE, counted_as(request), limit=settings.LIMIT_UPLOADS, window=HOUR)


class UploadDoor:
    """Stands before everything that reads forms."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.content_type != "multipart/form-data" or not length.isdigit() or int(length) <= SMALL:
            return None
        try:
            ask(request, int(length))
        except TingsuError as error:
            return refused(request, error)
        return None


def ask(request: HttpRequest, length: int) -> None:
    """May a body of so many bytes be read? Raises BodyTooLarge, TooMany, QuotaUsed."""
    by_program = request.path_info.startswith("/api/")  # answers for itself, before it reads: one file, another limit
    if length > settings.WEB_BODY_MB * quotas.MEGABYTE and not by_program:
        raise BodyTooLarge(limit=settings.WEB_BODY_MB)
    if getattr(request, "organisation", None) is None:
        return  # nothing is set up yet, so nothing is kept
    user = getattr(request, "user", None)
    if by_program:
        return
    elif user is not None and user.is_authenticated:
        count_attempt("member.upload", str(user.pk), limit=settings.LIMIT_UPLOADS, window=HOUR)
        quotas.check(length, holder=None)
    else:
        refuse_when_spent(SCOPE, counted_as(request), limit=settings.LIMIT_UPLOADS, window=HOUR)
        found = next((one for find in _finders if (one := find(request)) is not None), Holder())
        quotas.check(length, holder=found.holder, stream_id=found.stream_id)
