"""The telephone for programs: the calls of a complaint (RG-19), call records taken in, and the answer rate of a hotline (IG-04, KP-03)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema

from tingsu.api.api import actor_of, api, body_extra, body_of
from tingsu.api.entries import reader
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound
from tingsu.people.access import Can, require
from tingsu.phone import figures, importing, lines
from tingsu.phone.calls import calls_of
from tingsu.privacy.log import log_access
from tingsu.registers.access import may_open
from tingsu.registers.declaration import registers

RECORD = {
    "type": "object", "additionalProperties": False, "required": ["call", "started_at"],
    "properties": {name: {"type": "string", "maxLength": 500} for name in importing.FIELDS},
}  # fmt: skip
RECORDS = {
    "type": "object", "required": ["calls"], "additionalProperties": False,
    "properties": {"calls": {"type": "array", "minItems": 1, "maxItems": importing.MOST_AT_ONCE, "items": RECORD}},
}  # fmt: skip


class CallOut(Answer):
    """A call linked with a complaint: the number masked, the recording by its name. Instants are UTC."""

    number: str
    caller: str
    withheld: bool
    outcome: str
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    agent: str
    recording: str


class TakenOut(Answer):
    """What became of the records: counted, and why each refused one is, by its place from 1."""

    taken: int
    known: int
    refused: list[dict[str, Any]]


class RateOut(Answer):
    """The answer rate of human service: answered / offered; what does not count stands beside it."""

    offered: int
    answered: int
    missed: int
    quick: int
    going: int
    menu: int
    machine: int
    closed: int
    out: int
    internal: int
    doubtful: int
    per_cent: float | None
    enough: bool | None


class Period(Schema):
    since: datetime
    until: datetime


@api.get("/complaints/{number}/calls", response={200: list[CallOut]}, summary="The calls in which a complaint was told")
def list_calls(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="calls", door="api")
    return [
        {name: getattr(one, name) for name in CallOut.model_fields} for one in calls_of(actor, complaint, door="api")
    ]


@api.post(
    "/hotlines/{number}/calls",
    response={200: TakenOut},
    summary="Take in call records of a hotline",
    openapi_extra=body_extra(RECORDS),
)
def take_calls(request: HttpRequest, number: str) -> Any:
    """For telephone systems without events: whole calls, at most 200 at once. The same record again is known; twice creates nothing twice."""
    actor = reader(request, writes=True)
    if not may_open(actor, registers()["call"]):
        raise NotAllowed
    found = lines.hotline(number)
    if not found.works:
        raise NotFound
    calls = body_of(request).get("calls")
    if not isinstance(calls, list) or not 1 <= len(calls) <= importing.MOST_AT_ONCE:
        raise InvalidInput({"calls": InvalidValue(code="rows")})
    done = importing.take_records(found, list(enumerate(calls, 1)))
    refused = [{"place": place, "problem": error.body()} for place, error in done.refused]
    return {"taken": done.taken, "known": done.known, "refused": refused}


@api.get(
    "/hotlines/{number}/answer-rate", response={200: RateOut}, summary="The answer rate of human service of a hotline"
)
def answer_rate(request: HttpRequest, number: str, query: Query[Period]) -> Any:
    """For calls that began from `since` on and before `until`. It is enough strictly above 85 %."""
    actor = reader(request)
    if not registers()["channel"].sees_all(actor):
        raise NotAllowed
    if query.since.tzinfo is None or query.until.tzinfo is None:
        raise InvalidInput({"since": InvalidValue(code="datetime")})
    found = lines.hotline(number)
    log_access(actor, "listed", found.entry.pk, field="answer_rate", door="api")
    rate = figures.answer_rate(found.entry.pk, query.since, query.until)
    return {name: getattr(rate, name) for name in RateOut.model_fields}
