"""What programs write beside entries of registers: comments and links, with the same refusals as on the page."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Status

from tingsu.api.api import KEY_HEADER, api, body_extra, body_of
from tingsu.api.entries import DOOR, detail, reader
from tingsu.api.entry_schemas import EntryDetail
from tingsu.api.once import once, request_key
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.privacy.log import log_access
from tingsu.process.values import shown_name
from tingsu.registers import actions
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry

COMMENT: dict[str, Any] = {
    "type": "object",
    "properties": {"comment": {"type": "string", "maxLength": actions.COMMENT_LIMIT}},
    "required": ["comment"],
    "additionalProperties": False,
}
LINK: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "maxLength": 60, "description": "Of a complaint, an entry or another record."},
        "type": {"type": "string", "enum": list(actions.BY_HAND)},
    },
    "required": ["number", "type"],
    "additionalProperties": False,
}


def texts_of(request: HttpRequest, schema: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a body. Raises NotJson; InvalidInput for what is unknown, missing or no text."""
    body, wrong = body_of(request), {}
    for name in body.keys() - schema["properties"].keys():
        wrong[shown_name(name)] = InvalidValue(code="unknown_field")
    for name in schema["properties"]:
        value = body.get(name, "")
        if not isinstance(value, str) or not value:
            wrong[name] = InvalidValue(code="choice" if value else "required")
    if wrong:
        raise InvalidInput(dict(wrong))
    return {name: body[name] for name in schema["properties"]}


def written(
    request: HttpRequest, register: Register, number: str, status: int, write: Callable[[Actor, Entry], None]
) -> Any:
    """Write something beside an entry once, and answer with the entry as it stands then."""
    actor = reader(request, writes=True)

    def work() -> Status[Any]:
        entry = get_entry(actor, register, number)
        write(actor, entry)
        log_access(actor, "opened", entry.pk, door=DOOR)
        return Status(status, detail(actor, register, get_entry(actor, register, number)))

    return once(request, actor, work)


def comment(request: HttpRequest, register: Register, number: str) -> Any:
    def write(actor: Actor, entry: Entry) -> None:
        text = texts_of(request, COMMENT)["comment"]
        actions.comment(actor=actor, register=register, entry=entry, text=text, key=request_key(request, actor))

    return written(request, register, number, 201, write)


def link(request: HttpRequest, register: Register, number: str) -> Any:
    def write(actor: Actor, entry: Entry) -> None:
        given = texts_of(request, LINK)
        if given["type"] not in actions.BY_HAND:
            raise InvalidInput({"type": InvalidValue(code="choice")})
        actions.link_entry(actor=actor, register=register, entry=entry, number=given["number"][:60], kind=given["type"])

    return written(request, register, number, 201, write)


def unlink(request: HttpRequest, register: Register, number: str, link_id: uuid.UUID) -> Any:
    def write(actor: Actor, entry: Entry) -> None:
        actions.unlink_entry(actor=actor, register=register, entry=entry, link_id=link_id)

    return written(request, register, number, 200, write)


def add_notes() -> None:
    """Endpoints for every declared register."""
    for register in registers().values():
        _add(register)


def _add(register: Register) -> None:
    base, name = f"/registers/{register.name}/{{number}}", register.name

    def commented(request: HttpRequest, number: str) -> Any:
        return comment(request, register, number)

    def linked(request: HttpRequest, number: str) -> Any:
        return link(request, register, number)

    def unlinked(request: HttpRequest, number: str, link_id: uuid.UUID) -> Any:
        return unlink(request, register, number, link_id)

    made: dict[Any, Any] = {201: EntryDetail}
    api.post(
        f"{base}/comments",
        response=made,
        summary=f"Write a comment beside an entry of the register {name}",
        operation_id=f"comment_{name}",
        openapi_extra={**body_extra(COMMENT), **KEY_HEADER},
    )(commented)
    api.post(
        f"{base}/links",
        response=made,
        summary=f"Link an entry of the register {name} with something that has a number",
        operation_id=f"link_{name}",
        openapi_extra={**body_extra(LINK), **KEY_HEADER},
    )(linked)
    api.delete(
        f"{base}/links/{{link_id}}",
        response={200: EntryDetail},
        summary=f"Take a link of an entry of the register {name} away",
        operation_id=f"unlink_{name}",
        openapi_extra=KEY_HEADER,
    )(unlinked)
