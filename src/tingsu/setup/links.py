"""The one-time link of the set-up: made, used once, good for a day; whoever used it last goes on."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.models import Organisation
from tingsu.setup.errors import DoneAlready, LinkOld, LinkUsed, LinkWrong, TakenOver
from tingsu.setup.models import Link

GOOD_FOR = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=5)


def is_open() -> bool:
    """Is there something to set up: no organisation that anybody could sign in to?"""
    return not Organisation.objects.exclude(stage=Organisation.Stage.FOUNDING).exists()


def make_link() -> str:
    """A new token; the one before stops working. What was answered so far is kept. Raises DoneAlready."""
    if not is_open():
        raise DoneAlready
    token = secrets.token_urlsafe(24)
    Link.objects.update_or_create(id=1, defaults={"token": _print(token), "made_at": now()})
    return token


def check(token: str, held: str = "") -> bool:
    """May this link be used now? False when the holder of `held` used it already and simply goes on.

    Raises DoneAlready, LinkWrong, LinkOld, LinkUsed.
    """
    if not is_open():
        raise DoneAlready
    row = Link.objects.filter(id=1).first()
    if row is None or row.made_at is None:
        raise LinkWrong
    if held and row.holder is not None and _same(row.holder, held):
        return False
    if row.token is None:
        raise LinkUsed
    if not _same(row.token, token):
        raise LinkWrong
    if not -CLOCKS_DIFFER < now() - row.made_at <= GOOD_FOR:  # also one of a clock that was ahead
        raise LinkOld
    return True


def use(token: str, held: str = "") -> str:
    """Use the link: gives what the browser holds from now on. Of two at once the first has it. Raises what `check` raises."""
    with transaction.atomic(durable=True):
        Link.objects.select_for_update().filter(id=1).first()
        if not check(token, held):
            return held
        holder = secrets.token_urlsafe(24)
        Link.objects.filter(id=1).update(token=None, holder=_print(holder), held_since=now())
    return holder


def answers(held: str) -> dict[str, Any]:
    """What was answered so far, for whoever holds the set-up. Raises DoneAlready, TakenOver, LinkWrong."""
    return dict(_held(held).answers)


def keep(held: str, page: str, given: Mapping[str, Any]) -> None:
    """Keep the answers of one page. Raises what `answers` raises."""
    with transaction.atomic(durable=True):
        Link.objects.select_for_update().filter(id=1).first()
        row = _held(held)
        Link.objects.filter(id=1).update(answers={**row.answers, page: dict(given)})


def forget() -> None:
    """The set-up is done: nothing of it is needed any more."""
    Link.objects.filter(id=1).delete()


def _held(held: str) -> Link:
    if not is_open():
        raise DoneAlready
    row = Link.objects.filter(id=1).first()
    if row is None or not held:
        raise LinkWrong
    if row.holder is None or not _same(row.holder, held):
        raise TakenOver
    return row


def _print(secret: str) -> bytes:
    return crypto.digest(secret.encode())


def _same(known: bytes | memoryview, secret: str) -> bool:
    return secrets.compare_digest(bytes(known), _print(secret))
