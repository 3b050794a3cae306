"""Everything that whoever approves must see, on one card: what is asked for, what is offered, what it adds up to (RM-10)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import demand_words
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.waiting import is_for_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.money import yuan
from tingsu.people import queries as people
from tingsu.people.authority import limit_of
from tingsu.people.roles import Role
from tingsu.settlement import authority, queries
from tingsu.settlement.models import Approval, Remedy, Solution
from tingsu.settlement.panels import remedies_context
from tingsu.settlement.roles import is_approver, is_deciding_member
from tingsu.settlement.rulebooks import remedies


def approval_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The open request, for those whom the step itself would let decide it; None for everybody else."""
    by_vote = is_deciding_member(actor, complaint)
    approval = queries.open_approval(complaint) if by_vote or is_approver(actor, complaint) else None
    if approval is None or not is_for_person(actor, complaint, "vote_on_solution" if by_vote else "approve", now()):
        return None
    limit = limit_of(actor)
    return {
        **(remedies_context(actor, complaint) or {}),
        "approval": approval,
        "committee": votes_of(approval) if by_vote else None,
        "demands": demand_words(complaint),
        "case_total": yuan(approval.committed_fen),
        "person_total": yuan(approval.committed_fen + approval.related_fen),
        "related": approval.related,
        "limit": yuan(limit) if limit is not None else "",
        "levels": [Role(role).label for role in approval.roles],
        "changes": changes_since(complaint, approval.solution),
        "number": complaint.number,
        "note": yuan(approval.solution.total_fen) if approval.solution.total_fen else "",
    }


def votes_of(approval: Approval) -> dict[str, Any]:
    """What the members of the committee have said so far, and how many must agree (OG-06)."""
    sitting = authority.sitting_on(approval)
    words, needed = authority.tally(approval, sitting)
    said = {one["member"]: one for one in approval.votes}
    members = [
        (people.alias_of(one), Approval.Decision(said[str(one)]["decision"]).label if str(one) in said else "")
        for one in sitting
    ]
    return {"members": members, "needed": needed, "all": len(sitting), "given": words.total()}


def changes_since(complaint: Complaint, solution: Solution) -> list[str]:
    """What is otherwise than in the version before: the total, measures that came and went. Empty for a first version."""
    before = max(
        (one for one in Solution.of(complaint) if one.version < solution.version),
        key=lambda one: one.version,
        default=None,
    )
    if before is None:
        return []
    found = []
    if before.total_fen != solution.total_fen:
        found.append(f"{yuan(before.total_fen)} → {yuan(solution.total_fen)}")
    old, new = (_measures(complaint, one) for one in (before, solution))
    found += [f"+ {name}" for name in new if name not in old]
    found += [f"− {name}" for name in old if name not in new]
    return found or [str(_("The same measures and the same total; the words differ."))]


def _measures(complaint: Complaint, solution: Solution) -> list[str]:
    rows = sorted(Remedy.of(complaint, solution=solution), key=lambda row: row.position)
    return [
        " ".join(
            filter(
                None,
                [remedies.name_of(row.code, solution.remedies_version), yuan(row.amount_fen) if row.amount_fen else ""],
            )
        )
        for row in rows
    ]


panel(
    Panel(
        name="approval",
        title=_("Waits for your decision"),
        template="settlement/approval_card.html",
        context=approval_context,
        order=10,
        where="main",
    )
)
