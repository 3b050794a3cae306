"""Reading a registration from any door into one frozen value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.categories import categories_of
from tingsu.complaints.fields import ASKED, INTAKE_FIELDS, CaseField, asked_of
from tingsu.complaints.numbers import numbers_in
from tingsu.complaints.occurred import still_to_come
from tingsu.kernel.clock import local, now
from tingsu.kernel.countries import read_country
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fingerprints import plain_email
from tingsu.kernel.spelling import cut, fold, tidy
from tingsu.kernel.telephones import LEAST, read_telephones
from tingsu.process.steps import Step
from tingsu.process.values import DAY, MOMENT, clean, fields_from_post, read_moment

FORM = Step(
    id="P01", name="register", label=_("Register"), event="complaint.registered", sources=(), fields=INTAKE_FIELDS
)
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
class Verified:
    """What a site or app of ours handed over with its signature and nobody changed since: never a word of a form."""

    site: str
    what: tuple[str, ...]


class Intake:
    """What we know about a complaint when it reaches us, whichever door it came through. Instants are UTC.

    It has one attribute for each field that the catalogue asks for (`complaints/fields`), by the field's name.
    """

    def __init__(self, *, extra: Mapping[str, Any] | None = None, **given: Any) -> None:
        if unknown := sorted(set(given) - set(_BLANK)):
            raise TypeError(f"no fields of a complaint: {', '.join(unknown)}")
        self.__dict__.update(_BLANK, **given)
        self.extra: dict[str, Any] = dict(extra or {})
        """Code data for the ledger that a door adds (suggestions taken, form duration)."""
        self.verified: Verified | None = None

    def with_files(self, files: Iterable[Any]) -> "Intake":
        """The same with these files instead."""
        values = {name: getattr(self, name) for name in _BLANK}
        same = Intake(extra=self.extra, **{**values, "files": tuple(files)})
        same.verified = self.verified
        return same

    if TYPE_CHECKING:  # every field is an attribute

        def __getattr__(self, name: str) -> Any: ...


def _blank(one: CaseField) -> Any:
    """What a field holds when nothing was given."""
    if one.default is not None:
        return one.default
    if one.field.kind in {"choices", "files", "rows"}:
        return ()
    return {"bool": False, "text": "", "longtext": "", "choice": "", "hour": ""}.get(one.field.kind)


_BLANK: Mapping[str, Any] = {one.name: () if one.name == "repeats" else _blank(one) for one in ASKED}


def raw_from_post(post: QueryDict) -> dict[str, Any]:
    """A page's form as raw values; empty fields are left out."""
    return fields_from_post(INTAKE_FIELDS, post, "")


def read_intake(raw: Mapping[str, Any], *, zone: str = "Asia/Shanghai") -> Intake:
    """Check a registration. Raises InvalidInput with a sentence for each wrong field; nothing is lost by the caller."""
    errors: dict[str, TingsuError] = {}
    raw = day_apart(raw, zone)
    try:
        values = clean(FORM, raw, zone=zone)
    except InvalidInput as error:
        errors = error.fields
        values = {}
    for name in PHONES:
        if name not in errors and (typed := _typed(raw, name)):
            try:
                read_telephones(typed, least=3 if name == "respondent_phone" else LEAST)
            except InvalidValue as error:
                errors[name] = error
    for name in EMAILS:
        if name not in errors and (typed := _typed(raw, name)):
            values[name] = plain_email(typed)
            if not _is_email(values[name]):
                errors[name] = InvalidValue(code="email")
    if not errors:
        _check_together(values, errors, zone)
    if errors:
        raise InvalidInput(errors)
    return _intake(values)


def day_apart(raw: Mapping[str, Any], zone: str) -> Mapping[str, Any]:
    """Day and time of the event typed as one, such as 2026年3月5日下午两点, are two fields (RG-08).

    A program writes a day with the second at which it begins: nobody said that time, and none is kept.
    """
    typed = raw.get("occurred_on")
    if not isinstance(typed, str) or raw.get("occurred_time"):
        return raw
    plain = fold(typed)
    found = DAY.match(plain)
    if found is None or not (rest := plain[found.end() :].lstrip("t ,，")):
        return raw
    moment = MOMENT.fullmatch(plain)
    if moment is None or not moment["rest"]:
        return {**raw, "occurred_on": found[0].strip(), "occurred_time": rest}
    try:
        at = read_moment(typed)
        seen = local(at, zone) if at and at.tzinfo else at
    except (ValueError, OverflowError):
        return raw
    if at is None or seen is None:
        return raw
    for one in (seen, at):
        if one.time() == time():
            return {**raw, "occurred_on": one.date().isoformat()}
    return {**raw, "occurred_on": seen.date().isoformat(), "occurred_time": f"{seen:%H:%M}"}


def _typed(raw: Mapping[str, Any], name: str) -> str:
    return tidy(str(raw.get(name) or ""))


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def _check_together(values: dict[str, Any], errors: dict[str, TingsuError], zone: str) -> None:
    reachable = any(
        values[name] for name in ("phone", "email", "address", "agent_phone", "agent_email", "contact_phone")
    )
    withheld = {"phone", "email"} <= set(values["withheld"])
    if not (values["anonymous"] or reachable or withheld):
        errors["phone"] = InvalidValue(
            _("Give a telephone number or an e-mail address, or choose to stay anonymous."), code="contact_or_anonymous"
        )
    try:
        categories_of(values)
    except InvalidInput as error:
        errors.update(error.fields)
    if values["expected_reply_at"] and not values["expected_reply_reason"]:
        errors["expected_reply_reason"] = InvalidValue(code="required")
    if refused := still_to_come(values["occurred_on"], values["occurred_time"], local(now(), zone)):
        errors["occurred_time"] = refused
    try:
        values["country"] = read_country(values["country"])
    except InvalidValue as error:
        errors["country"] = error


def _intake(values: dict[str, Any]) -> Intake:
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    for one in ASKED:
        if one.name not in given:
            continue
        if one.field.kind in {"choices", "files"}:
            given[one.name] = tuple(given[one.name])
        elif isinstance(one.default, bool):
            given[one.name] = given[one.name] != "no"
    given["demands"] = tuple(
        Wish(kind=line["kind"], amount_fen=line["amount"], detail=line["detail"]) for line in values["demands"]
    )
    given["repeats"] = numbers_in(values["repeats"])
    first_line = values["description"].strip().split("\n")[0]
    given.setdefault("summary", cut(first_line, SUMMARY_LENGTH))
    if values["anonymous"]:
        for one in (*asked_of("complainant"), *asked_of("contact")):
            given.pop(one.name, None)
    return Intake(**given)
