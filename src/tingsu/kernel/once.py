"""A form sent twice happens once: each form carries a key, and the first to claim it goes on.

The claim is a row of its own transaction, so that two clicks at the same moment meet in the database and nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import IdempotencyKey


def fresh_key() -> str:
    return new_id().hex


@contextmanager
def claimed(actor: Actor, key: str) -> Iterator[bool]:
    """True for the first who sends this key; False for a repeat. Whatever is raised inside frees the key again:
    the same form may be sent once more. Forms without a key are not protected.
    """
    first = _claim(actor, key)
    try:
        yield first
    except BaseException:
        if first:
            release(actor, key)
        raise


def is_claimed(actor: Actor, key: str) -> bool:
    """Was this form sent before? For pages where the repeat of a step would look like one that is not open any more."""
    return bool(key) and IdempotencyKey.objects.filter(scope=_scope(actor), key=_mark(key).hex()).exists()


def release(actor: Actor, key: str) -> None:
    """Nothing was done: the same form may be sent again."""
    if key:
        IdempotencyKey.objects.filter(scope=_scope(actor), key=_mark(key).hex()).delete()


def _claim(actor: Actor, key: str) -> bool:
    if not key:
        return True
    row = IdempotencyKey(scope=_scope(actor), key=_mark(key).hex(), fingerprint=_mark(key), created_at=now())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _scope(actor: Actor) -> str:
    return f"form:{actor.kind}:{actor.id}"


def _mark(key: str) -> bytes:
    """What the column holds: a key from outside may be long, or hold signs that no column takes."""
    return crypto.digest(key.encode())
