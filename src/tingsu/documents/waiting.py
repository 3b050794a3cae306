"""Documents among the duties of *My work*: what is to be read, and what is to be reviewed."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.documents import readers
from tingsu.documents.versions import IN_FORCE, NAME
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.together import Asking, Reader
from tingsu.process.waiting import Due, Item, Part, WaitingList, declare_list, page_of, short
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of

SOON = timedelta(days=30)


def _to_review(actor: Actor) -> QuerySet[Entry]:
    soon = Q(next_due_at__lt=now() + SOON)
    return Entry.objects.filter(soon, register=NAME, state=IN_FORCE, owner_id=actor.id)


def _title(entry: Entry) -> str:
    return short((entry.worded_or_none() or {}).get("title", ""))


@Asking
def to_read(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Versions in force that the person has not confirmed. One query."""
    rows = readers.to_read(actor).select_related("stream").order_by("readers__asked_at", "pk")
    found, more = yield from page_of(rows, page, most)
    items = [
        Item(
            title=_title(row),
            number=row.number,
            note=_("Document to read"),
            url=address_of(row),
            badge=_("read and confirm"),
        )
        for row in found
    ]
    return Part(items=items, page=page, more=more)


@Asking
def to_review(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Documents of the person whose review comes due. One query."""
    rows = _to_review(actor).select_related("stream").order_by("next_due_at", "pk")
    found, more = yield from page_of(rows, page, most)
    items = [
        Item(
            title=_title(row), number=row.number, note=_("Document to review"), url=address_of(row),
            promise=Due(started_at=row.next_due_started_at or row.opened_at, due_at=row.next_due_at) if row.next_due_at else None,
            promise_name=_("Review of a document"), badge=pgettext_lazy("document", "due for review"),
        )
        for row in found
    ]  # fmt: skip
    return Part(items=items, page=page, more=more)


declare_list(
    WaitingList(
        name="documents_to_read", title=_("Documents to read"), part=to_read, order=70, any_rows=readers.to_read
    )
)
declare_list(
    WaitingList(
        name="documents_to_review", title=_("Documents to review"), part=to_review, order=71, any_rows=_to_review
    )
)
