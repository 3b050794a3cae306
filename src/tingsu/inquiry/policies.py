"""The firm's own policies in the room: handling bases likely for the problem, rules and public commitments in force (IV-01)."""

from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint
from tingsu.inquiry.parts import Group, Value
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.settlement.rulebooks import bases

OURS = ("rule", "promise", "contract")
"""Kinds of bases that are the firm's own word; laws and standards are shown where they are likely for the problem."""


def groups(complaint: Complaint) -> list[Group]:
    """Likely ones first, then the rest of the firm's own; a commitment with its text."""
    likely = bases.likely(complaint.problem_type)
    known = {entry["code"]: entry for entry in bases.in_force().body["bases"]}
    codes = [*likely, *(code for code, entry in known.items() if entry["kind"] in OURS and code not in likely)]
    today = local_date(now(), current_organisation().time_zone).isoformat()
    rows = [_row(known[code], likely=code in likely) for code in codes if (known[code].get("since") or "") <= today]
    return [Group(name="own", title=_("Our policies and handling bases"), rows=rows)]


def _row(entry: dict[str, object], *, likely: bool) -> list[Value]:
    text = in_language(entry.get("text")) if entry.get("text") else ""  # type: ignore[arg-type]
    return [
        Value(name="title", label=_("Policy"), value=in_language(entry["name"])),  # type: ignore[arg-type]
        Value(name="kind", label=_("Kind"), value=str(bases.KINDS[str(entry["kind"])])),
        *([Value(name="likely", label=_("For this problem"), value=_("likely"))] if likely else []),
        *([Value(name="text", label=_("Text"), value=text)] if text else []),
    ]
