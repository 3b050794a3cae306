"""What waits for a person because nobody makes it alone: proposals of rules and people (CA-59)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy

from tingsu.kernel import approvals
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.people.queries import staff_identity
from tingsu.process.waiting import Due, Item, Part, WaitingList, declare_list


@Asking
def _part(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    (proposals,) = yield [approvals.oldest_open()]
    items = [
        Item(
            title=str(approvals.matter_of(one.matter).label),
            number="",
            note=staff_identity(one.proposed_by_id),
            url=reverse("people:proposal", args=[one.pk]),
            promise=Due(started_at=one.proposed_at, due_at=one.expires_at),
        )
        for one in approvals.decided_by(actor, proposals)
    ]
    return Part(items=items)


declare_list(
    WaitingList(
        name="proposals",
        title=gettext_lazy("Waiting for a second person"),
        part=_part,
        order=80,
        any_rows=lambda actor: approvals.open_rows(),
    )
)
