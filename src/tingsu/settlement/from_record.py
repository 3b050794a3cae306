"""What the forms of a solution hold at first: the demands as measures, the verdict's bases, its cause as the opinion."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tingsu.complaints.actions import time_zone
from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.recorded import bases_cited, demand_words, demands_of, written_together
from tingsu.complaints.terms import DemandKind, Mode
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.money import plain_yuan
from tingsu.settlement.options import EXECUTOR_ROLES
from tingsu.settlement.rulebooks import bases, payments, remedies

MEASURES = {
    DemandKind.REFUND: ("49", "39"),
    DemandKind.COMPENSATION: ("47", ""),
    DemandKind.EXCHANGE: ("38", "38"),
    DemandKind.REPAIR: ("37", "37"),
    DemandKind.APOLOGY: ("52", "52"),
    DemandKind.EXPLANATION: ("45", "45"),
}
"""The measure that gives what is asked for: with an amount, and without one. What is not here, a person answers."""
HEARD = (Mode.PHONE, Mode.IN_PERSON)
"""Whoever speaks with us says yes there and then; of anybody else a person has to say how they did."""
DAYS = 3
"""A measure is proposed for so many days from now; whoever writes the solution changes it."""


def measure_for(demand: Demand) -> str:
    """The measure of the list in force that grants a demand; empty where none does by itself."""
    paid, unpaid = MEASURES.get(DemandKind(demand.kind), ("", ""))
    code = paid if demand.amount_fen else unpaid
    return code if code in remedies.by_code() else ""


def granted(demands: Iterable[Demand]) -> list[dict[str, Any]]:
    """A line of measures for each demand that one grants."""
    return [
        {"code": code, "amount": plain_yuan(demand.amount_fen) if demand.amount_fen else ""}
        for demand in demands
        if (code := measure_for(demand))
    ]


def first_proposal(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """Grants what the verdict found justified; every line is there to be changed."""
    demands = demands_of(complaint)
    values: dict[str, Any] = {
        "remedy_required": complaint.remedy_requested,
        "answers": [{"demand": str(one.pk), **_answer(one)} for one in demands],
        "opinion": written_together(complaint, "cause", "background").get("cause", ""),
        "bases": bases_cited(complaint),
    }
    if lines := granted(one for one in demands if one.reasonable is not False):
        by = {"executor": str(actor.id)} if actor.has_role(*EXECUTOR_ROLES) else {}
        on = local_date(now(), time_zone()) + timedelta(days=DAYS)
        values |= {"remedy_required": True, "remedies": [{**line, **by, "due_on": on} for line in lines]}
    return values


def _answer(demand: Demand) -> dict[str, Any]:
    """As it was judged before; what nobody called unreasonable and a measure grants by itself is granted."""
    if demand.reasonable is False:
        return {"reasonable": False}
    grants = {"decision": "granted"} if measure_for(demand) else {}
    return {"reasonable": True, **grants} if demand.reasonable or grants else {}


def settled_at_once(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """In one contact: what was asked for is given, and the complainant says yes where they are (P04)."""
    lines = granted(demands_of(complaint))
    values: dict[str, Any] = {
        "solution": demand_words(complaint),
        "remedies": lines,
        "means": payments.options()[0][0] if any(line["amount"] for line in lines) else "",
        "accepted_by": complaint.get_mode_display() if complaint.mode in HEARD else "",
        "bases": bases_cited(complaint) or bases.likely(complaint.problem_type)[:1],
    }
    return {name: value for name, value in values.items() if value}
