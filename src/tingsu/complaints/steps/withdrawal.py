"""The complainant withdraws: E26."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Step, Values


def not_withdrawn(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not case.complaint.withdrawn:
        return []
    return [Unmet("withdrawn", _("the withdrawal is already recorded"))]


def withdraw(case: Case, values: Values) -> None:
    """The statement is a flag on the usual path (process.md §8.6); safety matters are still investigated."""
    case.set("withdrawn", True)
    if case.actor.kind == "complainant":
        case.tell([case.complaint.owner_id], "case.withdrawn")


WITHDRAW = Step(
    id="E26",
    name="withdraw",
    decides=True,
    event="complaint.withdrawn",
    label=_("Complainant withdraws"),
    sources=tuple(s for s in OPEN_STATES if s not in {State.EVALUATING, State.EXECUTING}),
    who=("complainant", "agent", "owner"),
    guards=(not_withdrawn,),
    cancels=("decision", "early_resolution"),
    clause="process.md §8.6",
    effect=withdraw,
    fields=(Field(name="statement", label=_("Statement"), kind="longtext", required=True, limit=1000),),
)


STEPS = (WITHDRAW,)
