"""How often programs may ask: so many requests a minute for each token, and for each address that shows no token that is good.

Counted as rows, so that every process gives the same answer; but not once for each request: a process takes a part of the
minute's allowance at a time and gives it out from memory. Never more than the limit passes; with several processes the last
twentieth may be refused early. Each answer says what is left (draft-ietf-httpapi-ratelimit-headers).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tingsu.api.writing import problem
from tingsu.kernel import clients
from tingsu.kernel.errors import TooMany
from tingsu.kernel.limits import take_part
from tingsu.kernel.tenancy import current_organisation_id, organisation_or_none

WINDOW = 60
"""Seconds."""
PARTS = 20
"""A process takes a twentieth of what is left at a time."""
KNOWN = 5000
"""Subjects remembered by a process; those that asked longest ago go first, and are read again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of an allowance: of how many in the window, and in how many seconds it begins anew."""

    policy: str
    limit: int
    left: int
    resets: int


@dataclass(slots=True)
class Share:
    """What a process knows of one subject in one window."""

    start: int
    taken: int = 0
    """Of the whole allowance, by all processes, as far as this one knows."""
    left: int = 0
    """Taken by this process and not given out yet."""


shares: OrderedDict[tuple[Any, ...], Share] = OrderedDict()
"""By organisation, policy and subject."""
_lock = threading.Lock()


def take(policy: str, subject: str, limit: int, at: float | None = None) -> Standing:
    """Take one request of a subject's allowance. Raises TooMany, with the seconds to wait as `retry_after`."""
    moment = time.time() if at is None else at
    start = int(moment) // WINDOW * WINDOW
    resets = start + WINDOW - int(moment)
    key = (current_organisation_id(), policy, subject)
    with _lock:
        share = shares.get(key)
        if share is None or share.start != start:
            share = shares[key] = Share(start)
            if len(shares) > KNOWN:
                shares.popitem(last=False)
        shares.move_to_end(key)
        if share.left:
            share.left -= 1
            return Standing(policy, limit, max(0, limit - share.taken) + share.left, resets)
        spent, part = share.taken >= limit, max(1, (limit - share.taken) // PARTS)
    if spent:
        raise TooMany(retry_after=resets)
    total = take_part(f"api-{policy}", subject, part, datetime.fromtimestamp(start, UTC))
    with _lock:
        share.taken = max(share.taken, total)
        share.left += part - max(0, min(part, total - limit))
        if not share.left:
            raise TooMany(retry_after=resets)
        share.left -= 1
        return Standing(policy, limit, max(0, limit - share.taken) + share.left, resets)


def forget() -> None:
    """Forget what was taken and not given out: for tests, whose rows go with them."""
    with _lock:
        shares.clear()


def count_token(request: HttpRequest, name: str) -> None:
    """One request of a token that is good. Raises TooMany."""
    _count(request, "token", name, settings.API_PER_MINUTE)


def count_stranger(request: HttpRequest) -> None:
    """One request of an address without a token, or with one that opens nothing. Raises TooMany."""
    _count(request, "address", clients.counted_as(request), settings.API_ANONYMOUS_PER_MINUTE)


def _count(request: HttpRequest, policy: str, subject: str, limit: int) -> None:
    try:
        request.rate = take(policy, subject, limit)  # type: ignore[attr-defined]
    except TooMany as error:
        request.rate = Standing(policy, limit, 0, error.data["retry_after"])  # type: ignore[attr-defined]
        raise


class Rates:
    """Counts requests of programs that show no token, and writes above each answer what is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/") or organisation_or_none() is None:
            return self.get_response(request)
        try:
            if "HTTP_AUTHORIZATION" not in request.META:
                count_stranger(request)
            response = self.get_response(request)
            if not hasattr(request, "rate"):  # a header that nobody looked at: the description, an address that is none
                count_stranger(request)
        except TooMany as error:
            response = refused(error)
        standing: Standing | None = getattr(request, "rate", None)
        if standing is not None:
            headers = response.headers
            headers["RateLimit-Policy"] = f'"{standing.policy}";q={standing.limit};w={WINDOW}'
            headers["RateLimit"] = f'"{standing.policy}";r={standing.left};t={standing.resets}'
            headers["X-RateLimit-Limit"] = str(standing.limit)
            headers["X-RateLimit-Remaining"] = str(standing.left)
            headers["X-RateLimit-Reset"] = str(standing.resets)
        return response


def refused(error: TooMany) -> HttpResponse:
    """The refusal of one request too many, with how long to wait."""
    response = problem(error.body(), error.status)
    response["Retry-After"] = str(error.data.get("retry_after", WINDOW))
    return response
