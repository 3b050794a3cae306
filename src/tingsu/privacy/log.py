"""The read audit: who opened, revealed, searched, exported or downloaded what (PS-06, architecture §4)."""

import uuid

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.privacy.models import AccessEntry

WHAT = frozenset({"opened", "revealed", "searched", "exported", "downloaded", "printed", "refused"})


def log_access(
    actor: Actor,
    what: str,
    stream_id: uuid.UUID | None = None,
    field: str = "",
    purpose: str = "",
    door: str = "page",
) -> None:
    """Write one entry. `what` is one of WHAT, `field` names subject and field, such as "complainant.phone".

    Insert only and on no lock. The purpose is cut to the 200 characters its column holds; NUL, which no column takes,
    must not keep an attempt out of the log.
    """
    if what not in WHAT:
        raise ValueError(f"{what} is not a kind of access")
    AccessEntry(
        id=new_id(),
        at=now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:60],
        stream_id=stream_id,
        what=what,
        field=field.replace("\x00", "")[:60],
        purpose=purpose.replace("\x00", "")[:200],
        door=door[:10],
    ).save(force_insert=True)
