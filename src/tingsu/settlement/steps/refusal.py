"""An open refusal: reviewed, negotiated again, or all ways used: E24, P20, P22."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.kernel.punctuation import listed
from tingsu.process.steps import Field, Step, Values
from tingsu.settlement import queries
from tingsu.settlement.models import OutsideCase
from tingsu.settlement.options import way_options
from tingsu.settlement.rulebooks import ways
from tingsu.settlement.steps.outside import O

WAYS = Field(
    name="ways",
    label=_("Ways of redress"),
    kind="rows",
    required=True,
    rows=(
        Field(name="way", label=_("Way"), kind="choice", options=way_options, required=True),
        Field(
            name="result",
            label=_("Result"),
            kind="choice",
            required=True,
            options=(
                ("used", _("Used")),
                ("declined", _("Offered and declined")),
                ("unanswered", _("Offered and unanswered")),
                ("not_applicable", _("Not applicable")),
            ),
        ),
        Field(name="remark", label=_("Remark, or reason why not applicable")),
    ),
)


def review_refusal(case: Case, values: Values) -> None:
    """FB-08: looked at again; the next review date runs by the table."""
    case.tell([case.complaint.owner_id], "refusal.reviewed")


REVIEW_REFUSAL = Step(
    id="E24",
    name="review_refusal",
    decides=True,
    event="complaint.refusal_reviewed",
    label=_("Review the open refusal"),
    sources=(State.EXTERNAL_ROUTE,),
    who=("owner", "supervisor"),
    guards=("G5",),
    stops=("refusal_review",),
    starts=("refusal_review",),
    beside=("opinions", "remedies", "matter"),
    clause="SZ 6(9); FB-08",
    effect=review_refusal,
    fields=(
        Field(name="finding", label=_("What was found"), kind="longtext", required=True),
        Field(name="next_step", label=_("Next step"), kind="longtext", required=True),
    ),
)


def renegotiate(case: Case, values: Values) -> None:
    """P20: both sides are willing again; a further version of the solution is due."""
    case.wait_on(terms.WaitingOn.US)
    case.tell([case.complaint.owner_id], "case.renegotiated")


RENEGOTIATE = Step(
    id="P20",
    name="renegotiate",
    event="complaint.negotiation_reopened",
    label=_("Negotiate again"),
    sources=(State.EXTERNAL_ROUTE,),
    target=State.HANDLING,
    who=("owner", "supervisor", "complainant", "agent"),
    stops=("refusal_review",),
    starts=("solution",),
    main=True,
    guide=_("The parties want to talk again: bring the case back to a solution."),
    beside=("opinions", "remedies", "matter"),
    clause="SZ 7, 6(9)",
    effect=renegotiate,
    fields=(Field(name="new_position", label=_("New position"), kind="longtext", required=True),),
)


def ways_informed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.ways_informed_at:
        return []
    return [Unmet("not_informed", _("the complainant has not been told of the other ways yet"))]


def no_outside_case_pending(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    filed = len(OutsideCase.of(case.complaint, state=OutsideCase.State.FILED))
    if not filed:
        return []
    return [Unmet("pending", _("%(count)s cases outside are not decided or ended yet"), count=filed)]


def every_way_answered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """FB-08: each way of the list used, declined, unanswered, or not applicable with a reason; negotiation was tried (XR-03)."""
    if values is None:
        return []
    given = {row["way"]: row for row in values["ways"]}
    unmet = []
    missing = [label for code, label in ways.options(case.complaint.province) if code not in given]
    if missing or len(given) != len(values["ways"]):
        unmet.append(
            Unmet("ways_missing", _("answer each way of the list once; missing: %(ways)s"), ways=listed(missing) or "–")
        )
    if any(row["result"] == "not_applicable" and not row["remark"] for row in given.values()):
        unmet.append(Unmet("reason_missing", _("say why a way is not applicable")))
    if given.get(ways.NEGOTIATION, {}).get("result") == "not_applicable":
        unmet.append(Unmet("negotiation_first", _("negotiation can be tried or declined, but is always applicable")))
    return unmet


def every_way(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    return {"ways": [{"way": code} for code, _label in ways.options(complaint.province)]}


def exhaust(case: Case, values: Values) -> None:
    """P22: every reasonable way was used or offered; ways that were only offered end here (FB-08, FB-12)."""
    for row in queries.pending_outside_cases(case.complaint):
        row.state, row.ended_at = O.ENDED, case.at
        row.save(update_fields=["state", "ended_at"])
        case.end("outside_deadline", "cancelled", subject_id=row.pk)
    case.set("outcome", terms.Outcome.EXHAUSTED)
    case.wait_on(terms.WaitingOn.US)


EXHAUST = Step(
    id="P22",
    name="exhaust",
    decides=True,
    event="complaint.ways_exhausted",
    label=_("All ways are used"),
    sources=(State.EXTERNAL_ROUTE,),
    target=State.EVALUATING,
    who=("supervisor",),
    guards=(ways_informed, no_outside_case_pending, every_way_answered, "G5"),
    stops=("refusal_review", "after_sales"),
    may_stop=("outside_deadline",),
    starts=("callback",),
    beside=("opinions", "remedies", "matter"),
    clause="SZ 6(9), F.7; CTS 3.5",
    effect=exhaust,
    first=every_way,
    fields=(
        WAYS,
        Field(
            name="alternatives", label=_("Alternative measures offered, and the answer"), kind="longtext", required=True
        ),
    ),
)


STEPS = (REVIEW_REFUSAL, RENEGOTIATE, EXHAUST)
