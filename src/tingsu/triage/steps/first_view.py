"""The short evaluation: how valid it looks, how far it may reach, and who is best for it, in one step: E48 (IV-16, AS-16)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import access, terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import receiving_members
from tingsu.complaints.proposing import proposal_words, proposed_member
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.steps.ownership import ASSIGN, TRANSFER, assignable, no_offer_open, transfer_allowed
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Step, Values


def _way(case: Case) -> Step | None:
    """How this actor may give the case to somebody: decides it, or offers it; None where neither is theirs."""
    return next((step for step in (ASSIGN, TRANSFER) if access.may_take(case.actor, case.complaint, step)), None)


def may_go_there(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The best person may be whoever has it; for anybody else the rules of assigning or handing over hold."""
    if values is None or values["member"] == case.complaint.owner_id:
        return []
    way = _way(case)
    if way is None:
        sentence = _("the owner or a supervisor gives the case to somebody else; leave it with its owner here")
        return [Unmet("not_yours_to_give", sentence)]
    asked = {**values, "override_reason": ""}
    if way is ASSIGN:
        return assignable(case, step, asked)
    return no_offer_open(case, step, asked) + transfer_allowed(case, step, asked)


def evaluate(case: Case, values: Values) -> None:
    """The first view is kept on the case; it binds nobody: the verdict comes from the investigation."""
    case.set("first_validity", values["validity"])
    case.set("first_impact", values["impact"])
    if values["member"] == case.complaint.owner_id:
        case.fact("given", "stays")
        return
    way = _way(case)
    assert way is not None  # noqa: S101 the guard has refused it
    assert way.effect is not None  # noqa: S101 both have one
    way.effect(case, {**values, "note": values["why"]})
    # Nobody decides in routing: there an assignment offers too (`ownership.assign`).
    case.fact("given", "decided" if case.complaint.owner_id == values["member"] else "offered")


def present(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What was seen before; the person whom level, skills, load and absence propose, else the owner."""
    values = {"validity": complaint.first_validity, "impact": complaint.first_impact}
    best = proposed_member(actor, complaint) or {"member": str(complaint.owner_id)}
    return {name: value for name, value in values.items() if value} | best


EVALUATE_IN_SHORT = Step(
    id="E48",
    name="evaluate_in_short",
    event="complaint.evaluated_in_short",
    label=_("Evaluate in short"),
    sources=(terms.State.REGISTERED, terms.State.ROUTING, terms.State.INVESTIGATING, terms.State.HANDLING),
    who=(*STAFF, "owner"),
    guards=(may_go_there,),
    clause="SZ F.4",
    effect=evaluate,
    first=present,
    hint=proposal_words,
    beside=("candidates", "matter"),
    fields=(
        Field(
            name="validity",
            label=_("How it looks at first sight"),
            kind="choice",
            options=tuple(terms.FirstView.choices),
            required=True,
        ),
        Field(
            name="impact",
            label=_("How far it may reach"),
            kind="choice",
            options=tuple(terms.Reach.choices),
            required=True,
        ),
        Field(
            name="member",
            label=pgettext_lazy("first view", "Best person"),
            kind="member",
            options=receiving_members,
            required=True,
        ),
        Field(name="why", label=pgettext_lazy("first view", "Why"), kind="longtext", limit=500, required=True),
    ),
)
STEPS = (EVALUATE_IN_SHORT,)
