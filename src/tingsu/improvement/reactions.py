"""A measure that has its effect: whoever owns the complaints behind it tells the complainants what has changed (RM-14)."""

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import notify
from tingsu.registers.models import EntryLink


@reaction("rectification.confirmed", "nonconformity.confirmed")
def remind_to_tell(chain: Chain, event: Event, actor: Actor) -> None:
    linked = EntryLink.objects.filter(entry_id=chain.stream.pk).values("other_id")
    for case in Complaint.objects.filter(pk__in=linked).exclude(state=State.ARCHIVED):
        if case.owner_id != actor.id:
            notify([case.owner_id], "case.change_to_tell", case.pk, {"number": case.number})
