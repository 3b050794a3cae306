"""Idempotency keys of programs: the same request twice does one thing and gets one answer."""

import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status
from ninja.responses import NinjaJSONEncoder

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.models import IdempotencyKey

Answer = Status[Any]


class KeyUsedOtherwise(TingsuError):
    code = "idempotency_key_reused"
    sentence = _("This idempotency key was used for another request. Take a new key for each request.")


class StillRunning(TingsuError):
    code = "still_running"
    sentence = _("A request with this idempotency key is still running. Ask again in a moment.")


def once(request: HttpRequest, actor: Actor, work: Callable[[], Answer]) -> Answer:
    """Do the work of a request once for its `Idempotency-Key`; a repeat gets the kept answer, refusals included."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    if len(key) > 80 or not key.isprintable():
        raise InvalidInput({"Idempotency-Key": InvalidValue(code="too_long", limit=80)})
    fingerprint = crypto.digest(f"{request.method} {request.path}\n".encode() + request.body)
    scope = f"api:{actor.name}"
    row = IdempotencyKey(scope=scope, key=key, fingerprint=fingerprint, created_at=now())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _kept(scope, key, fingerprint)
    try:
        answer = work()
    except TingsuError as refusal:
        _keep(row, refusal.status, refusal.body())
        raise
    except BaseException:
        row.delete()
        raise
    _keep(row, answer.status_code, answer.value)
    return answer


def _keep(row: IdempotencyKey, status: int, answer: Any) -> None:
    row.status, row.answer = status, json.loads(json.dumps(answer, cls=NinjaJSONEncoder))
    row.save(update_fields=["status", "answer"])


def _kept(scope: str, key: str, fingerprint: bytes) -> Answer:
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if bytes(row.fingerprint) != fingerprint:
        raise KeyUsedOtherwise
    if row.status is None:
        raise StillRunning
    return Status(row.status, row.answer)
