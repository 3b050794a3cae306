"""Casework answers to what other rooms of the same floor decide; they meet in the ledger."""

from django.utils.translation import gettext as _

from tingsu.casework.depth import proposed_depth
from tingsu.casework.steps import risk, weighing
from tingsu.complaints import access
from tingsu.complaints.companions import CASE
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import InvestigationMode
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.process.engine import perform, unmet_conditions
from tingsu.process.values import clean


@reaction("complaint.graded", "complaint.upgraded", "complaint.pre_plan_adopted")
def call_functions(chain: Chain, event: Event, actor: Actor) -> None:
    """An escalation risk that nobody has assessed calls the functions it concerns, once, and a limit runs: late, it goes up
    the ladder as every limit does (CO-06). A mark that is taken back ends it.
    """
    case = chain.companion(CASE)
    if case is None:
        return
    running = case.running(risk.TIMER)
    if not risk.uncovered(case.complaint):
        if running is not None:
            case.end(risk.TIMER, "cancelled")
            case.record("complaint.functions_called", {"units": []})
        return
    called = risk.call_functions(case)
    if running is None:
        case.start(risk.TIMER)
    if called or running is None:
        case.record("complaint.functions_called", {"units": called})


@reaction("complaint.solution_drafted")
def weigh_anew(chain: Chain, event: Event, actor: Actor) -> None:
    """Another solution stands to the opinions anew (CO-07)."""
    case = chain.companion(CASE)
    if case is not None:
        weighing.unweigh(case.complaint)


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
