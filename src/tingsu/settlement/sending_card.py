"""Everything that whoever sends a solution must see before it leaves: to whom, by what means, in which words, until when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.terms import PartyRole
from tingsu.complaints.waiting import is_for_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.money import yuan
from tingsu.letters.outbox import channel_for
from tingsu.people import queries as people
from tingsu.settlement import queries
from tingsu.settlement.approval_card import changes_since
from tingsu.settlement.models import Approval, Solution
from tingsu.settlement.panels import remedies_context

BY = {
    "email": pgettext_lazy("sending", "by e-mail"),
    "sms": _("by text message"),
    "portal": _("on the page of the complaint"),
    "call": _("by telephone"),
    "post": _("by post"),
}


def sending_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The approved version, for whoever may send it; None for everybody else."""
    solution = queries.latest_solution(complaint)
    if solution is None or solution.state != Solution.State.APPROVED:
        return None
    if not is_for_person(actor, complaint, "send_solution", now()):
        return None
    decided = [one for one in Approval.of(complaint, solution=solution) if one.decision == Approval.Decision.APPROVED]
    given = max(decided, key=lambda one: one.decided_at or one.asked_at, default=None)
    return {
        **(remedies_context(actor, complaint) or {}),
        "receivers": [
            (PartyRole(party.role).label, BY.get(channel_for(party, "solution", complaint.language), BY["portal"]))
            for party in queries.parties_concerned(complaint)
        ],
        "approved_by": people.alias_of(given.decided_by) if given else "",
        "alone": bool(given and given.own_authority),
        "approved_at": solution.approved_at,
        "changes": changes_since(complaint, solution),
        "number": complaint.number,
        "note": yuan(solution.total_fen) if solution.total_fen else "",
    }


panel(
    Panel(
        name="sending",
        title=_("Ready to be sent"),
        template="settlement/sending_card.html",
        context=sending_context,
        order=11,
        where="main",
    )
)
