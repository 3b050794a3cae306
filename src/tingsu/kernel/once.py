"""A form sent twice happens once: each form carries a key, and the first to claim it goes on.

The claim keeps a keyed digest of what was sent. The same again (two clicks, a reload, an answer that never arrived) does nothing
and leads to where the first led. Other words under a used key (the page gone back to and written on) are a refusal that keeps them.

The claim is a row of its own transaction, so that two clicks at the same moment meet in the database and nowhere else.
Whoever works on it holds its turn; a claim without an end whose turn is free was begun by a process that was killed,
and is taken up again: what somebody sent once more is not thrown away.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import crypto, sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import IdempotencyKey

MACHINERY = frozenset({"csrfmiddlewaretoken", "once", "version", "seen", "window"})
"""What a form carries that nobody typed."""


class SentBefore(TingsuError):
    """A form was sent, gone back to, changed and sent again: what it says now was not done."""

    code, status = "sent_before", 409
    sentence = _(
        "This form was sent before, and what it said then was done. What you typed now is kept: look at what stands there, "
        "then send it again if it is to be done too."
    )


def fresh_key() -> str:
    return new_id().hex


@contextmanager
def turn(name: str) -> Iterator[bool]:
    """True if nobody else is at the thing of this name now; held as long as the connection lives, so the dead block nobody."""
    number = int.from_bytes(crypto.digest(name.encode())[1:9], signed=True)
    mine = sql.try_lock(number)
    try:
        yield mine
    finally:
        if mine:
            with suppress(DatabaseError):
                sql.unlock(number)


@contextmanager
def sent(request: HttpRequest, actor: Actor) -> Iterator[bool]:
    """`claimed` for the form of a request: True the first time, False when the very same comes again. Raises SentBefore."""
    with claimed(actor, request.POST.get("once", ""), said_in(request, actor)) as first:
        yield first


def said_in(request: HttpRequest, actor: Actor) -> bytes:
    """A digest of what somebody typed, chose and attached."""
    typed = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in MACHINERY]
    files = [(name, one.name, one.size) for name in sorted(request.FILES) for one in request.FILES.getlist(name)]
    return crypto.same_mark(actor.organisation_id, repr((typed, files)).encode(errors="surrogatepass"))


@contextmanager
def claimed(actor: Actor, key: str, said: bytes = b"") -> Iterator[bool]:
    """True for the first who sends this key; False for a repeat. Whatever is raised inside frees the key again:
    the same form may be sent once more. Forms without a key are not protected.

    With ``said``, a digest of what was typed, other words under a used key raise SentBefore.
    """
    if not key:
        yield True
        return
    with turn(f"{actor.organisation_id} {_scope(actor)} {_mark(key).hex()}") as mine:
        first = mine and _claim(actor, key, said)
        if not first and said and is_claimed(actor, key) and not is_claimed(actor, key, said):
            raise SentBefore
        try:
            yield first
        except BaseException:
            if first:
                release(actor, key)
            raise
        if first:
            _rows(actor, key).update(status=200)


def is_claimed(actor: Actor, key: str, said: bytes = b"") -> bool:
    """Was this form carried out before, with these words if given? For pages where the repeat of a step would look like one
    that is not open any more.
    """
    done = _rows(actor, key).filter(status__isnull=False)
    return bool(key) and (done.filter(fingerprint=said) if said else done).exists()


def release(actor: Actor, key: str) -> None:
    """Nothing was done: the same form may be sent again."""
    if key:
        with suppress(DatabaseError):
            _rows(actor, key).delete()


def _claim(actor: Actor, key: str, said: bytes = b"") -> bool:
    """Make the claim, or find one that was begun and never ended. Only with the turn in hand."""
    row, made = IdempotencyKey.objects.get_or_create(
        scope=_scope(actor), key=_mark(key).hex(), defaults={"fingerprint": said or _mark(key), "created_at": now()}
    )
    if not made and row.status is None and said:
        _rows(actor, key).update(fingerprint=said)
    return made or row.status is None


def _rows(actor: Actor, key: str) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(scope=_scope(actor), key=_mark(key).hex())


def _scope(actor: Actor) -> str:
    return f"form:{actor.kind}:{actor.id}"


def _mark(key: str) -> bytes:
    """What the column holds: a key from outside may be long, or hold signs that no column takes."""
    return crypto.digest(key.encode())
