"""A document of every case of an approved export for programs: started, watched, stopped, let go on, fetched (RC-11, PS-09, IG-01).

The export itself is asked for and approved as an entry of the register `export`; what is made of it here is masked for everybody.
"""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Schema, Status
from pydantic import Field as Limit

from tingsu.api.api import KEY_HEADER, actor_of, api
from tingsu.api.entries import reader
from tingsu.api.once import once
from tingsu.api.schemas import Answer
from tingsu.complaints import paper_runs as runs
from tingsu.complaints.models import PaperRun
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry


class RunIn(Schema):
    """Which document of every case, and in which language."""

    document: str = Limit(..., max_length=40)
    language: Literal["zh-hans", "en"] = "zh-hans"


class RunOut(Answer):
    """A run: `done` of `total` cases; `left_out` of them have no such document. `parts` are ZIP files of 100 cases. Instants are UTC."""

    id: uuid.UUID
    document: str
    language: str
    state: Literal["running", "stopped", "refused", "ready"]
    total: int
    done: int
    left_out: int
    asked_at: datetime
    ended_at: datetime | None
    parts: list[uuid.UUID]


@api.get(
    "/exports/{number}/runs", response={200: list[RunOut]}, summary="What is made of every case of an approved export"
)
def list_runs(request: HttpRequest, number: str) -> Any:
    actor, entry = _export(request, number)
    log_access(actor, "opened", entry.pk, field="documents", door="api")
    return [_out(one) for one in runs.runs_of(entry)]


@api.post(
    "/exports/{number}/runs",
    response={201: RunOut},
    summary="Make a document of every case of an approved export",
    openapi_extra=KEY_HEADER,
)
def start_run(request: HttpRequest, number: str, payload: RunIn) -> Any:
    actor, entry = _export(request, number, writes=True)
    return once(request, actor, lambda: Status(201, _out(runs.start(actor, entry, payload.document, payload.language))))


@api.get("/exports/{number}/runs/{run}", response={200: RunOut}, summary="How far a run has come")
def read_run(request: HttpRequest, number: str, run: uuid.UUID) -> Any:
    actor, entry = _export(request, number)
    log_access(actor, "opened", entry.pk, field="documents", door="api")
    return _out(runs.run_of(entry, run))


@api.post("/exports/{number}/runs/{run}/stop", response={200: RunOut}, summary="Stop a run; its parts stay")
def stop_run(request: HttpRequest, number: str, run: uuid.UUID) -> Any:
    actor, entry = _export(request, number, writes=True)
    return _out(runs.stop(actor, entry, run))


@api.post("/exports/{number}/runs/{run}/go-on", response={200: RunOut}, summary="Let a stopped run go on")
def go_on_with_run(request: HttpRequest, number: str, run: uuid.UUID) -> Any:
    actor, entry = _export(request, number, writes=True)
    return _out(runs.go_on(actor, entry, run))


@api.get(
    "/exports/{number}/parts/{part}",
    response={200: bytes},
    summary="A part of a run as ZIP",
    openapi_extra={"responses": {200: {"description": "ZIP", "content": {"application/zip": {}}}}},
)
def read_part(request: HttpRequest, number: str, part: uuid.UUID) -> HttpResponse:
    """Each fetching stands in the access log with the purpose of the export."""
    actor, entry = _export(request, number)
    name, content = runs.part_of(actor, entry, part)
    log_access(actor, "exported", entry.pk, field="documents", purpose=entry.written()["purpose"], door="api")
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _export(request: HttpRequest, number: str, *, writes: bool = False) -> tuple[Actor, Entry]:
    """The program and an export that the member behind it asked for. Raises NotAllowed, NotFound, ExportOver."""
    actor = reader(request, writes=True) if writes else actor_of(request)
    require(actor, Can.SEE_QUEUE)
    register = register_named(runs.lists().register)
    if register is None:
        raise NotFound
    entry = get_entry(actor, register, number)
    runs.lists().check_fetch(actor, entry)
    return actor, entry


def _out(run: PaperRun) -> dict[str, Any]:
    told = ("document", "language", "total", "done", "left_out", "asked_at", "ended_at", "parts")
    return {"id": run.pk, "state": runs.state_of(run), **{name: getattr(run, name) for name in told}}
