"""What became of the letters of a complaint, by each means; never their words or addresses (AK-10)."""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest

from tingsu.api.api import actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.complaints.case_rows import reading
from tingsu.complaints.letter_log import LoggedLetter, letters_of_case
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access


class MeansOut(Answer):
    """One means of a letter. `at` is a UTC instant: when the result was known, or when it is tried next; `parts` are text messages."""

    means: str
    result: Literal["queued", "sent", "delivered", "read", "failed", "withdrawn"]
    at: datetime | None
    why: str
    tries: int
    parts: int
    tracking: str


class LetterOut(Answer):
    """A letter to a party, the first means first."""

    id: uuid.UUID
    template: str
    written_at: datetime
    means: list[MeansOut]


@api.get(
    "/complaints/{number}/letters",
    response={200: list[LetterOut]},
    summary="The letters of a complaint and what became of them by each means",
)
def list_letters(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="letters", door="api")
    with reading(complaint):
        return [_letter(one) for one in letters_of_case(actor, complaint)]


def _letter(one: LoggedLetter) -> dict[str, Any]:
    return {
        "id": one.id,
        "template": one.template,
        "written_at": one.at,
        "means": [
            {"means": line.code, "result": line.result, "at": line.at, "why": line.why_code, "tries": line.tries,
             "parts": line.parts, "tracking": line.tracking}
            for line in one.lines
        ],
    }  # fmt: skip
