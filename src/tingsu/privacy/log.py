"""The read audit: who opened, revealed, searched, exported or downloaded what (PS-06, architecture §4)."""

import base64
import uuid
from collections.abc import Iterable

from django.utils.translation import pgettext

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Stream
from tingsu.kernel.rows import write_row
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.privacy.models import AccessEntry
from tingsu.privacy.purposes import PURPOSE_LIMIT, PURPOSE_WORDS

WHAT = frozenset({"opened", "listed", "revealed", "searched", "exported", "downloaded", "printed", "refused"})
SEALED = "sealed:"
"""Before a purpose that somebody typed: it stands under the key of the thing it is about and is erased with it (PS-17)."""


def log_access(
    actor: Actor,
    what: str,
    stream_id: uuid.UUID | None = None,
    field: str = "",
    purpose: str = "",
    door: str = "page",
) -> None:
    """Write one entry. `what` is one of WHAT, `field` names subject and field, such as "complainant.phone".

    Insert only and on no lock. The purpose is cut to 200 characters and sealed; NUL, which no column takes,
    must not keep an attempt out of the log.
    """
    if what not in WHAT:
        raise ValueError(f"{what} is not a kind of access")
    entry_id = new_id()
    entry = AccessEntry(
        id=entry_id,
        at=now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:60],
        stream_id=stream_id,
        what=what,
        field=field.replace("\x00", "")[:60],
        purpose=_sealed(purpose.replace("\x00", "")[:PURPOSE_LIMIT], stream_id, entry_id),
        door=door[:10],
    )
    write_row(entry)


def _sealed(purpose: str, stream_id: uuid.UUID | None, entry_id: uuid.UUID) -> str:
    if not purpose or purpose in PURPOSE_WORDS:
        return purpose
    stream = Stream.objects.filter(pk=stream_id).first() if stream_id else None
    if stream is None:  # about nothing that has a key of its own
        key: crypto.Key = crypto.organisation_key(current_organisation_id())
    elif stream.wrapped_key:
        key = stream.key()
    else:
        return ""  # about something erased nothing is written down any more
    return SEALED + base64.b64encode(key.seal(purpose, context_of(entry_id))).decode()


def context_of(entry_id: uuid.UUID) -> str:
    return f"access:{entry_id}:purpose"


def purposes(entries: Iterable[AccessEntry]) -> dict[uuid.UUID, str]:
    """What each of some entries says it was for, in words; erased ones say so. One query for all keys."""
    rows = list(entries)
    sealed = [row for row in rows if row.purpose.startswith(SEALED)]
    streams = Stream.objects.in_bulk({row.stream_id for row in sealed if row.stream_id})
    found = {row.pk: row.purpose for row in rows}
    for row in sealed:
        stream = streams.get(row.stream_id) if row.stream_id else None
        if stream is not None and not stream.wrapped_key:
            found[row.pk] = pgettext("text", "(erased)")
        else:
            content = base64.b64decode(row.purpose.removeprefix(SEALED))
            key = stream.key() if stream is not None else crypto.organisation_key(row.organisation_id)
            try:
                found[row.pk] = key.open(content, context_of(row.pk))
            except crypto.KeyMissing:  # sealed under a thing that is gone, such as an emptied practice copy
                found[row.pk] = pgettext("text", "(erased)")
    return found
