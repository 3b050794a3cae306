"""Ordering a rectification from a case: it opens an entry of its own, which goes on when the complaint is closed (CO-09)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.improvement import rectifications  # the register is declared before its step asks for its fields
from tingsu.kernel.actor import Actor
from tingsu.process.steps import Field, Step, Values
from tingsu.registers import declaration
from tingsu.registers.actions import Link, Opening, begin_entry

ASKED = tuple(
    name.rstrip("*")
    for name in ("kind", "what", "department", "owner", "until", "criterion", "check_on", "every", "cases")
)


def order_rectification(case: Case, values: Values) -> None:
    """E37: the department answers for it from now on; the case names the entry."""
    said = {
        name: values[name].isoformat() if name in {"until", "check_on"} else str(values[name])
        for name in ASKED
        if values[name]
    }
    opening = Opening(values=said, links=(Link(other_id=case.complaint.pk),), at=case.at, allowed=True)
    made = begin_entry(actor=case.actor, register=declaration.registers()[rectifications.NAME], opening=opening)
    case.fact("entry", made.entry.pk)


def responsible_first(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The department responsible is the likeliest, and a report every month."""
    return {"department": str(complaint.department_id or ""), "every": "monthly", "cases": 1}


def _fields() -> tuple[Field, ...]:
    """The fields of the register, asked here as they are there."""
    known = declaration.registers()[rectifications.NAME]
    return known.opens.fields


ORDER_RECTIFICATION = Step(
    id="E37",
    name="order_rectification",
    event="complaint.rectification_ordered",
    label=_("Order a rectification"),
    sources=(*OPEN_STATES, State.CLOSED),
    who=("owner", "supervisor", "mgmt_rep", "qa"),
    clause="SVC 2.2.3",
    effect=order_rectification,
    first=responsible_first,
    beside=("tasks", "matter"),
    fields=_fields(),
)

STEPS = (ORDER_RECTIFICATION,)
