"""Casework answers to what other rooms of the same floor decide; they meet in the ledger."""

from tingsu.casework.joining import join, tell_unit
from tingsu.complaints.case import Case
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.people.models import Unit

FUNCTIONS_FOR = {
    "litigation": ("legal",),
    "penalty": ("legal", "compliance", "public_affairs"),
    "opinion": ("pr", "legal"),
}
"""Codes of functional departments that each escalation risk concerns (CO-06)."""


@reaction("complaint.adopt_pre_plan")
def invite_functions(chain: Chain, event: Event, actor: Actor) -> None:
    """With escalation risks marked, the functions concerned join when the plan is adopted; all of them if none is named."""
    case: Case | None = chain.companions.get("case")
    if case is None or not case.complaint.risk_marks:
        return
    wanted = {code for mark in case.complaint.risk_marks for code in FUNCTIONS_FOR.get(mark, ())}
    functions = people.units(kind=Unit.Kind.FUNCTION)
    for unit in [unit for unit in functions if unit.code in wanted] or functions:
        join(case, "function", unit_id=unit.pk)
        tell_unit(case, unit.pk, "case.risk_joint")
