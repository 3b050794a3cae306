"""A form sent twice happens once: each form carries a key, and the first to claim it goes on.

The claim is a row of its own transaction, so that two clicks at the same moment meet in the database and nowhere else.
Whoever works on it holds its turn; a claim without an end whose turn is free was begun by a process that was killed,
and is taken up again: what somebody sent once more is not thrown away.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError
from django.db.models import QuerySet

from tingsu.kernel import crypto, sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import IdempotencyKey


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
def claimed(actor: Actor, key: str) -> Iterator[bool]:
    """True for the first who sends this key; False for a repeat. Whatever is raised inside frees the key again:
    the same form may be sent once more. Forms without a key are not protected.
    """
    if not key:
        yield True
        return
    with turn(f"{actor.organisation_id} {_scope(actor)} {_mark(key).hex()}") as mine:
        first = mine and _claim(actor, key)
        try:
            yield first
        except BaseException:
            if first:
                release(actor, key)
            raise
        if first:
            _rows(actor, key).update(status=200)


def is_claimed(actor: Actor, key: str) -> bool:
    """Was this form carried out before? For pages where the repeat of a step would look like one that is not open any more."""
    return bool(key) and _rows(actor, key).filter(status__isnull=False).exists()


def release(actor: Actor, key: str) -> None:
    """Nothing was done: the same form may be sent again."""
    if key:
        with suppress(DatabaseError):
            _rows(actor, key).delete()


def _claim(actor: Actor, key: str) -> bool:
    """Make the claim, or find one that was begun and never ended. Only with the turn in hand."""
    row, made = IdempotencyKey.objects.get_or_create(
        scope=_scope(actor), key=_mark(key).hex(), defaults={"fingerprint": _mark(key), "created_at": now()}
    )
    return made or row.status is None


def _rows(actor: Actor, key: str) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(scope=_scope(actor), key=_mark(key).hex())


def _scope(actor: Actor) -> str:
    return f"form:{actor.kind}:{actor.id}"


def _mark(key: str) -> bytes:
    """What the column holds: a key from outside may be long, or hold signs that no column takes."""
    return crypto.digest(key.encode())
