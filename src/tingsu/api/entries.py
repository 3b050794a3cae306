"""The registers as programs see them: list, read, open and take any step, each made from the declaration alone."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status
from pydantic import Field as Limit

from tingsu.api.api import KEY_HEADER, actor_of, api, body_extra, body_of, choices, promise_out, step_body
from tingsu.api.entry_schemas import EntryDetail, EntryOut, EntryPageOut
from tingsu.api.once import made_id, once
from tingsu.api.schemas import body_schema, fields_schema
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.pages.pager import LONGEST_KEY
from tingsu.people.queries import staff_identity
from tingsu.privacy.log import log_access
from tingsu.process.steps import Step
from tingsu.registers import actions, finding, queries, reading, receipts
from tingsu.registers.access import get_entry, may_open, steps_for
from tingsu.registers.covering import know
from tingsu.registers.declaration import REGISTER_SCOPES, WHOLE_STATES, Register, registers
from tingsu.registers.entry import kept_values
from tingsu.registers.models import Entry

DOOR = "api"
LINK = ("id", "type", "how", "kind", "name")
COLUMNS = (
    "number", "state", "opened_at", "entered_at", "owner_id", "unit_id", "next_due_at", "next_due_kind",
    "speaks_of", "expires_on", "version",
)  # fmt: skip


class EntryQuery(Schema):
    after: str = Limit("", max_length=LONGEST_KEY)
    limit: int = Limit(50, ge=1, le=200)


PAGING = frozenset(EntryQuery.model_fields)


def reader(request: HttpRequest, *, writes: bool = False) -> Actor:
    """The program, with a scope of registers. Raises NotAllowed."""
    actor = actor_of(request)
    if not (frozenset({"registers:write"}) if writes else REGISTER_SCOPES) & actor.scopes:
        raise NotAllowed(_("The token's scopes do not open registers for this."))
    return actor


def outline(actor: Actor, register: Register, entry: Entry) -> dict[str, Any]:
    """One line of the list. Load the entry with its stream."""
    texts = reading.texts_seen(actor, register, entry, DOOR)
    return {name: getattr(entry, name) for name in COLUMNS} | {
        "title": texts.get(register.title, ""),
        "state_words": entry.get_state_display(),
        "columns": {name: reading.cell(register, entry, texts, name) for name in register.columns},
        "owner": staff_identity(entry.owner_id),
    }


def detail(actor: Actor, register: Register, entry: Entry) -> dict[str, Any]:
    """One entry with everything its page says, through the door of programs."""
    history = reading.history_of(actor, register, entry, DOOR)
    return {
        **outline(actor, register, entry),
        "clauses": list(register.clauses(entry.codes)),
        "fields": fields_of(actor, register, entry),
        "links": [{name: one[name] for name in LINK} for one in reading.links_of(actor, entry.pk)],
        "files": [
            {
                "id": one["id"], "name": one["name"], "media_type": one["type"], "size": one["size"],
                "sha256": one["hash"], "received_at": one["received"],
            }
            for one in reading.files_of(actor, entry, DOOR)
        ],
        "comments": [
            {"at": one.at, "who": one.who, "text": "".join(text for _label, text in one.lines)}
            for one in history
            if one.kind == f"{register.name}.commented"
        ],
        "history": [
            {
                "at": one.at, "kind": one.kind, "who": one.who, "words": one.words,
                "lines": [label + text for label, text in (*one.codes, *one.lines)],
            }
            for one in history
        ],
        "promises": [promise_out(promise) for promise, _name in reading.clocks_of(entry)],
        "receipts": receipts.told_of(actor, register, entry),
        "steps": [
            {
                "step": step.name, "label": str(step.label), "target": step.target, "unmet": unmet,
                "options": choices(step.fields, entry),
            }
            for step, unmet in steps_for(actor, register, entry)
        ],
    }  # fmt: skip


def fields_of(actor: Actor, register: Register, entry: Entry) -> list[dict[str, Any]]:
    """Every field that holds something, kept value and words, texts as this program may see them."""
    entry = reading.leaving(register, entry)
    texts = reading.texts_seen(actor, register, entry, DOOR)
    values = kept_values(entry, register.fields, texts)
    return [
        {
            "name": line.name,
            "label": line.label,
            "value": values.get(line.name),
            "words": line.value or reading.cell(register, entry, texts, line.name),
        }
        for line in reading.lines_of(actor, register, entry, DOOR)
    ]


def list_entries(request: HttpRequest, register: Register, query: EntryQuery) -> dict[str, Any]:
    """Newest first, by the key that the page has too."""
    actor = reader(request)
    given = {name: value for name, value in request.GET.dict().items() if name not in PAGING}
    asked = queries.asked_strictly(register, given)
    page = finding.page(actor, register, asked, query.after, query.limit)
    log_access(
        actor, "searched" if asked.words else "listed", field="words" if asked.words else register.name, door=DOOR
    )
    return {"items": [outline(actor, register, row) for row in know(page.rows)], "next": page.following or None}


def read_entry(request: HttpRequest, register: Register, number: str) -> dict[str, Any]:
    actor = reader(request)
    entry = get_entry(actor, register, number)
    log_access(actor, "opened", entry.pk, door=DOOR)
    return detail(actor, register, entry)


def open_entry(request: HttpRequest, register: Register) -> Any:
    actor = reader(request, writes=True)
    if not may_open(actor, register):
        raise NotAllowed
    body = body_of(request)

    def work() -> Status[Any]:
        known = made_id(request, actor)
        entry = Entry.objects.select_related("stream").filter(pk=known).first() if known else None
        if entry is None:
            opening = actions.Opening(values=body, id=known)
            entry = actions.open_entry(actor=actor, register=register, opening=opening)
        return Status(201, outline(actor, register, entry))

    return once(request, actor, work)


def take_step(request: HttpRequest, register: Register, number: str, step: Step) -> Any:
    actor = reader(request, writes=True)
    version, values = step_body(request)

    def work() -> Status[Any]:
        entry = get_entry(actor, register, number)
        taken = actions.take_step(
            actor=actor, entry=entry, register=register, step=step.name, values=values, version=version
        )
        return Status(200, outline(actor, register, taken))

    return once(request, actor, work)


def filter_parameters(register: Register) -> list[dict[str, Any]]:
    """What a list is filtered by, as the schema describes it."""
    states = [*WHOLE_STATES, *register.state_by_code]
    told: dict[str, dict[str, Any]] = {
        "state": {"type": "string", "enum": states},
        "owner": {"type": "string", "description": "Id of a member, or me."},
        "q": {"type": "string", "maxLength": 100, "description": "Words, or the beginning of a number."},
        "clause": {"type": "string", "maxLength": 60},
    }
    for name in register.filters:
        one = register.by_name[name]
        told[name] = {"type": "string", "maxLength": 60, "title": str(one.label)}
        if isinstance(one.options, tuple) and one.options:
            told[name]["enum"] = [str(code) for code, _label in one.options]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in told.items()]


def add_registers() -> None:
    """Endpoints for every declared register."""
    for register in registers().values():
        _add(register)


def _add(register: Register) -> None:
    base, name = f"/registers/{register.name}", register.name

    def listed(request: HttpRequest, query: Query[EntryQuery]) -> Any:
        return list_entries(request, register, query)

    def read(request: HttpRequest, number: str) -> Any:
        return read_entry(request, register, number)

    def opened(request: HttpRequest) -> Any:
        return open_entry(request, register)

    api.get(
        base,
        response={200: EntryPageOut},
        summary=f"List entries of the register {name}, newest first",
        operation_id=f"list_{name}",
        openapi_extra={"parameters": filter_parameters(register)},
    )(listed)
    api.post(
        base,
        response={201: EntryOut},
        summary=f"Open an entry of the register {name}",
        operation_id=f"open_{name}",
        openapi_extra={**body_extra(fields_schema(register.opens.fields)), **KEY_HEADER},
    )(opened)
    api.get(
        f"{base}/{{number}}",
        response={200: EntryDetail},
        summary=f"Read one entry of the register {name}",
        operation_id=f"read_{name}",
    )(read)
    for step in register.process.values():
        api.post(
            f"{base}/{{number}}/steps/{step.name}",
            response={200: EntryOut},
            summary=f"{name}: {step.name}",
            operation_id=f"take_{name}_{step.name}",
            openapi_extra={**body_extra(body_schema(step)), **KEY_HEADER},
        )(_endpoint(register, step))


def _endpoint(register: Register, step: Step) -> Any:
    def endpoint(request: HttpRequest, number: str) -> Any:
        return take_step(request, register, number, step)

    return endpoint
