"""Casework answers to what other rooms of the same floor decide; they meet in the ledger."""

from django.utils.translation import gettext as _

from tingsu.casework.depth import proposed_depth
from tingsu.casework.joining import join, tell_unit
from tingsu.complaints import access
from tingsu.complaints.companions import CASE
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import InvestigationMode
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.engine import perform, unmet_conditions
from tingsu.process.values import clean

FUNCTIONS_FOR = {
    "litigation": ("legal",),
    "penalty": ("legal", "compliance", "public_affairs"),
    "opinion": ("pr", "legal"),
}
"""Codes of functional departments that each escalation risk concerns (CO-06)."""


@reaction("complaint.pre_plan_adopted")
def invite_functions(chain: Chain, event: Event, actor: Actor) -> None:
    """With escalation risks marked, the functions concerned join when the plan is adopted; all of them if none is named."""
    case = chain.companion(CASE)
    if case is None or not case.complaint.risk_marks:
        return
    wanted = {code for mark in case.complaint.risk_marks for code in FUNCTIONS_FOR.get(mark, ())}
    functions = people.units(kind=Unit.Kind.FUNCTION)
    for unit in [unit for unit in functions if unit.code in wanted] or functions:
        join(case, "function", unit_id=unit.pk)
        tell_unit(case, unit.pk, "case.risk_joint")


@reaction("complaint.passed_on", "complaint.pre_plan_adopted")
def accept_own_case(chain: Chain, event: Event, actor: Actor) -> None:
    """In a micro enterprise routing is passed by self-acceptance: who passes a case on to himself has it (process.md §8.9).

    Whatever acceptance still asks for (a confirmed record, say) leaves the case in routing, to be accepted by hand.
    """
    case = chain.companion(CASE)
    accept = PROCESS["accept"]
    if case is None or not access.may_take(actor, case.complaint, accept) or not people.is_micro():
        return
    raw = {
        "mode": InvestigationMode.INDEPENDENT,
        "depth": proposed_depth(case.complaint),
        "plan": _("Handled by the person who received it."),
    }
    values = clean(accept, {name: str(value) for name, value in raw.items()}, complaint=case.complaint)
    if not unmet_conditions(case, accept, values):
        perform(case, accept, values)
