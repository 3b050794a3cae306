"""Lists as files in open formats for programs: CSV for spreadsheets, JSON lines for programs, streamed (IG-11).

What stands in a list of the API stands in its file: in the rights of the token, masked as for programs. As on the pages, only
whoever may export lists may take one, with a purpose, and the access log has both (PS-06).
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api import entries, reading
from tingsu.api.api import actor_of, api, filter_parameter
from tingsu.api.writing import Encoder
from tingsu.complaints.access import ways_to
from tingsu.complaints.covering import people_of
from tingsu.complaints.fields import FILTERS
from tingsu.complaints.filters import narrowed, read_strictly
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed
from tingsu.kernel.rows import batched
from tingsu.kernel.spelling import tidy
from tingsu.pages.export import Column, export
from tingsu.pages.pager import Piece, in_pages
from tingsu.people.access import Can, require, roles_with
from tingsu.privacy.log import log_access
from tingsu.privacy.show import known_of
from tingsu.registers import finding, queries
from tingsu.registers.covering import know
from tingsu.registers.declaration import Register, registers

TOGETHER = 200
LINES = "application/x-ndjson; charset=utf-8"
FORMATS: dict[int, Any] = {
    200: {
        "description": "The list as a file",
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/x-ndjson": {"schema": {"type": "string"}}},
    }
}


class FileQuery(Schema):
    """In which form, and what for."""

    form: Literal["csv", "jsonl"] = "csv"
    purpose: str = Limit(..., max_length=200)


ASKED = frozenset(FileQuery.model_fields)


def reader(request: HttpRequest, query: FileQuery) -> tuple[Actor, str]:
    """Whoever may take a list away, and what for. Raises NotAllowed, InvalidInput."""
    actor, purpose = actor_of(request), tidy(query.purpose)
    if not actor.has_role(*roles_with(Can.EXPORT)):
        raise NotAllowed(_("Your role does not include “%(right)s”."), right=Can.EXPORT.label)
    if len(purpose) < 4:
        raise InvalidInput({"purpose": InvalidValue(_("Say what the list is for."), code="required")})
    return actor, purpose


def given(request: HttpRequest) -> dict[str, str]:
    """The filters among what is asked."""
    return {name: value for name, value in request.GET.dict().items() if name not in ASKED}


@api.get(
    "/exports/complaints",
    response={200: str},
    summary="The list of complaints as a file: CSV or JSON lines",
    operation_id="complaints_file",
    openapi_extra={"parameters": [filter_parameter(one) for one in FILTERS], "responses": FORMATS},
)
def complaints_file(request: HttpRequest, query: Query[FileQuery]) -> HttpResponseBase:
    """The fields of the list, newest first, filtered as the list is. At most 100,000 rows as CSV; JSON lines have no end."""
    actor, purpose = reader(request, query)
    require(actor, Can.SEE_QUEUE)
    ways = [narrowed(one, read_strictly(actor, given(request))) for one in ways_to(actor, Complaint.objects.all())]
    log_access(actor, "exported", field="complaints", purpose=purpose, door="api")
    return file_of("complaints", complaint_rows(actor, ways), query.form)


def complaint_rows(actor: Actor, ways: list[Any]) -> Iterator[dict[str, Any]]:
    """Each complaint as the list tells it."""
    pieces = [Piece(rows=one, order=reading.ORDER) for one in ways] if len(ways) > 1 else []
    found = in_pages(Complaint.objects.all() if pieces else ways[0], reading.ORDER, TOGETHER, pieces)
    for batch in batched(found, TOGETHER):
        people = people_of(batch)
        for one in batch:
            yield reading.outline(actor, one, known_of(people[one.pk]))


def add_register_files() -> None:
    """A file of the list of every declared register."""
    for register in registers().values():
        _add(register)


def _add(register: Register) -> None:
    def register_file(request: HttpRequest, query: Query[FileQuery]) -> Any:
        actor, purpose = reader(request, query)
        entries.reader(request)
        asked = queries.asked_strictly(register, given(request))
        log_access(actor, "exported", field=register.name, purpose=purpose, door="api")
        found = finding.entries(actor, register, asked)
        rows = (entries.outline(actor, register, one) for batch in batched(found, TOGETHER) for one in know(batch))
        return file_of(register.name, rows, query.form)

    api.get(
        f"/exports/registers/{register.name}",
        response={200: str},
        summary=f"The list of the register {register.name} as a file: CSV or JSON lines",
        operation_id=f"{register.name}_file",
        openapi_extra={"parameters": entries.filter_parameters(register), "responses": FORMATS},
    )(register_file)


def file_of(name: str, rows: Iterable[dict[str, Any]], form: str) -> HttpResponseBase:
    """Rows as a download, asked for while it is sent."""
    if form == "csv":
        return csv_of(name, iter(rows))
    response = StreamingHttpResponse(lines_of(rows), content_type=LINES)
    response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    response["Cache-Control"] = "no-store"
    return response


def lines_of(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """One JSON object a line, many lines a piece."""
    waiting = iter(rows)
    while batch := list(islice(waiting, TOGETHER)):
        yield "".join(json.dumps(row, cls=Encoder, ensure_ascii=False) + "\n" for row in batch).encode()


def csv_of(name: str, rows: Iterator[dict[str, Any]]) -> HttpResponseBase:
    """The same under the names of its fields: codes as they are, instants in UTC, no text that a spreadsheet calculates."""
    first = next(rows, None)
    flat = flattened(first) if first is not None else {"number": ""}
    columns = [Column(label=field, value=_taken(field)) for field in flat]
    return export(name, columns, again(flat if first is not None else None, rows), "csv")


def again(first: dict[str, Any] | None, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The row that was looked at, then the others."""
    if first is not None:
        yield first
        yield from map(flattened, rows)


def _taken(field: str) -> Any:
    return lambda row: row.get(field)


def flattened(row: dict[str, Any]) -> dict[str, Any]:
    """One level of fields: what stands inside `columns` beside the others, lists and instants as JSON has them."""
    inside = row.get("columns", {})
    whole = {name: value for name, value in row.items() if name != "columns"} | dict(inside)
    return {name: plain(value) for name, value in whole.items()}


def plain(value: Any) -> Any:
    """A number as such, everything else as text."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return value if isinstance(value, str) else json.dumps(value, cls=Encoder, ensure_ascii=False).strip('"')
