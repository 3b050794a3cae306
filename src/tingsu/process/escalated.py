"""What was escalated to a person and waits to be taken up, whatever kind of thing it is: the first of the duties (AS-07)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.ladder_words import reason_words, rung_words
from tingsu.clocks.queries import waiting_for
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import matters_of, names_of
from tingsu.kernel.together import Asking, Reader, gathered
from tingsu.process.waiting import Due, Item, Part, WaitingList, declare_list, page_of

LIMIT = pgettext_lazy("limit", "Take up the escalation")


@Asking
def escalated_to(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Everything this person is called to and may see, with its matter, the nearest limit first. Two queries."""
    if actor.kind != "member" or actor.id is None:
        return Part(items=[])
    rows, more = yield from page_of(waiting_for(actor.id), page, most)
    kinds = {row.stream_id: row.stream.kind for row in rows}
    named, matters = yield from gathered(
        names_of.reader(list(kinds), actor, kinds_known=kinds), matters_of.reader(actor, kinds)
    )
    return Part(
        page=page,
        more=more,
        items=[
            Item(
                title=matters.get(row.stream_id) or rung_words(row),
                number=named[row.stream_id].name,
                note=" · ".join(
                    filter(None, (rung_words(row) if matters.get(row.stream_id) else "", reason_words(row)))
                ),
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
