"""What was escalated to a person and waits to be taken up, whatever kind of thing it is: the first of the duties (AS-07)."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.ladder_words import reason_words, rung_words
from tingsu.clocks.models import Escalation
from tingsu.clocks.queries import waiting_for
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Named, kind_or_none
from tingsu.process.waiting import MOST, Due, Item, Part, WaitingList, declare_list

LIMIT = pgettext_lazy("limit", "Take up the escalation")


def escalated_to(actor: Actor, at: datetime, page: int = 1) -> Part:
    """Everything this person is called to and may see, the nearest limit first. One query, and one for each kind."""
    if actor.kind != "member" or actor.id is None:
        return Part(items=[])
    rows = waiting_for(actor.id, MOST)
    named = _names(actor, rows)
    return Part(
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
        ]
    )


def _names(actor: Actor, rows: Iterable[Escalation]) -> dict[uuid.UUID, Named]:
    """Names and addresses of the things the actor may see. One query for each kind among them."""
    by_kind: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        by_kind.setdefault(row.stream.kind, []).append(row.stream_id)
    found: dict[uuid.UUID, Named] = {}
    for name, ids in by_kind.items():
        if known := kind_or_none(name):
            for thing in known.visible(actor, known.rows().filter(pk__in=ids)):
                found[thing.pk] = Named(thing.pk, known, known.called(thing), known.address(thing))
    return found


declare_list(WaitingList(name="escalated", title=_("Escalated to you"), part=escalated_to, order=5))
