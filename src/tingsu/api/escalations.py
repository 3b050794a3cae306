"""Escalations as programs see them: what waits for the member a token acts for, and taking it up (AS-07)."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema, Status

from tingsu.api.api import KEY_HEADER, actor_of, api
from tingsu.api.once import once
from tingsu.clocks import actions, queries
from tingsu.clocks.models import Escalation
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.kinds import Named, names_of
from tingsu.people.access import Can, may
from tingsu.privacy.log import log_access

COMPLAINT = "complaint"
MOST = 100


class EscalationOut(Schema):
    """Something that climbed its ladder: where it stands, and who took it up. Instants are UTC."""

    id: uuid.UUID
    kind: str
    number: str
    level: int
    rung: str
    times: int
    raised_at: datetime
    next_at: datetime | None
    taken_at: datetime | None


def opens(actor: Actor, kind: str, *, writes: bool) -> bool:
    """Whether the token's scopes open things of this kind: complaints by theirs, everything else by those of registers."""
    if kind == COMPLAINT:
        return may(actor, Can.WORK_CASES if writes else Can.SEE_QUEUE)
    wanted = {"registers:write"} if writes else {"registers:read", "registers:write"}
    return not wanted.isdisjoint(actor.scopes)


def outline(row: Escalation, named: Named) -> dict[str, Any]:
    """One escalation as programs read it."""
    return {
        "id": row.stream_id, "kind": named.kind.name, "number": named.name, "level": row.level, "rung": row.rung,
        "times": row.times, "raised_at": row.raised_at, "next_at": row.next_at, "taken_at": row.taken_at,
    }  # fmt: skip


@api.get("/escalations", response={200: list[EscalationOut]}, summary="Escalations that wait to be taken up")
def waiting(request: HttpRequest) -> Any:
    """Those that the member was told of whom the token acts for, the most pressing first; at most a hundred."""
    actor = actor_of(request)
    if actor.id is None or not any(opens(actor, kind, writes=False) for kind in (COMPLAINT, "")):
        raise NotAllowed(_("The token's scopes do not open escalations."))
    rows = [one for one in queries.waiting_for(actor.id)[:MOST] if opens(actor, one.stream.kind, writes=False)]
    named = names_of(
        [one.stream_id for one in rows], actor, kinds_known={one.stream_id: one.stream.kind for one in rows}
    )
    log_access(actor, "listed", field="escalations", door="api")
    return [outline(row, named[row.stream_id]) for row in rows if row.stream_id in named]


@api.post(
    "/escalations/{stream_id}/take-up",
    response={200: EscalationOut},
    summary="Take up an escalation",
    operation_id="take_up_escalation",
    openapi_extra=KEY_HEADER,
)
def take_up(request: HttpRequest, stream_id: uuid.UUID) -> Any:
    """Only for a member who was told; from then on nobody else is called. The second is told who was first."""
    actor = actor_of(request)

    def work() -> Status[Any]:
        named = names_of([stream_id], actor).get(stream_id)
        if named is None:
            raise NotFound
        if not opens(actor, named.kind.name, writes=True):
            raise NotAllowed(_("The token's scopes do not allow this to be taken up."))
        actions.take_up(actor=actor, stream_id=stream_id)
        row = queries.standing_of(stream_id)
        assert row is not None  # noqa: S101 - it was taken up
        return Status(200, outline(row, named))

    return once(request, actor, work)
