"""What was escalated to a person and waits to be taken up, whatever kind of thing it is: the first of the duties (AS-07)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.ladder_words import reason_words, rung_words
from tingsu.clocks.queries import waiting_for
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import names_of
from tingsu.process.waiting import MOST, Due, Item, Part, WaitingList, declare_list

LIMIT = pgettext_lazy("limit", "Take up the escalation")


def escalated_to(actor: Actor, at: datetime, page: int = 1) -> Part:
    """Everything this person is called to and may see, the nearest limit first. One query, and one for each table."""
    if actor.kind != "member" or actor.id is None:
        return Part(items=[])
    found = waiting_for(actor.id, MOST + 1, (page - 1) * MOST)
    rows = found[:MOST]
    named = names_of(
        [row.stream_id for row in rows], actor, kinds_known={row.stream_id: row.stream.kind for row in rows}
    )
    return Part(
        page=page,
        more=len(found) > MOST,
        items=[
            Item(
                title=rung_words(row),
                number=named[row.stream_id].name,
                note=reason_words(row),
                url=named[row.stream_id].url,
                promise=Due(started_at=row.raised_at, due_at=row.next_at) if row.next_at else None,
                promise_name=LIMIT,
                badge=pgettext_lazy("duty", "Escalated to you"),
            )
            for row in rows
            if row.stream_id in named
        ],
    )


declare_list(WaitingList(name="escalated", title=_("Escalated to you"), part=escalated_to, order=5))
