"""Statements that a person still has to read and understand, among the duties of *My work* (VL-05, MS-10)."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.leadership import terms
from tingsu.process.waiting import Item, Part, WaitingList, declare_list, page_of, short
from tingsu.registers.models import Entry
from tingsu.registers.receipts import unread_by


def _unread(actor: Actor) -> QuerySet[Entry]:
    rows = Entry.objects.filter(register=terms.STATEMENT, state=terms.IN_FORCE, codes__to_read=True)
    return unread_by(actor, rows if actor.kind == "member" else rows.none())


@Asking
def to_read(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """One query."""
    found, more = yield from page_of(_unread(actor).select_related("stream").order_by("speaks_of", "pk"), page, most)
    items = [
        Item(
            title=short((row.worded_or_none() or {}).get("title", "")),
            number=row.number,
            note=terms.kind_words(row.codes["kind"]),
            url=reverse("leadership:read", args=[row.number]),
            badge=_("To be read"),
        )
        for row in found
    ]
    return Part(items=items, page=page, more=more)


declare_list(
    WaitingList(name="statements", title=_("To be read and understood"), part=to_read, order=65, any_rows=_unread)
)
