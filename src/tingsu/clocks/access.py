"""Who may have a deadline explained: whoever may see the thing it belongs to. The floor above supplies the answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from tingsu.clocks.models import Promise
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound

Checker = Callable[[Actor, uuid.UUID], None]
_checkers: dict[str, Checker] = {}


def register_checker(stream_kind: str, checker: Checker) -> None:
    """Declare who may see streams of a kind: (actor, stream id) raises NotFound for others. One owner each."""
    if stream_kind in _checkers:
        raise RuntimeError(f"promises of {stream_kind} have two owners")
    _checkers[stream_kind] = checker


def get_promise(actor: Actor, promise_id: uuid.UUID) -> Promise:
    """A promise of something the actor may see. Raises NotFound."""
    try:
        promise = Promise.objects.select_related("stream").get(pk=promise_id)
    except Promise.DoesNotExist as error:
        raise NotFound from error
    checker = _checkers.get(promise.stream.kind)
    if checker is None:
        raise NotFound
    checker(actor, promise.stream_id)
    return promise
