"""Which demands are reasonable, said as soon as it is known and not only with the solution: E51 (VL-13, SVC 1.3.1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.recorded import demands_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Step, Values
from tingsu.settlement.solutions import each_demand_once, keep_judgements, not_reasonable
from tingsu.settlement.steps.solution import demand_options

JUDGED = (("yes", pgettext_lazy("demand", "Reasonable")), ("no", pgettext_lazy("demand", "Not reasonable")))


def something_demanded(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if rows_of(Demand, case.complaint):
        return []
    return [Unmet("no_demand", _("no demand is on record; add it to the record first"))]


def judge_demands(case: Case, values: Values) -> None:
    """E51: from now on an open reasonable demand decides between two cases due the same day (CA-56)."""
    check_judgements(values["judgements"])
    keep_judgements(case, {row["demand"]: row["reasonable"] == "yes" for row in values["judgements"]})
    case.fact("reasonable", sum(bool(one.reasonable) for one in rows_of(Demand, case.complaint)))


def check_judgements(rows: list[Values]) -> None:
    """Each demand once, and a reason for what is not reasonable. Raises InvalidInput."""
    each_demand_once("judgements", rows, lambda row: not_reasonable() if row["reasonable"] == "no" else None)


def as_judged(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """A line for each demand, with what was said of it before."""
    said = {True: "yes", False: "no"}
    return {
        "judgements": [
            {"demand": str(one.pk)} | ({"reasonable": said[one.reasonable]} if one.reasonable is not None else {})
            for one in demands_of(complaint)
        ]
    }


JUDGE_DEMANDS = Step(
    id="E51",
    name="judge_demands",
    event="complaint.demands_judged",
    label=_("Say which demands are reasonable"),
    sources=(
        State.REGISTERED, State.PRE_PLAN, State.ROUTING, State.INVESTIGATING, State.ANSWERING, State.HANDLING, State.EXTERNAL_ROUTE,
    ),
    who=("owner",),
    guards=(something_demanded,),
    beside=("matter", "investigation"),
    clause="SVC 1.3.1",
    effect=judge_demands,
    first=as_judged,
    fields=(
        Field(
            name="judgements",
            label=_("Demands"),
            kind="rows",
            required=True,
            rows=(
                Field(name="demand", label=_("Demand"), kind="choice", options=demand_options, required=True),
                Field(name="reasonable", label=_("Is it reasonable?"), kind="choice", options=JUDGED, required=True),
                Field(name="reason", label=_("Reason")),
            ),
        ),
    ),
)  # fmt: skip


STEPS = (JUDGE_DEMANDS,)
