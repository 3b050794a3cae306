"""Approving a solution, returning it to be changed, or refusing it for good, by one person or by the committee: E13."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.terms import State
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ledger import plain
from tingsu.kernel.money import yuan
from tingsu.people import alone
from tingsu.people.authority import within_authority
from tingsu.process.steps import Field, Step, Values, asks_who, guard
from tingsu.settlement import authority, queries
from tingsu.settlement.models import Approval, Remedy
from tingsu.settlement.solutions import S, approved, settle, write_anew


def approval_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if queries.open_approval(case.complaint):
        return []
    return [Unmet("nothing_to_approve", _("no solution waits for approval"))]


@asks_who
def not_own_solution(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    approval = queries.open_approval(case.complaint)
    if approval is None or case.actor.id not in {approval.asked_by, approval.solution.drafted_by}:
        return []
    if alone.warned(case, "own_solution"):
        return []
    return [Unmet("own_solution", _("who wrote a solution cannot decide on it"))]


@guard("within_authority")
@asks_who
def within_own_authority(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The total of the whole case decides, not this version alone, with what the same person was granted elsewhere (OG-09)."""
    approval = queries.open_approval(case.complaint)
    if approval is None:
        return []
    codes = [remedy.code for remedy in Remedy.of(case.complaint, solution=approval.solution)]
    total = approval.solution.total_fen + queries.committed_fen(case.complaint, besides=approval.solution)
    total += approval.related_fen
    roles = authority.roles_above(case.complaint, codes, total)
    if case.actor.has_role(*roles) and within_authority(case.actor, step.name, codes, total):
        return []
    return [Unmet("beyond_authority", _("%(total)s for this case is beyond your authority"), total=yuan(total))]


def approve(case: Case, values: Values) -> None:
    _approve(case, values["reason"])


def _approve(case: Case, reason: str) -> None:
    approval = _decide(case, Approval.Decision.APPROVED, reason)
    solution = approval.solution
    approval.marks = list(authority.marks_of(case.complaint))
    approval.committed_fen = solution.total_fen + queries.committed_fen(case.complaint, besides=solution)
    approval.save(update_fields=["marks", "committed_fen"])
    approved(case, solution)
    solution.save(update_fields=["state", "approved_at"])
    case.tell([case.complaint.owner_id], "approval.given")


APPROVE = Step(
    id="E13",
    name="approve",
    of_body=True,
    decides=True,
    shortens=("solution",),
    event="complaint.solution_approved",
    label=_("Approve"),
    sources=(State.HANDLING,),
    who=("approver",),
    guards=(approval_open, not_own_solution, within_own_authority, "G5"),
    main=True,
    guide=_("Compare demands, measures and amounts with the basis, then approve, return or refuse."),
    clause="SVC 2.2.1, 2.2.2; ISC 4.2.7",
    effect=approve,
    beside=("remedies", "matter"),
    fields=(Field(name="reason", label=_("Remark"), limit=1000),),
)


def return_solution(case: Case, values: Values) -> None:
    _return(case, values["reason"])


def _return(case: Case, reason: str) -> None:
    approval = _decide(case, Approval.Decision.RETURNED, reason)
    approval.solution.state = S.RETURNED
    approval.solution.save(update_fields=["state"])
    case.tell([case.complaint.owner_id], "approval.returned")


RETURN_SOLUTION = Step(
    id="E13",
    name="return_solution",
    of_body=True,
    decides=True,
    event="complaint.solution_returned",
    label=_("Return"),
    sources=(State.HANDLING,),
    who=("approver",),
    guards=(approval_open, not_own_solution, within_own_authority, "G5"),
    offered=True,
    clause="SVC 2.2.2",
    effect=return_solution,
    beside=("remedies", "matter"),
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
)


def refuse_solution(case: Case, values: Values) -> None:
    """The end of this version: another one is written, from the record and not from it. The whole limit for a solution runs
    again where it has passed (FB-02), because a new proposal is new work.
    """
    _refuse(case, values["reason"])


def _refuse(case: Case, reason: str) -> None:
    approval = _decide(case, Approval.Decision.REFUSED, reason)
    settle(case, approval.solution, S.REJECTED)
    running = case.running("solution")
    if running is None or running.due_at <= case.at:
        write_anew(case)
    case.tell([case.complaint.owner_id], "approval.refused")


REFUSE_SOLUTION = Step(
    id="E13",
    name="refuse_solution",
    of_body=True,
    decides=True,
    event="complaint.solution_not_approved",
    label=pgettext_lazy("approval", "Refuse"),
    sources=(State.HANDLING,),
    who=("approver",),
    guards=(approval_open, not_own_solution, within_own_authority, "G5"),
    offered=True,
    may_start=("solution",),
    clause="SVC 2.2.2",
    effect=refuse_solution,
    beside=("remedies", "matter"),
    fields=(Field(name="reason", label=_("Why this is not the way"), kind="longtext", required=True),),
)


def _decide(case: Case, decision: str, reason: str) -> Approval:
    approval = queries.open_approval(case.complaint)
    assert approval is not None  # noqa: S101 - guard approval_open
    approval.decision, approval.decided_by, approval.decided_at = decision, case.actor.id, case.at
    approval.seal_all(reason=reason)
    approval.save(update_fields=["decision", "decided_by", "decided_at", "reason"])
    case.fact("solution", approval.solution_id)
    case.fact("approval", approval.pk)
    return approval


DECIDED = {
    Approval.Decision.APPROVED: (_approve, "complaint.solution_approved"),
    Approval.Decision.RETURNED: (_return, "complaint.solution_returned"),
    Approval.Decision.REFUSED: (_refuse, "complaint.solution_not_approved"),
}
"""What follows when enough members of the committee agree, and the event that tells it beside the last word."""


def vote(case: Case, values: Values) -> None:
    """One member's word. As soon as enough agree the committee has decided; until then a word may be changed (OG-06)."""
    approval = queries.open_approval(case.complaint)
    assert approval is not None  # noqa: S101 - guard approval_open
    if values["decision"] != Approval.Decision.APPROVED and not values["reason"]:
        raise InvalidInput(
            {"reason": InvalidValue(_("Say what is to be changed, or why this is not the way."), code="required")}
        )
    sitting = authority.sitting_on(approval)
    mine: dict[str, Any] = {"member": str(case.actor.id), "decision": values["decision"], "at": plain(case.at)}
    approval.votes = [*(one for one in approval.votes if one["member"] != mine["member"]), mine]
    words, needed = authority.tally(approval, sitting)
    approval.members, approval.needed = [str(one) for one in sitting], needed
    approval.save(update_fields=["votes", "members", "needed"])
    case.fact("agree", [words[values["decision"]], needed, len(sitting)])
    if words[values["decision"]] < needed:
        case.fact("solution", approval.solution_id)
        case.fact("approval", approval.pk)
        return
    follow, event = DECIDED[Approval.Decision(values["decision"])]
    follow(case, values["reason"])
    case.chain.record(
        event,
        actor=case.actor,
        at=case.at,
        data={"solution": approval.solution_id, "approval": approval.pk, "votes": approval.votes},
    )


VOTE = Step(
    id="E13",
    name="vote_on_solution",
    of_body=True,
    decides=True,
    shortens=("solution",),
    may_start=("solution",),
    event="complaint.solution_voted",
    label=_("Give my word on the solution"),
    sources=(State.HANDLING,),
    who=("deciding_member",),
    guards=(approval_open, not_own_solution, "G5"),
    main=True,
    guide=_("The committee decides: compare demands, measures and amounts with the basis, then give your word."),
    clause="SVC 2.2.1; ISC 4.2.7",
    effect=vote,
    beside=("remedies", "matter"),
    fields=(
        Field(
            name="decision", label=_("My word"), kind="choice", required=True,
            options=(
                ("approved", _("Approve")), ("returned", pgettext_lazy("approval", "Return")),
                ("refused", pgettext_lazy("approval", "Refuse")),
            ),
        ),
        Field(
            name="reason", label=_("Remark"), kind="longtext", limit=1000,
            help=_("Needed for returning and refusing. It may be changed until enough members agree."),
        ),
    ),
)  # fmt: skip


STEPS = (APPROVE, RETURN_SOLUTION, REFUSE_SOLUTION, VOTE)
