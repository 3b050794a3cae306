"""The investigation room for programs: one part of it, asked with a purpose (IV-01, IG-01)."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.complaints.case_rows import reading
from tingsu.inquiry import room, scope
from tingsu.inquiry.parts import Group, Value
from tingsu.kernel.errors import NotFound
from tingsu.people.access import Can, require
from tingsu.privacy.purposes import PURPOSE_LIMIT


class ValueOut(Answer):
    """One value; `kind` says how to read it: money in fen, datetime in UTC, a case by its number."""

    name: str
    label: str
    kind: str
    value: str | int


class GroupOut(Answer):
    name: str
    title: str
    facts: list[ValueOut]
    rows: list[list[ValueOut]]


class RoomPartOut(Answer):
    """A part as the token may see it. `answered` is false when the connected system gave nothing; `gaps` say what is missing."""

    part: str
    title: str
    answered: bool
    gaps: list[str]
    closed: list[str]
    groups: list[GroupOut]


class RoomQuery(Schema):
    purpose: str = Limit(..., min_length=2, max_length=PURPOSE_LIMIT)


@api.get(
    "/complaints/{number}/room/{part}",
    response={200: RoomPartOut},
    summary="Look up what other systems know of a complaint",
)
def read_room(request: HttpRequest, number: str, part: str, query: Query[RoomQuery]) -> Any:
    """`part`: customer, orders, interactions, history or products. Each call is written to the access log with its purpose.
    Personal data is masked unless the token has `personal:read`.
    """
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    if part not in scope.PARTS:
        raise NotFound
    with reading(complaint):
        found = room.read_part(actor, complaint, part, query.purpose, door="api")
    return {
        "part": found.name, "title": str(found.title), "answered": found.answered, "gaps": found.gaps,
        "closed": found.closed, "groups": [_group(one) for one in found.groups],
    }  # fmt: skip


def _group(one: Group) -> dict[str, Any]:
    return {
        "name": one.name, "title": str(one.title), "facts": [_value(fact) for fact in one.facts],
        "rows": [[_value(value) for value in row] for row in one.rows],
    }  # fmt: skip


def _value(one: Value) -> dict[str, Any]:
    value = one.value
    if one.kind == "case":
        value = value[0]
    elif one.kind in {"datetime", "date"}:
        value = value.isoformat()
    return {"name": one.name, "label": str(one.label), "kind": one.kind, "value": value}
