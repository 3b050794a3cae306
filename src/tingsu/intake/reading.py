"""Reading a registration from any door into one frozen value."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tingsu.intake.fields import INTAKE_FIELDS
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.process.steps import Step
from tingsu.process.values import clean, fields_from_post

FORM = Step(
    id="P01", name="register", label=_("Register"), event="complaint.registered", sources=(), fields=INTAKE_FIELDS
)
LEAST_DIGITS = 7
"""A telephone of a person, without its area code. Service lines such as 95311 are shorter, and only a respondent has one."""
PHONES = ("phone", "agent_phone", "contact_phone", "respondent_phone", "fax")
EMAILS = ("email", "agent_email", "respondent_email")
SUMMARY_LENGTH = 60


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One demand: kind, amount in fen, words."""

    kind: str
    amount_fen: int | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What we know about a complaint when it reaches us, whichever door it came through. Instants are UTC."""

    problem_type: str
    description: str
    mode: str
    summary: str = ""
    kind: str = "complaint"
    object_type: str = ""
    categories: tuple[str, ...] = ()
    scene: str = "platform"
    product: str = ""
    order_number: str = ""
    occurred_on: date | None = None
    event_place: str = ""
    province: str = ""
    city: str = ""
    service_step: str = ""
    branch: str = ""
    market_region: str = ""
    person_concerned: str = ""
    unit_concerned: uuid.UUID | None = None
    additional_info: str = ""
    remedy_requested: bool = True
    remedy_text: str = ""
    demands: tuple[Wish, ...] = ()
    files: tuple[uuid.UUID, ...] = ()
    anonymous: bool = False
    name: str = ""
    is_organisation: bool = False
    honorific: str = ""
    customer_type: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    fax: str = ""
    country: str = "CN"
    preferred_channel: str = ""
    contact_note: str = ""
    withheld: tuple[str, ...] = ()
    agent_name: str = ""
    agent_phone: str = ""
    agent_email: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    respondent_name: str = ""
    respondent_phone: str = ""
    respondent_email: str = ""
    group: str = ""
    language: str = "zh-hans"
    format: str = "standard"
    reply_expected: bool = True
    mode_other: str = ""
    channel: str = "portal"
    received_at: datetime | None = None
    transferred_by: str = ""
    outside_reference: str = ""
    outside_deadline: datetime | None = None
    signed_by: str = ""
    record_confirmed: bool = False
    promise_contact: bool = False
    calming_steps: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    expected_reply_at: datetime | None = None
    expected_reply_reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Code data for the ledger that a door adds (suggestions taken, form duration)."""


def raw_from_post(post: QueryDict) -> dict[str, Any]:
    """A page's form as raw values; empty fields are left out."""
    return fields_from_post(INTAKE_FIELDS, post, "")


def read_intake(raw: Mapping[str, Any], *, zone: str = "Asia/Shanghai") -> Intake:
    """Check a registration. Raises InvalidInput with a sentence for each wrong field; nothing is lost by the caller."""
    errors: dict[str, TingsuError] = {}
    try:
        values = clean(FORM, raw, zone=zone)
    except InvalidInput as error:
        errors = error.fields
        values = {}
    for name in PHONES:
        least = 3 if name == "respondent_phone" else LEAST_DIGITS
        if name not in errors and (typed := str(raw.get(name) or "").strip()) and not _is_phone(typed, least):
            errors[name] = InvalidValue(code="phone")
    for name in EMAILS:
        if name not in errors and (typed := str(raw.get(name) or "").strip()) and not _is_email(typed):
            errors[name] = InvalidValue(code="email")
    if not errors:
        _check_together(values, errors)
    if errors:
        raise InvalidInput(errors)
    return _intake(values)


def _is_phone(typed: str, least: int) -> bool:
    if sum(sign.isdigit() for sign in typed) < least:
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(typed, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def _check_together(values: dict[str, Any], errors: dict[str, TingsuError]) -> None:
    reachable = any(
        values[name] for name in ("phone", "email", "address", "agent_phone", "agent_email", "contact_phone")
    )
    withheld = {"phone", "email"} <= set(values["withheld"])
    if not (values["anonymous"] or reachable or withheld):
        errors["phone"] = InvalidValue(
            _("Give a telephone number or an e-mail address, or choose to stay anonymous."), code="contact_or_anonymous"
        )
    if values["expected_reply_at"] and not values["expected_reply_reason"]:
        errors["expected_reply_reason"] = InvalidValue(code="required")
    if values["country"] and not re.fullmatch(r"[A-Za-z]{2}", values["country"]):
        errors["country"] = InvalidValue(code="choice")


def _intake(values: dict[str, Any]) -> Intake:
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    for name in ("categories", "withheld", "files", "calming_steps"):
        given[name] = tuple(values[name])
    for name in ("remedy_requested", "reply_expected"):
        given[name] = values[name] != "no"
    given["demands"] = tuple(
        Wish(kind=line["kind"], amount_fen=line["amount"], detail=line["detail"]) for line in values["demands"]
    )
    given["repeats"] = tuple(re.findall(r"[0-9]{6}-[A-Z]+-[0-9]+", values["repeats"].upper()))
    given["country"] = (values["country"] or "CN").upper()
    first_line = values["description"].strip().split("\n")[0]
    given.setdefault("summary", first_line[:SUMMARY_LENGTH])
    if values["anonymous"]:
        for name in ("name", "phone", "email", "address", "postcode", "fax"):
            given.pop(name, None)
    return Intake(**given)
