"""Correcting the record: E20. Which fields it offers stands in the catalogue; old values stay beside the new ones."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import after_sales, routing, terms
from tingsu.complaints.case import Case
from tingsu.complaints.categories import categories_of, has_delay
from tingsu.complaints.covering import is_plain
from tingsu.complaints.fields import CORRECTED, CaseField
from tingsu.complaints.fields.reading import category_code, raw_value, visible
from tingsu.complaints.models import Complaint
from tingsu.complaints.search import renew_words
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.steps.record import complete, missing_fields
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.privacy.fields import Sight, sight
from tingsu.process.steps import Field, Step, Values

MORE = {
    "categories": (
        Field(name="category_text", label=_("Description for categories 6 and 35"), kind="longtext", limit=500),
        Field(name="delay_days", label=_("Length of the delay in days, for categories 3 and 4"), kind="number", limit=3650, keeps=True),
    )
}  # fmt: skip
"""What a field asks for beside it."""


def present(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the record says now, as far as the reader sees it whole; a masked value must not be sent back as the true one."""
    values = {one.name: found for one in CORRECTED if (found := _present(actor, complaint, one)) not in (None, "", [])}
    if (reply_at := values.get("expected_reply_at")) and reply_at <= now():
        del values["expected_reply_at"]  # a time that has passed can only be replaced
    delays = _delays(complaint.categories)
    return values | ({"delay_days": str(delays[0])} if delays else {})


def _present(actor: Actor, complaint: Complaint, one: CaseField) -> Any:
    if not one.sealed:
        value = raw_value(complaint, one) if visible(actor, one, door="page") else None
        return value if not one.free or is_plain(complaint, str(value)) else None
    seen = sight(actor, "complaint", one.stored, door="page")
    if seen not in {Sight.CLEAR, Sight.COVERED}:
        return None
    try:
        text = complaint.text(one.stored)
    except Erased:
        return None
    return text if seen is Sight.CLEAR or is_plain(complaint, text) else None


def correct_record(case: Case, values: Values) -> None:
    """Only what was named and differs changes; a record that is complete now goes on to investigation (TR-20, SL-08)."""
    if "delay_days" in values and "categories" not in values:
        values = values | {"categories": [category_code(entry) for entry in case.complaint.categories]}
    routed = routing.responsible(case.complaint)
    changed = [one for one in CORRECTED if one.name in values and _change(case, one, values)]
    if any(one.name == "expected_reply_at" for one in changed):
        case.seal("expected_reply_reason", values["reason"])  # RG-15: another time has a reason
    if any(one.search == "words" for one in changed):
        renew_words(case.complaint)
    if any(one.name == "product_type" for one in changed):
        after_sales.type_corrected(case)
    if {"product", "branch"} & {one.name for one in changed}:
        routing.follow(case, routed)
    case.fact("corrected", [one.name for one in changed])
    if case.complaint.completed_at is None and not missing_fields(case.complaint):
        complete(case)


def _change(case: Case, one: CaseField, values: Values) -> bool:
    value = values[one.name]
    if one.name == "categories":
        return case.put(one, _corrected_categories(case.complaint.categories, values))
    return case.put(one, value != "no" if isinstance(one.default, bool) else value)


def _corrected_categories(before: list[dict[str, Any]], values: Values) -> list[dict[str, Any]]:
    """The categories chosen now. One that stood there stays as it was recorded, unless another delay is given."""
    delays = _delays(before)
    another = "delay_days" in values and values["delay_days"] != next(iter(delays), None)
    stay = {category_code(entry): entry for entry in before if not (another and has_delay(entry["no"]))}
    asked = {"delay_days": next(iter(delays), None), **values}
    fresh = categories_of({**asked, "categories": [code for code in values["categories"] if code not in stay]})
    found = stay | {category_code(entry): entry for entry in fresh}
    chosen = list(values["categories"])
    if set(chosen) == {category_code(entry) for entry in before}:
        chosen = [category_code(entry) for entry in before]  # a form tells them in its own order
    return [found[code] for code in chosen]


def _delays(categories: list[dict[str, Any]]) -> list[int]:
    return [entry["delay"] for entry in categories if entry.get("delay") is not None]


CORRECT_RECORD = Step(
    id="E20",
    name="correct_record",
    key="e",
    event="complaint.record_corrected",
    label=_("Correct the record"),
    sources=terms.OPEN_STATES,
    who=(*STAFF, "owner"),
    effect=correct_record,
    first=present,
    may_start=("push_to_investigation", after_sales.TIMER),
    may_stop=("push_to_investigation", after_sales.TIMER),
    clause="RG-16; RC-06",
    fields=(
        *(field for one in CORRECTED for field in (one.corrected_field, *MORE.get(one.name, ()))),
        Field(name="reason", label=_("Reason"), kind="longtext", required=True),
    ),
)
STEPS = (CORRECT_RECORD,)
