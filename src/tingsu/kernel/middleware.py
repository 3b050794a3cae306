"""What every request passes: security headers, the organisation, refusals in words."""

import uuid
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone

from tingsu.kernel.clients import settle
from tingsu.kernel.logs import route_of
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import organisation_at, organisations
from tingsu.kernel.tenancy import acting_for

Answer = Callable[[HttpRequest], HttpResponseBase]
PERSONAL = ("/desk", "/accounts", "/api", "/files", "/case", "/submit", "/follow", "/c/", "/l/", "/hooks", "/partner")
"""Pages below which something personal is shown: no browser or proxy keeps them."""
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class Clients:
    """First of all: who asks is settled once, from what our own proxies say (`kernel.clients`), and how pages are named in
    logs and metrics. Everything behind reads REMOTE_ADDR and the scheme, and finds no word of a proxy any more.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        client = settle(request.META, settings.PROXIES)
        request.META["tingsu.told"] = client.told
        try:
            return self.get_response(request)
        finally:
            request.META["tingsu.route"] = route_of(request)


class Utf8:
    """Forms and queries are read as UTF-8, whatever a request claims: our pages send nothing else, and other codecs
    give text that cannot be stored, or none at all.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.encoding = "utf-8"
        return self.get_response(request)


class SecurityHeaders:
    """A strict content policy: everything is served by the installation itself."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "geolocation=(), camera=(self), microphone=(self)")
        if request.path_info.startswith(PERSONAL):
            response.setdefault("Cache-Control", "no-store")
        return response


class OrganisationMiddleware:
    """Find the organisation (path prefix /o/slug/, host, the session's membership, the only one) and act for it.

    A practice copy is found by its path alone: no page of real work can lead there by what a session remembers.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        prefix = get_script_prefix()
        try:
            return self.answer(request)
        finally:
            set_script_prefix(prefix)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        organisation = self.find(request)
        request.organisation = organisation  # type: ignore[attr-defined]
        if organisation is None:
            return self.get_response(request)
        # Pages show times on the organisation's wall clock.
        with acting_for(organisation.pk), timezone.override(organisation.time_zone):
            response = self.get_response(request)
        if getattr(response, "streaming", False):
            response.streaming_content = _inside(organisation.pk, response.streaming_content)  # type: ignore[attr-defined]
        return response

    def find(self, request: HttpRequest) -> Organisation | None:
        known = organisations()
        if not known:
            return None
        if request.path_info.startswith("/o/"):
            slug, _, rest = request.path_info[3:].partition("/")
            if slug in known:
                request.path_info = "/" + rest
                request.META["SCRIPT_NAME"] = f"{settings.PREFIX}/o/{slug}"
                set_script_prefix(f"{settings.PREFIX}/o/{slug}/")
                return known[slug]
        if request.path_info.startswith("/api/") and (
            named := request.headers.get("Authorization", "").split(".")[1:2]
        ):
            return known.get(named[0]) or next(iter(known.values()))
        chosen = request.session.get("organisation") if hasattr(request, "session") else None
        if chosen and request.path_info.startswith(("/desk", "/accounts", "/files", "/partner")):
            for row in known.values():
                if str(row.pk) == chosen and row.practice_of is None:
                    return row
        return organisation_at(request.get_host())


def _inside(organisation_id: uuid.UUID, content: Iterable[bytes]) -> Iterator[bytes]:
    with acting_for(organisation_id):
        yield from content
