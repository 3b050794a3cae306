"""Who may have a deadline explained: whoever may see the thing it belongs to. Its kind says who that is."""

from __future__ import annotations

import uuid

from tingsu.clocks.models import Promise
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.kinds import kind_or_none


def get_promise(actor: Actor, promise_id: uuid.UUID) -> Promise:
    """A promise of something the actor may see. Raises NotFound."""
    try:
        promise = Promise.objects.select_related("stream").get(pk=promise_id)
    except Promise.DoesNotExist as error:
        raise NotFound from error
    check_visible(actor, promise.stream.kind, promise.stream_id)
    return promise


def check_visible(actor: Actor, kind: str, stream_id: uuid.UUID) -> None:
    """Raises NotFound unless the kind is declared and the actor may see this thing."""
    known = kind_or_none(kind)
    if known is None or known.clocks is None:
        raise NotFound
    known.check_visible(actor, stream_id)
