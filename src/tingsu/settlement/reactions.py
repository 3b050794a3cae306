"""A case that becomes major while its solution waits: from now on the committee decides, and its members hear of it (AS-11)."""

from tingsu.complaints.companions import CASE
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.settlement import authority, queries
from tingsu.settlement.steps.solution import ask_committee


@reaction("complaint.graded", "complaint.upgraded")
def ask_the_committee(chain: Chain, event: Event, actor: Actor) -> None:
    case = chain.companion(CASE)
    if case is None or "major" not in event.body.get("set", {}):
        return
    approval = queries.open_approval(case.complaint)
    if approval is not None and (sitting := authority.sitting_on(approval)):
        ask_committee(case, sitting)
        case.tell(sitting, "approval.asked", total_fen=approval.committed_fen)
