"""“Explain this deadline” for programs: what a promise was counted from, of whatever kind of thing (SL-02, SL-18)."""

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from tingsu.api.api import actor_of, api
from tingsu.api.escalations import opens
from tingsu.clocks.access import get_promise
from tingsu.clocks.explanation import explain_promise
from tingsu.kernel.errors import NotAllowed
from tingsu.privacy.log import log_access


class DayOut(Schema):
    """One day of a count, and why it counts or not."""

    on: date
    counted: bool
    reason: str


class ExtensionOut(Schema):
    """One extension that was allowed: both ends, who asked and who allowed it by work identity, and how the letter stands."""

    at: datetime
    before: datetime
    after: datetime
    asked_by: str
    allowed_by: str
    told_by: str


class ExplanationOut(Schema):
    """A time limit with everything it was counted from. Instants are UTC."""

    id: uuid.UUID
    thing: uuid.UUID
    of: str
    kind: str
    name: str
    starts: str
    stops: str
    limit: str
    condition: str
    profile: str
    basis: str
    mark: str
    pack: str
    policy_version: int
    calendar_version: int
    calendar: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    breached_at: datetime | None
    days: list[DayOut]
    extensions: list[ExtensionOut]


@api.get(
    "/promises/{promise_id}",
    response={200: ExplanationOut},
    summary="Explain one deadline: limit, profile, clause, and each day counted or skipped",
    operation_id="explain_promise",
)
def explain(request: HttpRequest, promise_id: uuid.UUID) -> Any:
    """For whoever sees the thing it belongs to, by the scope that opens it."""
    actor = actor_of(request)
    promise = get_promise(actor, promise_id)
    if not opens(actor, promise.stream.kind, writes=False):
        raise NotAllowed(_("The token's scopes do not open this deadline."))
    log_access(actor, "opened", promise.stream_id, field="promise", door="api")
    told = explain_promise(promise)
    days = told.counting.days if told.counting else ()
    return {
        "id": promise.pk, "thing": promise.stream_id, "of": promise.stream.kind, "kind": promise.kind, "name": str(told.name),
        "starts": str(told.about.starts), "stops": str(told.about.stops), "limit": told.limit, "condition": told.condition,
        "profile": told.profile, "basis": told.basis, "mark": told.mark, "pack": str(told.pack), "policy_version": promise.policy_version,
        "calendar_version": promise.calendar_version, "calendar": told.calendar, "started_at": promise.started_at, "due_at": promise.due_at,
        "ended_at": promise.ended_at, "breached_at": promise.breached_at,
        "extensions": [
            {name: getattr(one, name) for name in ExtensionOut.model_fields} for one in told.extensions
        ],
        "days": [{"on": day.on, "counted": day.counted, "reason": day.reason.value} for day in days],
    }  # fmt: skip
