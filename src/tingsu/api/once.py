"""Idempotency keys of programs: the same request twice does one thing and gets one answer."""

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Status

from tingsu.api.writing import Encoder, problem
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, TingsuError, too_long
from tingsu.kernel.models import IdempotencyKey
from tingsu.kernel.once import turn
from tingsu.kernel.rows import write_row

Answer = Status[Any]


class KeyUsedOtherwise(TingsuError):
    code = "idempotency_key_reused"
    sentence = _("This idempotency key was used for another request. Take a new key for each request.")


class StillRunning(TingsuError):
    code = "still_running"
    sentence = _("A request with this idempotency key is still running. Ask again in a moment.")


def request_key(request: HttpRequest, actor: Actor) -> str:
    """The request's key made fit for an action that keeps it in its own transaction; empty without one."""
    key = request.headers.get("Idempotency-Key", "")
    return crypto.digest(f"api:{actor.name}\n{key}".encode()).hex() if key else ""


def made_id(request: HttpRequest, actor: Actor) -> uuid.UUID | None:
    """The id of what the work of this request makes: when a try was cut off after it, the next one finds it made."""
    key = request.headers.get("Idempotency-Key", "")
    row = IdempotencyKey.objects.filter(scope=f"api:{actor.name}", key=key).first() if key else None
    return uuid.uuid5(row.pk, "made") if row else None


def once(
    request: HttpRequest, actor: Actor, work: Callable[[], Answer], *, content: bytes | None = None
) -> Answer | HttpResponse:
    """Do the work of a request once for its `Idempotency-Key`; a repeat gets the kept answer, refusals included.

    `content` stands for the body where that is not read whole: the digest of an upload.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    if len(key) > 80 or not key.isprintable():
        raise InvalidInput({"Idempotency-Key": too_long(key, 80)})
    sent = f"{request.method} {request.path}\n".encode() + (request.body if content is None else content)
    fingerprint = crypto.same_mark(actor.organisation_id, sent)
    scope = f"api:{actor.name}"
    with turn(f"{actor.organisation_id} {scope} {key}") as mine:
        if not mine:
            raise StillRunning
        row = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if row is not None and bytes(row.fingerprint) != fingerprint:
            raise KeyUsedOtherwise
        if row is not None and row.status is not None:
            return problem(_kept(row), row.status) if row.status >= 400 else Status(row.status, _kept(row))
        if row is None:
            row = IdempotencyKey(scope=scope, key=key, fingerprint=fingerprint, created_at=now())
            write_row(row)
        # A row without answer, and nobody holds its turn: the process that began it was killed. It is taken up again.
        return _do(row, work)


def _do(row: IdempotencyKey, work: Callable[[], Answer]) -> Answer:
    try:
        answer = work()
    except TingsuError as refusal:
        _keep(row, refusal.status, refusal.body())
        raise
    except BaseException:
        # Unless the connection is what failed: then the row stays and the next try takes it up.
        with suppress(DatabaseError):
            row.delete()
        raise
    _keep(row, answer.status_code, answer.value)
    return answer


def _keep(row: IdempotencyKey, status: int, answer: Any) -> None:
    """Sealed: an answer holds access codes and what the program may read, and the row lies there for days."""
    key = crypto.organisation_key(row.organisation_id)
    sealed = key.seal(json.dumps(answer, cls=Encoder), f"once:{row.pk}")
    row.status, row.answer = status, {SEALED: sealed.hex()}
    write_row(row, ("status", "answer"))


def _kept(row: IdempotencyKey) -> Any:
    """The answer again; rows of before answers were sealed have it as it is."""
    if not isinstance(row.answer, dict) or set(row.answer) != {SEALED}:
        return row.answer
    key = crypto.organisation_key(row.organisation_id)
    return json.loads(key.open(bytes.fromhex(row.answer[SEALED]), f"once:{row.pk}"))


SEALED = "sealed"
