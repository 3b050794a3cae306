"""One slip of a batch: what a line of the grid says, how it is registered, and what becomes of one that is no complaint (IN-03, IN-23)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tingsu.complaints import lists
from tingsu.complaints.categories import NUMBERS
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.process.steps import Field, Options, options_of
from tingsu.process.values import clean_fields, is_empty
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import register_named, registers
from tingsu.registers.models import Entry

NAME = "slip_batch"
MOST = 20
"""Slips that one page of the grid takes."""
COMPLAINT = "complaint"
CONTACTS = ("praise", "suggestion", "consultation")
"""Kinds of contacts that a slip may be instead."""
OTHERWISE = (
    ("praise", _("Praise")),
    ("suggestion", pgettext_lazy("contact", "Suggestion")),
    ("consultation", _("Consultation")),
    ("unreadable", pgettext_lazy("slip", "Blank or cannot be read")),
    ("twice", pgettext_lazy("slip", "The same as another slip")),
    ("other_body", pgettext_lazy("slip", "Not for us, passed on")),
)
FATES = ((COMPLAINT, _("Complaint")), *OTHERWISE)
SOURCES = (
    ("suggestion_box", _("Suggestion box")),
    ("store_desk", _("Service desk of a store")),
    ("account_manager", _("Account manager")),
)
"""SVC 3.1.1, offline."""
CHANNEL_OF = {"suggestion_box": "suggestion_box", "store_desk": "store", "account_manager": "account_manager"}
IN_PERSON = frozenset({"store_desk", "account_manager"})
"""Where somebody of ours spoke with the person; a slip of a box speaks for itself."""
SIGNED = (("image", _("Handwritten")), ("refused", pgettext_lazy("signature", "Refused")))


CATEGORIES = Field(name="categories", label=_("Problem categories"), kind="choices", options="categories")


def own_categories(subject: Any = None) -> Options:
    """The problem categories in force, those aside that ask for more than a line holds (TR-04)."""
    asking = {str(number) for numbers in NUMBERS.values() for number in numbers}
    every = options_of(CATEGORIES, subject)
    return tuple((code, label) for code, label in every if str(code).partition(".")[0] not in asking)


LINE = (
    Field(name="description", label=_("What is said"), kind="longtext", limit=8000),
    Field(name="name", label=_("Name or organisation"), limit=80),
    Field(name="contact", label=_("Telephone or e-mail"), limit=120),
    Field(name="anonymous", label=_("Anonymous"), kind="bool"),
    Field(name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types),
    Field(name="category", label=pgettext_lazy("slip", "Category"), kind="choice", options=own_categories),
    Field(name="product", label=_("Product or service")),
    Field(name="occurred_on", label=pgettext_lazy("slip", "Happened on"), limit=60, help=_("Day and time, such as 2026-03-05 14:30 or 2026-03-05 afternoon.")),
    Field(name="received_at", label=pgettext_lazy("slip", "Told or found at, if at another time"), kind="datetime", past=True),
    Field(name="signed_by", label=_("Signature"), kind="choice", options=SIGNED),
    Field(name="fate", label=pgettext_lazy("slip", "What it is"), kind="choice", options=FATES),
    Field(name="files", label=_("Photo of the slip"), kind="files", limit=3),
)  # fmt: skip
"""What one line of the grid asks."""
COPIED = ("problem_type", "category", "product", "signed_by", "fate", "occurred_on", "received_at")
"""What says nothing about a slip by itself, for it may have come down from the line above."""


def lines_of(entry: Entry) -> list[dict[str, Any]]:
    """The codes of its slips that are accounted for, in the order in which they were."""
    return list(entry.codes.get("lines", ()))


def left_of(entry: Entry) -> list[int]:
    """The numbers of slips that nothing is known of yet."""
    known = {line["slip"] for line in lines_of(entry)}
    return [number for number in range(1, int(entry.codes.get("slips") or 0) + 1) if number not in known]


def unanswered(entry: Entry) -> list[dict[str, Any]]:
    """Anonymous slips that wait for an answer on the spot."""
    return [
        line for line in lines_of(entry) if line.get("anonymous") and not (line.get("posted_on") or line.get("silent"))
    ]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a slip: the number it has now, and whether that is a complaint."""

    slip: int
    number: str
    fate: str


def is_blank(raw: Mapping[str, Any]) -> bool:
    """Nobody has written anything into this line; a slip that is nothing by itself (unreadable) says so by what it is."""
    if raw.get("fate") in {"unreadable", "twice", "other_body"}:
        return False
    return all(is_empty(value) for name, value in raw.items() if name not in COPIED and name != "anonymous")


def take(actor: Actor, entry: Entry, slip: int, raw: Mapping[str, Any]) -> Taken:
    """Register one line, or set the slip aside; the same line again does nothing more.

    Raises InvalidInput beside the fields of LINE, NotAllowed, ConditionsUnmet.
    """
    errors: dict[str, TingsuError] = {}
    values = clean_fields(LINE, raw, errors, complaint=entry, zone=current_organisation().time_zone)
    if not errors:
        _check_time(entry, values, errors)
    if errors:
        raise InvalidInput(errors)
    fate = values["fate"] or COMPLAINT
    if fate == COMPLAINT:
        return _complaint(actor, entry, slip, raw, values)
    if (line := _known(entry, slip)) is not None and line["fate"] != fate:
        raise _taken_before(slip, "")
    number = _contact(actor, entry, slip, values, fate) if fate in CONTACTS else ""
    if not _known(entry, slip):
        reason = number or values["description"] or str(dict(OTHERWISE)[fate])
        _step(actor, entry, "set_aside", {"slip": slip, "fate": fate, "reason": reason[:500], "other_number": number})
    return Taken(slip=slip, number=number, fate=fate)


def _check_time(entry: Entry, values: Mapping[str, Any], errors: dict[str, TingsuError]) -> None:
    """Nothing lay in a box that was emptied before."""
    at = values["received_at"]
    if at is not None and at > taken_at(entry):
        errors["received_at"] = InvalidValue(_("This is later than the batch was taken."), code="later_than_the_batch")


def taken_at(entry: Entry) -> Any:
    """When the box was emptied or the list was closed."""
    at = parse_datetime(entry.codes["taken_at"])
    assert at is not None  # noqa: S101 as the ledger keeps it
    return at


def _known(entry: Entry, slip: int) -> dict[str, Any] | None:
    """What is noted of a slip already."""
    return next((line for line in lines_of(entry) if line["slip"] == slip), None)


def _complaint(actor: Actor, entry: Entry, slip: int, raw: Mapping[str, Any], values: dict[str, Any]) -> Taken:
    try:
        intake = read_intake(registration(entry, slip, raw, values), zone=current_organisation().time_zone)
    except InvalidInput as refused:
        raise InvalidInput(_by_line(refused.fields, values)) from refused
    if (line := _known(entry, slip)) is not None and line["fate"] != COMPLAINT:
        raise _taken_before(slip, "")
    made = register_complaint(actor=actor, intake=intake, key=f"slip:{entry.pk}:{slip}")
    if made.again and made.complaint.text("description") != intake.description:
        raise _taken_before(slip, made.complaint.number)
    if line is None:
        _step(actor, entry, "enter", {"slip": slip, "case": made.complaint.number})
    return Taken(slip=slip, number=made.complaint.number, fate=COMPLAINT)


def _taken_before(slip: int, number: str) -> InvalidInput:
    sentence = _("Slip %(slip)s was entered before with other words: %(number)s. What you typed is not registered.")
    return InvalidInput({"description": InvalidValue(sentence, code="entered_before", slip=slip, number=number or "–")})


def registration(entry: Entry, slip: int, raw: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A line as the registration form's raw values: what the batch says holds for every slip of it."""
    source, place = entry.codes["source"], (entry.written_or_none() or {}).get("place", "")
    given: dict[str, Any] = {
        name: raw.get(name, "")
        for name in ("description", "name", "problem_type", "product", "signed_by", "occurred_on")
    }
    given |= {
        "kind": "complaint", "channel": CHANNEL_OF[source], "branch": " ".join(place.split())[:120], "scene": "store",
        "received_at": (values["received_at"] or taken_at(entry)).isoformat(), "files": values["files"],
        "outside_reference": f"{entry.number}/{slip}",
    }  # fmt: skip
    given |= {"mode": "in_person"} if source in IN_PERSON else {"mode": "other", "mode_other": _box()}
    if values["category"]:
        given["categories"] = [values["category"]]
    if values["contact"]:
        given["email" if "@" in values["contact"] else "phone"] = values["contact"]
    if values["anonymous"] or not (values["name"] or values["contact"]):
        given["anonymous"] = "yes"
    elif not values["contact"]:
        given["withheld"] = ["phone", "email"]
    return {name: value for name, value in given.items() if not is_empty(value)}


def _box() -> str:
    with override(current_organisation().language):
        return str(dict(SOURCES)["suggestion_box"])


def _when(occurred_on: str) -> str:
    """When it happened as a line of the words: a contact asks for no such day."""
    with override(current_organisation().language):
        label = next(one.label for one in LINE if one.name == "occurred_on")
        return after_label(label, occurred_on) if occurred_on else ""


def _by_line(fields: Mapping[str, TingsuError], values: Mapping[str, Any]) -> dict[str, TingsuError]:
    """Refusals of the registration beside the fields of the line."""
    known = {one.name for one in LINE}
    moved = {"phone": "contact", "email": "contact", "categories": "category", "occurred_time": "occurred_on"}
    found = {moved.get(name, name): error for name, error in fields.items()}
    return {name if name in known else "description": error for name, error in found.items()}


def _contact(actor: Actor, entry: Entry, slip: int, values: Mapping[str, Any], fate: str) -> str:
    """A slip that praises, suggests or asks is a contact, entered once however often the line is sent."""
    if not values["description"]:
        raise InvalidInput({"description": InvalidValue(code="required")})
    pk = uuid.uuid5(entry.pk, f"slip:{slip}")
    mail = values["contact"] if "@" in values["contact"] else ""
    words = "\n".join(part for part in (values["description"], mail, _when(values["occurred_on"])) if part)[:4000]
    if (known := Entry.objects.select_related("stream").filter(pk=pk).first()) is not None:
        if known.codes.get("kind") != fate or (known.written_or_none() or {}).get("words", words) != words:
            raise _taken_before(slip, known.number)
        return known.number
    given = {
        "kind": fate, "mode": "in_person" if entry.codes["source"] in IN_PERSON else "other", "words": words,
        "received_at": (values["received_at"] or taken_at(entry)).isoformat(), "product": values["product"][:80],
    }  # fmt: skip
    if not values["anonymous"]:
        given |= {"caller_name": values["name"][:60], "caller_phone": "" if mail else values["contact"][:30]}
    given = {name: value for name, value in given.items() if value}
    return open_entry(actor=actor, register=registers()["contact"], opening=Opening(id=pk, values=given)).number


def _step(actor: Actor, entry: Entry, step: str, values: Mapping[str, Any]) -> None:
    """Note in the batch what became of a slip; `entry` says so from now on."""
    register = register_named(NAME)
    if register is None:
        raise NotAllowed
    fresh = Entry.objects.select_related("stream").get(pk=entry.pk)
    after = take_step(actor=actor, entry=fresh, register=register, step=step, values=values)
    entry.codes, entry.state, entry.version = after.codes, after.state, after.version
