"""The webhook of a telephone system: signed, bounded, and the same answer however often it is sent (IG-04). docs/channels/phone.md."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.limits import count_attempt, refuse_when_spent
from tingsu.phone import lines, reading, signing
from tingsu.phone.lines import Hotline
from tingsu.phone.models import Line
from tingsu.phone.reading import Told
from tingsu.phone.taking import TAKEN, take_all

MOST_BYTES = 256_000
MOST_EVENTS = 100
MOST_FORGED, WINDOW = 60, timedelta(minutes=1)
"""Requests with a wrong signature from one address, before it has to wait."""


class NoTelephone(TingsuError):
    code, status = "no_telephone", 410
    sentence = _("This hotline takes no call events: it is closed, or its telephone system was taken off.")


class TooLong(TingsuError):
    code, status = "too_large", 413
    sentence = _("At most %(most)s bytes and %(events)s events at once.")


class NoEvents(TingsuError):
    code, status = "not_json", 400
    sentence = _("The body is one event, or an object with a list “events”, as JSON.")


class PostOnly(TingsuError):
    code, status = "method", 405
    sentence = _("Send events by POST.")


@csrf_exempt
def events(request: HttpRequest, number: str) -> JsonResponse:
    """Take the events that a telephone system sends for one hotline."""
    try:
        answer = JsonResponse(_answer(request, number))
    except TingsuError as error:
        answer = refusal(error)
    answer["Cache-Control"] = "no-store"
    return answer


def refusal(error: TingsuError) -> JsonResponse:
    """A refusal as programs read it."""
    body = error.body()
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def _answer(request: HttpRequest, number: str) -> dict[str, Any]:
    if request.method != "POST":
        raise PostOnly
    sender = str(request.META.get("REMOTE_ADDR", ""))
    refuse_when_spent("phone-forged", sender, limit=MOST_FORGED, window=WINDOW)
    body = _body(request)
    found = _connected(number)
    at = now()
    try:
        signing.check(
            found.line, stamp=request.headers.get(signing.TIME, ""), signed=request.headers.get(signing.SIGNATURE, ""), body=body, at=at
        )  # fmt: skip
    except signing.NotSigned as error:
        count_attempt("phone-forged", sender, limit=MOST_FORGED, window=WINDOW)
        lines.note_refused(found.line, at, error.code)
        raise
    try:
        raws = _events_in(body)
    except TingsuError:
        lines.note_refused(found.line, at, "unreadable")
        raise
    return _taken(found, raws)


def _body(request: HttpRequest) -> bytes:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_BYTES:
        raise TooLong(most=MOST_BYTES, events=MOST_EVENTS)
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLong(most=MOST_BYTES, events=MOST_EVENTS)
    return body


def _connected(number: str) -> Any:
    try:
        found = lines.hotline(number)
    except NotFound as error:
        raise NoTelephone from error
    if found.line is None or not found.works:
        raise NoTelephone
    return found


def _events_in(body: bytes) -> list[Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEvents from error
    if not isinstance(told, dict):
        raise NoEvents
    if "events" not in told:
        return [told]
    if not isinstance(told["events"], list) or not told["events"] or set(told) != {"events"}:
        raise NoEvents
    if len(told["events"]) > MOST_EVENTS:
        raise TooLong(most=MOST_BYTES, events=MOST_EVENTS)
    return list(told["events"])


def _taken(found: Hotline, raws: list[Any]) -> dict[str, Any]:
    """The events of each call in a transaction of their own, so that what is refused keeps no other out. Raises the refusal of a
    single one.
    """
    assert found.line is not None  # noqa: S101 asked before
    at = now()
    results: list[dict[str, Any]] = [{} for _raw in raws]
    calls: dict[str, list[tuple[int, Told]]] = {}
    for place, raw in enumerate(raws):
        if reading.is_test(raw):
            lines.note_taken(found.line, at, test=True)
            results[place] = {"verdict": "test", "channel": found.entry.number}
            continue
        try:
            told = reading.read_event(raw, at=at)
            calls.setdefault(told.call, []).append((place, told))
        except TingsuError as error:
            results[place] = _refused(found.line, at, error, alone=len(raws) == 1)
    for call, events in calls.items():
        try:
            verdicts = take_all(found.entry.pk, [told for _place, told in events])
        except TingsuError as error:
            for place, _told in events:
                results[place] = _refused(found.line, at, error, alone=len(raws) == 1)
            continue
        for (place, told), verdict in zip(events, verdicts, strict=True):
            results[place] = {"verdict": verdict, "call": call, "kind": told.said.kind}
    if any(one["verdict"] == TAKEN for one in results):
        lines.note_taken(found.line, at)
    return {"results": results}


def _refused(line: Line, at: datetime, error: TingsuError, *, alone: bool) -> dict[str, Any]:
    if alone:
        lines.note_refused(line, at, "unreadable")
        raise error
    return {"verdict": "refused", "problem": error.body()}
