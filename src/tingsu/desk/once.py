"""A form sent twice happens once: each form carries a key, and the first to claim it goes on."""

from django.db import IntegrityError, transaction

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import IdempotencyKey


def fresh_key() -> str:
    return new_id().hex


def claim(actor: Actor, key: str) -> bool:
    """True for the first who sends this key; False for a repeat. Forms without a key are not protected."""
    if not key:
        return True
    try:
        with transaction.atomic():
            IdempotencyKey(
                scope=f"desk:{actor.id}", key=key[:80], fingerprint=crypto.digest(key.encode()), created_at=now()
            ).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def release(actor: Actor, key: str) -> None:
    """The action was refused: the same form may be sent again."""
    if key:
        IdempotencyKey.objects.filter(scope=f"desk:{actor.id}", key=key[:80]).delete()
