"""Who opened, copied or printed what of a complaint, for programs whose member may know it (RC-05, IV-08)."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query

from tingsu.api.api import ListQuery, actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.complaints.case_rows import reading
from tingsu.complaints.openings import may_read_openings, openings_of
from tingsu.kernel.errors import NotAllowed
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access


class AccessOut(Answer):
    """One access. `what`: opened, printed, downloaded, revealed, exported, listed, searched or refused; `door`: page, api or export.

    `place` says in words what of the case it was; `file` is the name of an attachment as the program may see it.
    """

    at: datetime
    who: str
    what: str
    place: str
    file_id: uuid.UUID | None
    file: str
    purpose: str
    door: str


class AccessPage(Answer):
    """A page of accesses, newest first, and the key of the next one."""

    items: list[AccessOut]
    next: str | None


class AccessQuery(ListQuery):
    """`files` asks for openings of attachments alone."""

    files: bool = False


@api.get(
    "/complaints/{number}/accesses",
    response={200: AccessPage},
    summary="Who opened, copied or printed what of a complaint",
)
def list_accesses(request: HttpRequest, number: str, query: Query[AccessQuery]) -> Any:
    """For programs of members who handle cases, lead or check. Asking is an access too."""
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    if not may_read_openings(actor):
        raise NotAllowed
    log_access(actor, "opened", complaint.pk, field="accesses", door="api")
    with reading(complaint):
        found, page = openings_of(actor, complaint, files=query.files, after=query.after, limit=query.limit)
    items = [
        {"at": one.at, "who": one.who, "what": one.code, "place": one.place, "file_id": one.file_id, "file": one.file,
         "purpose": str(one.purpose), "door": one.door}
        for one in found
    ]  # fmt: skip
    return {"items": items, "next": page.following or None}
