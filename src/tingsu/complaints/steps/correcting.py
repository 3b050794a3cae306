"""Correcting the record: E20. Which fields it offers stands in the catalogue; old values stay beside the new ones."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import after_sales, routing, terms
from tingsu.complaints.case import Case
from tingsu.complaints.categories import DELAYS, categories_of, detail_fields, details_of
from tingsu.complaints.completeness import missing_fields
from tingsu.complaints.covering import is_plain
from tingsu.complaints.fields import CORRECTED, CaseField
from tingsu.complaints.fields.reading import category_code, raw_value, visible
from tingsu.complaints.models import Complaint
from tingsu.complaints.occurred import still_to_come
from tingsu.complaints.search import renew_words
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.steps.record import complete
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.organisations import current_organisation
from tingsu.privacy.fields import Sight, sight
from tingsu.process.steps import Field, Step, Values

MORE = {"categories": detail_fields(keeps=True)}
"""What a field asks for beside it."""
OURS, ADDED = "ours", "told_later"
CAUSES = ((OURS, _("We recorded it wrongly")), (ADDED, _("The complainant told it later, or it has changed")))
"""A wrong record is a nonconformity (RC-09); what was told later is none."""
UNIT_NAMES = tuple(f"{name}_unit" for name in DELAYS.values())


def present(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the record says now, as far as the reader sees it whole; a masked value must not be sent back as the true one."""
    values = {one.name: found for one in CORRECTED if (found := _present(actor, complaint, one)) not in (None, "", [])}
    if (reply_at := values.get("expected_reply_at")) and reply_at <= now():
        del values["expected_reply_at"]  # a time that has passed can only be replaced
    return values | details_of(complaint.categories)


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
    if "categories" not in values and any(name in values for name in (*DELAYS.values(), *UNIT_NAMES)):
        values = values | {"categories": [category_code(entry) for entry in case.complaint.categories]}
    _check_occurred(case, values)
    routed = routing.responsible(case.complaint)
    stood = {one.name for one in CORRECTED if one.name in values and _was_recorded(case.complaint, one)}
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
    replaced = [one.name for one in changed if one.name in stood]
    case.fact("replaced", replaced)
    case.fact("cause", values["cause"] or (OURS if replaced else ADDED))
    if case.complaint.completed_at is None and not missing_fields(case.complaint):
        complete(case)


def _check_occurred(case: Case, values: Values) -> None:
    """An event of today did not happen later than now. Raises InvalidInput."""
    named = [name for name in ("occurred_time", "occurred_on") if name in values]
    day, hour = (values.get(name, getattr(case.complaint, name)) for name in ("occurred_on", "occurred_time"))
    refused = still_to_come(day, hour, local(case.at, current_organisation().time_zone)) if named else None
    if refused:
        raise InvalidInput({named[0]: refused})


def _was_recorded(complaint: Complaint, one: CaseField) -> bool:
    """Did somebody record something there? Not what stands there by default or was filled in by the process."""
    value = getattr(complaint, one.stored)
    return not one.filled_in and value not in (None, "", b"", []) and value != one.default


def _change(case: Case, one: CaseField, values: Values) -> bool:
    value = values[one.name]
    if one.name == "categories":
        return case.put(one, categories_of(values, case.complaint.categories))
    return case.put(one, value != "no" if isinstance(one.default, bool) else value)


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
        Field(
            name="cause",
            label=_("Why the record changes"),
            kind="choice",
            options=CAUSES,
            help=_("Left empty: an error of ours where something recorded is replaced, told later where it was empty."),
        ),
        Field(name="reason", label=_("Reason"), kind="longtext", required=True),
    ),
)
STEPS = (CORRECT_RECORD,)
