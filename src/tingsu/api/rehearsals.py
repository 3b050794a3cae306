"""What a step would write, before it is taken: the letters in both languages, for programs (AK-02)."""

from typing import Any, Literal

from django.http import HttpRequest

from tingsu.api.api import actor_of, api, body_extra, step_body
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.complaints.actions import step_named
from tingsu.complaints.interference import watched
from tingsu.complaints.rehearsal import letters_of_step
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access


class WordingOut(Answer):
    """A letter in one language; codes and links are covered."""

    language: Literal["zh-Hans", "en"]
    chosen: bool
    subject: str
    body: str


class RehearsedOut(Answer):
    """A letter that the step would write to a party; `means` is tried first."""

    template: str
    to: str
    means: str
    wordings: list[WordingOut]


@api.post(
    "/complaints/{number}/letters/ahead/{step}",
    response={200: list[RehearsedOut]},
    operation_id="letters_ahead",
    summary="The letters that a step would write, in both languages; nothing is done",
    openapi_extra=body_extra({
        "type": "object", "additionalProperties": False,
        "properties": {"version": {"type": "integer"}, "values": {"type": "object"}},
    }),
    description="Takes what the step itself takes, and refuses what it refuses.",
)  # fmt: skip
def letters_ahead(request: HttpRequest, number: str, step: str) -> Any:
    actor = actor_of(request)
    with watched(actor, step, number):
        require(actor, Can.WORK_CASES)
    version, values = step_body(request)
    taken = step_named(step)
    complaint_id = access.complaint_id(number)
    found = letters_of_step(
        actor=actor,
        complaint_id=complaint_id,
        step=taken.name,
        values=values,
        version=version,
        door="api",
    )
    log_access(actor, "opened", complaint_id, field="letters", door="api")
    return [
        {"template": one.template, "to": one.to, "means": one.means,
         "wordings": [{name: getattr(word, name) for name in ("language", "chosen", "subject", "body")} for word in one.wordings]}
        for one in found
    ]  # fmt: skip
