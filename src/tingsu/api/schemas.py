"""What programs read and write, described from the same declarations that pages use."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from ninja.schema import DjangoGetter
from pydantic import ValidationInfo, create_model, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from tingsu.complaints.fields import CATALOGUE, CaseField
from tingsu.complaints.lists import BY_FIELD as LISTS
from tingsu.complaints.models import Complaint
from tingsu.kernel.hours import LONGEST
from tingsu.kernel.money import LIMIT_FEN
from tingsu.process.steps import Field, Step
from tingsu.process.values import ROW_LIMIT, TEXT_LIMIT


class Answer(Schema):
    """What we answer is made as plain values: read as it stands, without the detour for rows of the database."""

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Any], info: ValidationInfo) -> Any:
        return handler(values if type(values) is dict else DjangoGetter(values, cls, info.context))


class Problem(Schema):
    """A refusal: a stable code, a sentence fit to show, and data."""

    code: str
    detail: str
    data: dict[str, Any] = {}


class PromiseOut(Answer):
    """One time limit. Instants are UTC."""

    id: UUID
    kind: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ending: str
    breached_at: datetime | None
    policy_version: int
    calendar_version: int


class DemandOut(Answer):
    """One demand of the complainant; the amount in fen. Its id is what a solution's answers name."""

    id: UUID
    kind: str
    amount: int | None
    detail: str


def _type(one: CaseField) -> Any:
    """How programs read a field."""
    if one.name == "id":
        return UUID
    if one.field.kind in {"date", "datetime"}:
        return (date if one.field.kind == "date" else datetime) | None
    if one.field.kind in {"member", "unit"}:
        return UUID | None
    if one.field.kind == "choices":
        return list[Any]
    if (one.field.kind == "bool" and not one.column) or isinstance(one.default, bool):
        return bool
    if one.field.kind == "number":
        return int | None if Complaint._meta.get_field(one.stored).null else int
    return str


PERSON = tuple(one for one in CATALOGUE if one.of == "complainant" and one.read)
IN_LIST = tuple(one for one in CATALOGUE if one.of == "complaint" and one.stored and one.read == "list")
IN_DETAIL = tuple(one for one in CATALOGUE if one.of == "complaint" and one.stored and one.read == "detail")


def _schema(name: str, words: str, base: type[Schema], fields: Iterable[CaseField], **more: Any) -> type[Schema]:
    """A schema made from the catalogue of fields."""
    described: dict[str, Any] = {one.stored: (_type(one), ...) for one in fields}
    return create_model(name, __base__=base, __module__=__name__, __doc__=words, **described, **more)


PartyOut = _schema(
    "PartyOut", "A party as the token may see it: masked unless the table of fields says otherwise.", Answer, PERSON, id=(UUID, ...)
)  # fmt: skip
ComplaintOut = _schema(
    "ComplaintOut", "One complaint as it stands now.", Answer, IN_LIST, public_stage=(str, ...), risk=(str, ...)
)
ComplaintDetail = _schema(
    "ComplaintDetail", "The same with its texts, parties and promises.", ComplaintOut, IN_DETAIL,
    demands=(list[DemandOut], ...), parties=(list[PartyOut], ...), promises=(list[PromiseOut], ...),  # type: ignore[valid-type]
)  # fmt: skip


class RegisteredOut(ComplaintOut):  # type: ignore[valid-type]
    """A registration: the number and the code that the complainant follows it with."""

    code: str
    promises: list[PromiseOut]


class PageOut(Answer):
    """A page of a list, and the key of the next one."""

    items: list[ComplaintOut]  # type: ignore[valid-type]
    next: str | None


class UnmetOut(Schema):
    """One condition that is missing."""

    guard: str
    code: str
    detail: str


class OptionOut(Schema):
    """One value that a field takes now."""

    code: str
    label: str


class OfferOut(Schema):
    """A step that the process and the token's roles allow now, what it still waits for, and what its fields may take.

    `next` marks the one that leads on and that nothing holds up; `guide` says what is to be done there.
    """

    step: str
    id: str
    label: str
    target: str | None
    next: bool
    guide: str
    unmet: list[UnmetOut]
    options: dict[str, list[OptionOut]]


class FileOut(Schema):
    """A file that was taken in, still loose: name it within a day."""

    id: UUID
    media_type: str
    size: int
    sha256: str


class EventOut(Schema):
    """One entry of the ledger: codes and ids, never free text."""

    seq: int
    kind: str
    words: str
    """What happened, in the language asked for."""
    v: int
    """The version it was written in; `data` has the form of today."""
    at: datetime
    actor: str
    data: dict[str, Any]
    hash: str


def body_schema(step: Step) -> dict[str, Any]:
    """The JSON schema of a step's body: the version looked at, and its values."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "version": {"type": "integer", "minimum": 1, "maximum": 2147483647},
            "values": fields_schema(step.fields),
        },
    }


def fields_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _field_schema(field) for field in fields},
        "required": [field.name for field in fields if field.required and field.when is None and not field.keeps],
    }


def _field_schema(field: Field) -> dict[str, Any]:
    described = {"title": str(field.label)}
    if field.help:
        described["description"] = str(field.help)
    if field.keeps and not field.required:
        return {**described, "anyOf": [KINDS[field.kind](field), {"type": "null"}]}  # null empties it
    return {**described, **KINDS[field.kind](field)}


def _codes(field: Field) -> dict[str, Any]:
    if not isinstance(field.options, tuple) or not field.options:
        own = "; ".join(LISTS[field.name].documented.values) if field.name in LISTS else ""
        return {"type": "string", "maxLength": 60} | ({"description": f"{own}; own: GET /lists"} if own else {})
    return {"type": "string", "enum": [str(code) for code, _label in field.options]}


KINDS: dict[str, Any] = {
    "text": lambda f: {"type": "string", "maxLength": f.limit or TEXT_LIMIT["text"]},
    "longtext": lambda f: {"type": "string", "maxLength": f.limit or TEXT_LIMIT["longtext"]},
    "bool": lambda f: {"type": "boolean"},
    "choice": _codes,
    "choices": lambda f: {"type": "array", "items": _codes(f), "maxItems": 200},
    "number": lambda f: {"type": "integer", "minimum": 0, "maximum": f.limit or 10**9},
    "date": lambda f: {"type": "string", "format": "date"},
    "datetime": lambda f: {"type": "string", "format": "date-time"},
    "hour": lambda f: {
        "type": "string",
        "maxLength": LONGEST,
        "description": "14:30 (exact), ~14:30 (about) or small_hours, morning, midday, afternoon, evening.",
    },
    "money": lambda f: {"type": "integer", "minimum": 0, "maximum": LIMIT_FEN, "description": "Amount in fen."},
    "member": lambda f: {"type": "string", "format": "uuid"},
    "unit": lambda f: {"type": "string", "format": "uuid"},
    "party": lambda f: {"type": "string", "format": "uuid"},
    "files": lambda f: {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": f.limit or 20},
    "rows": lambda f: {"type": "array", "items": fields_schema(f.rows), "maxItems": f.limit or ROW_LIMIT},
}
