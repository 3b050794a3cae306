"""Entries of registers that wait for a person, among the duties of *My work*."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.timers import timer_name
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.process.waiting import Due, Item, Part, WaitingList, declare_list, page_shaped, short
from tingsu.registers import queries, reading
from tingsu.registers.covering import know
from tingsu.registers.declaration import registers


@Asking
def entries_for(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Open entries that this person answers for or has a part in. One query."""
    items = []
    found, more = yield from page_shaped(queries.waiting_for, actor, page, *registers(), most=most)
    for entry in know(found):
        register = registers()[entry.register]
        title = reading.texts_seen(actor, register, entry, "page").get(register.title, "")
        due = None
        if entry.next_due_at is not None:
            due = Due(started_at=entry.next_due_started_at or entry.opened_at, due_at=entry.next_due_at)
        items.append(
            Item(
                title=short(title),
                number=entry.number,
                note=str(register.one),
                url=reading.address_of(entry),
                promise=due,
                promise_name=timer_name(entry.next_due_kind) if due else "",
                badge=entry.get_state_display(),
            )
        )
    return Part(items=items, page=page, more=more)


declare_list(WaitingList(name="entries", title=_("Records"), part=entries_for, order=60))
