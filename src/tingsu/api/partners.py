"""The door of partners' own programs, below /api/partner/v1/: own questions, their answers, complaints handed over (IG-10).

A program reads and does what the partner's person reads and does on the pages, by the same functions: questions as they were kept masked, for
fourteen days after their answer, nothing once the commitment to secrecy is over.
"""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field as Limit

from tingsu.api import rates, uploads
from tingsu.api.api import KEY_HEADER, ProblemApi, body_of, http_error, invalid, refused, schema_once
from tingsu.api.once import once, request_key
from tingsu.api.schemas import FileOut
from tingsu.api.tokens import TokenInvalid
from tingsu.api.writing import Renderer
from tingsu.complaints.actions import take_step
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotFound, TingsuError, Unmet
from tingsu.kernel.ids import new_id
from tingsu.pages.pager import page_of
from tingsu.partners import programs
from tingsu.partners.handing import followed, hand_over, handed_by
from tingsu.partners.models import SEEN_FOR, PartnerAccount, PartnerTask
from tingsu.partners.steps.tasks import ANSWER_PARTNER, ANSWERED
from tingsu.partners.views import MOST, ORDER

GIVEN = ("description", "problem_type", "reference", "order_number", "product", "name", "phone", "email", "told")
ANSWER = ("answer", "declined", "files")


class PartnerBearer(HttpBearer):
    """`Authorization: Bearer tingsu.<organisation>.<id>.<secret>`, as a partner's person made it on the page *Programs*."""

    def authenticate(self, request: HttpRequest, token: str) -> tuple[Actor, PartnerAccount]:
        found = programs.asks(token.strip())
        if found is None:
            rates.count_stranger(request)
            raise TokenInvalid
        actor, account, program = found
        rates.count_token(request, f"partner:{program.pk}")
        return actor, account


partner_api = ProblemApi(
    title="Tingsu 听诉: partners",
    version="1.0.0",
    description="What a partner's own program may do: read the questions to its firm, answer them, hand over complaints. Instants in UTC.",
    auth=PartnerBearer(),
    urls_namespace="partner-api-1",
    docs_url=None,
    docs_decorator=schema_once,
    renderer=Renderer(),
)
partner_api.exception_handler(TingsuError)(refused)
partner_api.exception_handler(ValidationError)(invalid)
partner_api.exception_handler(HttpError)(http_error)


class TaskOut(Schema):
    """A question to the firm, as its page shows it."""

    id: uuid.UUID
    complaint: str
    kind: str
    state: str
    question: str
    given: str
    asked_at: datetime
    due_at: datetime
    late: bool
    return_reason: str
    answer: str
    answered_at: datetime | None


class HandedOut(Schema):
    """A complaint that the firm handed over."""

    number: str
    reference: str
    handed_at: datetime
    stage: str


class HandedPage(Schema):
    """A page of them, the newest first."""

    items: list[HandedOut]
    next: str


class TasksQuery(Schema):
    state: str = Limit("open", pattern="^(open|answered)$")


class PageQuery(Schema):
    after: str = Limit("", max_length=200)
    limit: int = Limit(50, ge=1, le=200)


def _who(request: HttpRequest) -> tuple[Actor, PartnerAccount]:
    found: tuple[Actor, PartnerAccount] = request.auth  # type: ignore[attr-defined]
    return found


def _told(row: PartnerTask, at: datetime) -> dict[str, Any]:
    texts = {name: row.shown(name) for name in ("question", "given", "answer", "return_reason")}
    return {
        "id": row.pk, "complaint": row.complaint.number, "kind": row.kind, "state": row.state, "asked_at": row.asked_at,
        "due_at": row.due_at, "late": row.is_open and row.due_at < at, "answered_at": row.answered_at, **texts,
    }  # fmt: skip


@partner_api.get("/tasks", response={200: list[TaskOut]}, summary="Questions to the firm", url_name="tasks")
def tasks(request: HttpRequest, query: Query[TasksQuery]) -> Any:
    """Open ones by their day, or those answered in the last two weeks, the newest first; two hundred at most."""
    _actor, account = _who(request)
    at = now()
    rows = PartnerTask.objects.filter(code=account.code).select_related("complaint__stream")
    if query.state == "open":
        found = rows.filter(state=PartnerTask.State.OPEN).order_by("due_at", "id")
    else:
        found = rows.filter(state__in=ANSWERED, answered_at__gt=at - SEEN_FOR).order_by("-answered_at", "-id")
    return [_told(row, at) for row in found[:MOST]]


def _task(account: PartnerAccount, task_id: uuid.UUID, at: datetime) -> PartnerTask:
    row = PartnerTask.objects.filter(pk=task_id, code=account.code).select_related("complaint__stream").first()
    if row is None or not row.is_shown(at):
        raise NotFound
    return row


@partner_api.get("/tasks/{task_id}", response={200: TaskOut}, summary="One question")
def task(request: HttpRequest, task_id: uuid.UUID) -> Any:
    """A question to another firm does not exist."""
    _actor, account = _who(request)
    at = now()
    return _told(_task(account, task_id, at), at)


@partner_api.post(
    "/tasks/{task_id}/answer",
    response={200: TaskOut},
    summary="Answer a question, or say that the matter is not the firm's",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "answer": {"type": "string", "maxLength": 10000},
                            "declined": {"type": "boolean"},
                            "files": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                        },
                        "required": ["answer"],
                        "additionalProperties": False,
                    }
                }
            },
        },
        **KEY_HEADER,
    },
)
def answer(request: HttpRequest, task_id: uuid.UUID) -> Any:
    """`files` are ids of files uploaded before by the same program."""
    actor, account = _who(request)
    body = _known(body_of(request), ANSWER)

    def work() -> Status[Any]:
        row = _task(account, task_id, now())
        if not row.is_open or row.complaint.state not in ANSWER_PARTNER.sources:
            raise ConditionsUnmet([Unmet("no_task", _("no question waits for your firm here"))])
        values = {**body, "declined": "yes" if body.get("declined") in (True, "yes") else "", "task": str(row.pk)}
        take_step(actor=actor, complaint_id=row.complaint_id, step=ANSWER_PARTNER.name, values=values)
        return Status(200, _told(_task(account, task_id, now()), now()))

    return once(request, actor, work)


@partner_api.post(
    "/files",
    response={201: FileOut},
    summary="Upload one file, to be named in `files` of an answer",
    openapi_extra={**uploads.BODY, **KEY_HEADER},
)
def upload(request: HttpRequest) -> Any:
    """Checked and sealed like every upload."""
    actor, _account = _who(request)
    return uploads.take_in(request, actor)


@partner_api.post(
    "/complaints",
    response={201: HandedOut},
    summary="Hand over a complaint that a customer told the firm",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            **{name: {"type": "string"} for name in GIVEN if name != "told"},
                            "told": {
                                "type": "boolean",
                                "title": "The customer knows that name and contact are passed on",
                            },
                        },
                        "required": ["description", "problem_type"],
                        "additionalProperties": False,
                    }
                }
            },
        },
        **KEY_HEADER,
    },
)
def hand(request: HttpRequest) -> Any:
    """Name and contact only with the customer's knowledge (`told`); without them it is anonymous."""
    actor, account = _who(request)
    body = _known(body_of(request), GIVEN)
    words = {name: value for name, value in body.items() if name != "told"}
    wrong: dict[str, TingsuError] = {
        name: InvalidValue(code="choice") for name, value in words.items() if not isinstance(value, str)
    }
    if wrong:
        raise InvalidInput(wrong)

    def work() -> Status[Any]:
        given = {**words, "told": body.get("told") is True}
        made = hand_over(actor=actor, account=account, given=given, key=request_key(request, actor) or new_id().hex)
        row = handed_by(account.code).get(complaint_id=made.complaint.pk)
        return Status(201, vars(followed(row)))

    return once(request, actor, work)


@partner_api.get(
    "/complaints", response={200: HandedPage}, summary="Complaints that the firm handed over, newest first"
)
def handed(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Number, own number and public stage; never what was found, written or decided."""
    _actor, account = _who(request)
    page = page_of(handed_by(account.code), ORDER, query.after, query.limit)
    return {"items": [vars(followed(row)) for row in page.rows], "next": page.following}


def _known(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Raises InvalidInput for what nobody asked for, so that a slip of the pen is noticed."""
    unknown: dict[str, TingsuError] = {
        str(name)[:60]: InvalidValue(_("This field is not known here."), code="unknown_field")
        for name in set(body) - set(names)
    }
    if unknown:
        raise InvalidInput(unknown)
    return body
