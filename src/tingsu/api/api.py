"""The REST API, version 1: create, read, list and take any step of the process."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field as Limit

from tingsu.api import asking, rates, reading, tokens, uploads
from tingsu.api.along import registration_schema, step_along
from tingsu.api.once import once, request_key
from tingsu.api.schemas import (
    ComplaintDetail,
    ComplaintOut,
    EventOut,
    FileOut,
    OfferOut,
    PageOut,
    Problem,
    RegisteredOut,
    body_schema,
)
from tingsu.api.writing import Renderer, problem
from tingsu.complaints import access
from tingsu.complaints.actions import take_step, time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import reading as reading_case
from tingsu.complaints.fields import FILTERS, CaseField
from tingsu.complaints.filters import choices as filter_choices
from tingsu.complaints.filters import read_strictly
from tingsu.complaints.guidance import next_of
from tingsu.complaints.interference import watched
from tingsu.complaints.process import PROCESS
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, TooMany
from tingsu.kernel.events import words_of
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event
from tingsu.pages.pager import LONGEST_KEY
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access
from tingsu.process.engine import step_of, unmet_conditions
from tingsu.process.steps import Field, Step, options_of
from tingsu.process.values import shown_name

PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429})


class Bearer(HttpBearer):
    """`Authorization: Bearer tingsu.<organisation>.<id>.<secret>`."""

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.authenticate(request, token.strip())
        if scheme:
            rates.count_stranger(request)
        raise tokens.TokenInvalid

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        try:
            actor = tokens.actor_of(token)
        except tokens.TokenInvalid:
            rates.count_stranger(request)
            raise
        rates.count_token(request, actor.name)
        asking.refuse_unknown(request)
        return actor


SCHEMAS: dict[tuple[str, str], tuple[bytes, str]] = {}
"""The schema as it is sent, and its tag, by what its paths begin with (`/o/<organisation>/`) and language: made once a process,
for nothing else in it changes while a process lives."""
MOST_SCHEMAS = 64
"""So many are kept; organisations may be more."""


def schema_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Serve the schema as it was made; whoever names the tag it has already is told that nothing changed."""

    def serve(request: HttpRequest, **given: Any) -> HttpResponseBase:
        key = get_script_prefix(), get_language() or settings.LANGUAGE_CODE
        kept = SCHEMAS.get(key)
        if kept is None:
            content = view(request, **given).content
            kept = content, quote_etag(hashlib.sha256(content).hexdigest()[:32])
            if len(SCHEMAS) >= MOST_SCHEMAS:
                SCHEMAS.clear()
            SCHEMAS[key] = kept
        content, tag = kept
        answer = HttpResponse(content, content_type="application/json; charset=utf-8", headers={"ETag": tag})
        patch_cache_control(answer, no_cache=True)
        return get_conditional_response(request, etag=tag, response=answer) or answer

    return serve


class ProblemApi(NinjaAPI):
    """The same, telling in its schema how each endpoint may refuse.

    Refusals are written by the handlers below. Declared at each endpoint, their ten states would cost a class each: two
    thousand in all, half of a process's start.
    """

    def get_openapi_schema(self, *arguments: Any, **named: Any) -> Any:
        schema = super().get_openapi_schema(*arguments, **named)
        described = Problem.model_json_schema()
        schema["components"]["schemas"]["Problem"] = described
        told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"] |= {
                    status: {"description": HTTPStatus(status).phrase, "content": told} for status in sorted(PROBLEMS)
                }
        return schema


api = ProblemApi(
    title="Tingsu 听诉",
    version="1.0.0",
    description="Complaints as programs see them. Amounts in fen, instants in UTC.",
    auth=Bearer(),
    urls_namespace="api-1",
    docs_url=None,
    docs_decorator=schema_once,
    renderer=Renderer(),
)


@api.exception_handler(TingsuError)
def refused(request: HttpRequest, error: TingsuError) -> HttpResponse:
    return rates.refused(error) if isinstance(error, TooMany) else problem(error.body(), error.status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, TingsuError] = {str(one["loc"][-1]): InvalidValue(code="choice") for one in error.errors}
    return refused(request, InvalidInput(fields))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refusal = TingsuError(str(error), code="bad_request")
    refusal.status = error.status_code
    return refused(request, refusal)


def actor_of(request: HttpRequest) -> Actor:
    return request.auth  # type: ignore[attr-defined, no-any-return]


class NotJson(TingsuError):
    code, status = "not_json", 400
    sentence = _("The body must be a JSON object.")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object. Raises NotJson."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if not isinstance(body, dict):
        raise NotJson
    return body


def body_extra(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


KEY_HEADER = {
    "parameters": [
        {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 80}}
    ]
}


class ListQuery(Schema):
    after: str = Limit("", max_length=LONGEST_KEY)
    limit: int = Limit(50, ge=1, le=200)


PAGING = frozenset(ListQuery.model_fields)


def filter_parameter(one: CaseField) -> dict[str, Any]:
    """A filter as the schema describes it; lists of the enterprise's own are told in words."""
    options = filter_choices(one) if isinstance(one.field.options, tuple) or one.field.kind == "bool" else ()
    described: dict[str, Any] = {"type": "string", "maxLength": 60, "title": str(one.field.label)}
    if options:
        described["enum"] = [str(code) for code, _label in options]
    return {"name": one.name, "in": "query", "required": False, "schema": described}


@api.get(
    "/complaints",
    response={200: PageOut},
    summary="List complaints, newest first",
    openapi_extra={"parameters": [filter_parameter(one) for one in FILTERS]},
)
def list_complaints(request: HttpRequest, query: Query[ListQuery]) -> Any:
    """A name or a value that is no filter is refused, so that a slip of the pen never gives the whole archive."""
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    asked = {name: value for name, value in request.GET.dict().items() if name not in PAGING}
    page = reading.list_page(actor, read_strictly(actor, asked), query.after, query.limit)
    log_access(actor, "listed", field="complaints", door="api")
    return page


@api.post(
    "/complaints",
    response={201: RegisteredOut},
    summary="Register a complaint (P01)",
    openapi_extra={**body_extra(registration_schema()), **KEY_HEADER},
)
def register(request: HttpRequest) -> Any:
    """`then` takes a step along: both are done, or neither."""
    actor = actor_of(request)
    require(actor, Can.REGISTER)
    body = body_of(request)
    then = step_along(body.pop("then", None))
    if then is not None:
        require(actor, Can.WORK_CASES)

    def work() -> Status[Any]:
        intake = read_intake({"channel": "api", **body}, zone=time_zone())
        made = register_complaint(actor=actor, intake=intake, key=request_key(request, actor), then=then)
        promises = [promise_out(promise) for promise in made.promises]
        return Status(
            201, {**reading.outline(actor, made.complaint, made.known), "code": made.code, "promises": promises}
        )

    return once(request, actor, work)


@api.post(
    "/files",
    response={201: FileOut},
    summary="Upload one file, to be named in `files` of a registration or a step",
    openapi_extra={**uploads.BODY, **KEY_HEADER},
)
def upload(request: HttpRequest) -> Any:
    actor = actor_of(request)
    if "registers:write" not in actor.scopes:
        require(actor, Can.WORK_CASES)
    return uploads.take_in(request, actor)


def promise_out(promise: Any) -> dict[str, Any]:
    names = (
        "id",
        "kind",
        "started_at",
        "due_at",
        "ended_at",
        "ending",
        "breached_at",
        "policy_version",
        "calendar_version",
    )
    return {name: getattr(promise, name) for name in names}


@api.get("/complaints/{number}", response={200: ComplaintDetail}, summary="Read one complaint")
def read(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, door="api")
    return reading.detail(actor, complaint)


@api.get("/complaints/{number}/events", response={200: list[EventOut]}, summary="The ledger of one complaint")
def events(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="events", door="api")
    rows = Event.objects.filter(stream_id=complaint.pk).order_by("seq")
    return [
        {
            "seq": e.seq,
            "kind": e.kind,
            "words": words_of(e),
            "v": e.v,
            "at": e.at,
            "actor": f"{e.actor_kind}:{e.actor_name}",
            "data": e.body,
            "hash": bytes(e.hash).hex(),
        }
        for e in rows
    ]


@api.get("/complaints/{number}/steps", response={200: list[OfferOut]}, summary="What can be done now")
def offers(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="steps", door="api")
    case = Case(Chain(complaint.stream), complaint, actor, now(), reading.promises_of(complaint))
    with reading_case(complaint) as read:
        read.everything()
        steps = [step for step in access.steps_for(actor, complaint) if step_of(case, step)]
        following, _reasons = next_of(case, steps)
        return [_offer(case, step, following) for step in steps]


def _offer(case: Case, step: Step, following: Step | None) -> dict[str, Any]:
    unmet = unmet_conditions(case, step, None)
    return {
        "step": step.name,
        "id": step.id,
        "label": str(step.label),
        "target": str(step.target) if step.target else None,
        "next": step is following,
        "guide": str(step.guide),
        "unmet": [{"guard": one.guard, "code": one.code, "detail": str(one)} for one in unmet],
        "options": choices(step.fields, case.complaint),
    }


def choices(fields: tuple[Field, ...], thing: Any, prefix: str = "") -> dict[str, list[dict[str, str]]]:
    """What the fields with options of their own take now; fields inside tables as `remedies.code`."""
    found: dict[str, list[dict[str, str]]] = {}
    for field in fields:
        if field.source:
            found[prefix + field.name] = [
                {"code": str(c), "label": str(label)} for c, label in options_of(field, thing)
            ]
        found |= choices(field.rows, thing, f"{prefix}{field.name}.")
    return found


def step_body(request: HttpRequest) -> tuple[int | None, dict[str, Any]]:
    """The version that was looked at and the values of a step. Raises NotJson, InvalidInput."""
    body = body_of(request)
    if unknown := set(body) - {"version", "values"}:
        raise InvalidInput({shown_name(name): InvalidValue(code="unknown_field") for name in unknown})
    version, values = body.get("version"), body.get("values", {})
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise InvalidInput({"version": InvalidValue(code="number")})
    if not isinstance(values, dict):
        raise InvalidInput({"values": InvalidValue(code="rows")})
    return version, values


def take(request: HttpRequest, number: str, step: Step) -> Any:
    """One endpoint for each step of the table; the action decides everything."""
    actor = actor_of(request)
    with watched(actor, step.name, number):
        require(actor, Can.WORK_CASES)
    version, values = step_body(request)

    def work() -> Status[Any]:
        complaint_id = access.complaint_id(number)
        taken = take_step(actor=actor, complaint_id=complaint_id, step=step.name, values=values, version=version)
        return Status(200, reading.outline(actor, taken))

    return once(request, actor, work)


def _endpoint(step: Step) -> Any:
    def endpoint(request: HttpRequest, number: str) -> Any:
        return take(request, number, step)

    endpoint.__name__ = f"take_{step.name}"
    endpoint.__doc__ = f"{step.id}; {step.clause}"
    return endpoint


def _add_steps() -> None:
    for step in PROCESS.values():
        if step.door:
            api.post(
                f"/complaints/{{number}}/steps/{step.name}",
                response={200: ComplaintOut},
                summary=f"{step.id} {step.name}",
                operation_id=f"take_{step.name}",
                openapi_extra={**body_extra(body_schema(step)), **KEY_HEADER},
            )(_endpoint(step))


_add_steps()
