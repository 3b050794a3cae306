"""Conversations from assistants and chats: a transcript becomes a complaint and stays as its evidence (IN-05, AI-02)."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from tingsu.api import reading
from tingsu.api.api import KEY_HEADER, actor_of, api, body_extra, body_of, promise_out
from tingsu.api.once import once
from tingsu.api.schemas import RegisteredOut, fields_schema
from tingsu.complaints.actions import time_zone
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.intake import conversations
from tingsu.people.access import Can, require

TURN: dict[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["role", "at"],
    "properties": {
        "role": {"type": "string", "enum": list(conversations.ROLES)}, "at": {"type": "string", "format": "date-time"},
        "text": {"type": "string", "maxLength": conversations.TURN_LIMIT},
        "files": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    },
}  # fmt: skip


def schema() -> dict[str, Any]:
    """The body: the conversation, and what the program knows of the complaint beside the words."""
    fields = fields_schema(tuple(one for one in INTAKE_FIELDS if one.name not in conversations.NOT_BY_PROGRAM))
    fields["required"] = [name for name in fields["required"] if name != "mode"]
    return {
        "type": "object", "additionalProperties": False, "required": ["conversation_id", "turns"],
        "properties": {
            "conversation_id": {"type": "string", "minLength": 1, "maxLength": conversations.ID_LIMIT},
            "turns": {"type": "array", "minItems": 1, "maxItems": conversations.MOST_TURNS, "items": TURN},
            "human_asked": {"type": "boolean"}, "complaint": fields,
        },
    }  # fmt: skip


@api.post(
    "/conversations",
    response={201: RegisteredOut},
    summary="Register a conversation as a complaint; its transcript is kept as evidence",
    operation_id="register_conversation",
    openapi_extra={**body_extra(schema()), **KEY_HEADER},
)
def register(request: HttpRequest) -> Any:
    """The same conversation again gives the same complaint. What the complainant wrote is the description; an assistant confirms nothing."""
    actor = actor_of(request)
    require(actor, Can.REGISTER)
    conversation = conversations.read_conversation(body_of(request))

    def work() -> Status[Any]:
        made = conversations.register_conversation(actor=actor, conversation=conversation, zone=time_zone())
        promises = [promise_out(promise) for promise in made.promises]
        return Status(
            201, {**reading.outline(actor, made.complaint, made.known), "code": made.code, "promises": promises}
        )

    return once(request, actor, work)
