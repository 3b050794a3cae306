"""A case opened for writing: the locked stream, the row, its promises, and everything one action changes.

Effects write through it, so that what changes in the row also stands in the event (invariant 2).
"""

import uuid
from datetime import datetime

from tingsu.clocks.conditions import Facts
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.complaints import access, terms
from tingsu.complaints.case_rows import forget
from tingsu.complaints.fields import LEDGER_FIELDS
from tingsu.complaints.models import Complaint
from tingsu.complaints.watched import facts_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Stream
from tingsu.kernel.rows import Found, asked, writing
from tingsu.process.opened import Opened
from tingsu.process.steps import Step

NEXT_DUE_FIELDS = ("next_due_at", "next_due_kind", "next_due_started_at")


class Case(Opened):
    """One complaint inside one action. Made by `open_case`; `finish` writes everything once."""

    ledger_fields = LEDGER_FIELDS

    def __init__(self, chain: Chain, complaint: Complaint, actor: Actor, at: datetime, promises: list[Promise]) -> None:
        super().__init__(chain, complaint, actor, at, promises)
        chain.companions["case"] = self

    @property
    def complaint(self) -> Complaint:
        """The row of this case."""
        row: Complaint = self.row
        return row

    def may_take(self, step: Step) -> bool:
        return access.may_take(self.actor, self.complaint, step)

    def before_change(self) -> None:
        forget(self.complaint)

    def policy_facts(self) -> Facts:
        return facts_of(self.complaint)

    def wait_on(self, on: str) -> None:
        """Show whom the case waits for. The clocks run on (SL-18)."""
        if self.complaint.waiting_on == on:
            return
        WaitingInterval.objects.filter(stream_id=self.complaint.pk, until__isnull=True).update(until=self.at)
        if on != terms.WaitingOn.US:
            WaitingInterval(stream_id=self.complaint.pk, on=on, since=self.at).save(force_insert=True)
        self.set("waiting_on", on)

    def refresh(self) -> tuple[str, ...]:
        """The queue sorts by the next promise."""
        running = [promise for promise in self.promises if promise.is_open]
        first = min(running, key=lambda promise: (promise.due_at, promise.kind), default=None)
        self.complaint.next_due_at = first.due_at if first else None
        self.complaint.next_due_kind = first.kind if first else ""
        self.complaint.next_due_started_at = first.started_at if first else None
        return NEXT_DUE_FIELDS


def open_case(actor: Actor, complaint_id: uuid.UUID, at: datetime) -> Case:
    """Lock the stream, then look (style §3). Raises NotFound."""
    with writing():
        stream = asked(Stream, "id = %s FOR UPDATE", complaint_id)
        complaint, promises = _ask(complaint_id)
        if (locked := stream.first()) is None or locked.kind != "complaint":
            raise NotFound
        return _case(Chain(locked), complaint, promises, actor, at)


def case_of(chain: Chain, actor: Actor, at: datetime) -> Case:
    """The case of a chain that is already locked (sweeps, reactions)."""
    with writing():
        complaint, promises = _ask(chain.stream.pk)
        return _case(chain, complaint, promises, actor, at)


def _ask(complaint_id: uuid.UUID) -> tuple[Found[Complaint], Found[Promise]]:
    return (
        asked(Complaint, "id = %s", complaint_id),
        asked(Promise, "stream_id = %s AND ended_at IS NULL", complaint_id),
    )


def _case(chain: Chain, complaint: Found[Complaint], promises: Found[Promise], actor: Actor, at: datetime) -> Case:
    found = complaint.first()
    if found is None:
        raise NotFound
    found.stream = chain.stream
    return Case(chain, found, actor, at, promises.all())
