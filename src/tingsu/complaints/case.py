"""A case opened for writing: the locked stream, the row, its promises, and everything one action changes.

Effects write through it, so that what changes in the row also stands in the event (invariant 2).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from tingsu.clocks.conditions import Facts
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.complaints import access, search, terms
from tingsu.complaints.case_rows import check_not_read, rows_of
from tingsu.complaints.companions import CASE
from tingsu.complaints.fields import LEDGER_FIELDS, CaseField
from tingsu.complaints.marks import MARKED, marks_of, rows_for, write_marks
from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.terms import State
from tingsu.complaints.watched import facts_of
from tingsu.complaints.work_order import work_key
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.hours import part_of
from tingsu.kernel.ledger import Chain, plain
from tingsu.kernel.models import Stream
from tingsu.kernel.rows import Found, asked, write_row, writing
from tingsu.letters.notices import notify
from tingsu.people import alone
from tingsu.process.opened import Opened
from tingsu.process.steps import Step

SUPERVISED_UNTIL = "repeat_solution"
"""The limit under which a supervised complaint waits for a solution (T11)."""
SUPERVISION_ENDED = "supervision_ended"
"""The fact of an event that ends the supervision."""
DECIDED_AS, REPORTED_TO = "decided_as", "reported_to"
"""The facts of an event that decides: in which roles whoever decided did so, and which colleagues were told of it (VL-12)."""
NEXT_DUE_FIELDS = ("next_due_at", "next_due_kind", "next_due_started_at", "work_key")
SETTLED = frozenset({State.EVALUATING, State.CLOSED, State.ARCHIVED})
"""Where no demand waits any more."""


class Case(Opened):
    """One complaint inside one action. Made by `open_case`; `finish` writes everything once."""

    ledger_fields = LEDGER_FIELDS

    def __init__(self, chain: Chain, complaint: Complaint, actor: Actor, at: datetime, promises: list[Promise]) -> None:
        super().__init__(chain, complaint, actor, at, promises)
        chain.bring(CASE, self)
        self._marks: set[str] | None = None
        self._said: list[str] = []
        self._told: set[uuid.UUID] = set()

    @property
    def complaint(self) -> Complaint:
        """The row of this case."""
        row: Complaint = self.row
        return row

    def may_take(self, step: Step) -> bool:
        """One who works alone without a post in the body takes its decisions too, with a warning (OG-02, ME-11)."""
        if not access.may_take(self.actor, self.complaint, step):
            return False
        if step.of_body and access.is_outside(self.actor, self.complaint):
            alone.keep(self, "outside_body")
        return True

    def roles_for(self, step: Step) -> list[str]:
        return [role for role in dict.fromkeys(step.who) if access.holds(self.actor, self.complaint, role)]

    def decided(self, roles: list[str]) -> None:
        self.fact(DECIDED_AS, roles)
        self.fact(REPORTED_TO, sorted(map(str, self._told)))

    def set(self, field: str, value: Any) -> None:
        if field in MARKED:
            self._keep_marks()
        super().set(field, value)

    def move_to(self, state: str) -> None:
        was_settled = self.complaint.state in SETTLED
        super().move_to(state)
        if state == State.INVESTIGATING and self.complaint.investigated_at is None:
            self.complaint.investigated_at = self.at
            self.also_save("investigated_at")
        if state in SETTLED:
            self.set("reasonable_open", False)
            self.set("loss_claimed", False)
        elif was_settled:
            self.set("reasonable_open", any(one.reasonable for one in rows_of(Demand, self.complaint)))

    def end(self, kind: str, ending: str = Promise.Ending.MET, subject_id: uuid.UUID | None = None) -> None:
        """A solution ends the supervision too, in the same event (AS-12): what meets its limit is what it was for."""
        super().end(kind, ending, subject_id)
        if kind == SUPERVISED_UNTIL and ending == Promise.Ending.MET:
            self.end_supervision("solution")

    def end_supervision(self, why: str) -> None:
        """The mark goes, and the event of this action says why: solution, decided, unlinked."""
        if self.complaint.supervised:
            self.set("supervised", False)
            self.fact(SUPERVISION_ENDED, why)

    def put(self, one: CaseField, value: Any) -> bool:
        """Change a field of the catalogue, however it is kept; False when it already is so. What stood there stays known:
        of a ledger field in the event, of any other sealed beside it.
        """
        row, column = self.complaint, one.stored
        old = row.text(column) if one.sealed else getattr(row, column)
        if old == value:
            return False
        if one.ledger:
            self.set(column, value)
            if one.name == "occurred_time":
                self.set("occurred_part", part_of(value))
            return True
        if old not in (None, ""):
            self.texts[f"was.{one.name}"] = str(plain(old))
        if one.sealed:
            self.seal(column, value)
            if one.name == "order_number":
                row.order_index = fingerprint(row.organisation_id, "order", value)
                self.also_save("order_index")
            return True
        if column in MARKED:
            self._keep_marks()
        setattr(row, column, value)
        self.also_save(column)
        return True

    def _keep_marks(self) -> None:
        if self._marks is None:
            self._marks = marks_of(self.complaint)

    def begin(self) -> list[models.Model]:
        return [*super().begin(), *rows_for(self.complaint, marks_of(self.complaint))]

    def finish(self, *, flush: bool = True) -> None:
        super().finish(flush=flush)
        if self._said:
            search.add_words(self.complaint, *self._said)
            self._said = []
        if self._marks is not None:
            write_marks(self.complaint, self._marks)

    def record(self, kind: str, data: dict[str, Any] | None = None, texts: dict[str, str] | None = None) -> None:
        """As everywhere; and never inside a reading of the case. What is written is searched too. Raises ChangedWhileRead."""
        check_not_read(self.complaint)
        if self.actor.kind == "member" and self.complaint.first_action_at is None:
            self.complaint.first_action_at = self.at
            self.also_save("first_action_at")
        written = {**(texts or {}), **self.texts}
        self._said += [written[name] for name in search.LATER.get(kind, ()) if written.get(name)]
        super().record(kind, data, texts)

    def tell(self, members: Iterable[uuid.UUID | None], kind: str, /, **more: Any) -> None:
        """A notice about the case to some colleagues; nobody is told of what they just did themselves."""
        told = [one for one in members if one is not None and one != self.actor.id]
        self._told |= set(told)
        notify(told, kind, self.complaint.pk, {"number": self.complaint.number, **more})

    def policy_facts(self) -> Facts:
        return facts_of(self.complaint)

    def place(self) -> str:
        """The province in which it happened: a regional calendar may hold there (SL-02)."""
        return str(self.complaint.province)

    def wait_on(self, on: str) -> None:
        """Show whom the case waits for. The clocks run on (SL-18)."""
        if self.complaint.waiting_on == on:
            return
        WaitingInterval.objects.filter(stream_id=self.complaint.pk, until__isnull=True).update(until=self.at)
        if on != terms.WaitingOn.US:
            write_row(WaitingInterval(stream_id=self.complaint.pk, on=on, since=self.at))
        self.set("waiting_on", on)

    def refresh(self) -> tuple[str, ...]:
        """The queue sorts by the next promise."""
        running = [promise for promise in self.promises if promise.is_open]
        first = min(running, key=lambda promise: (promise.due_at, promise.kind), default=None)
        follow(self.complaint, first)
        return NEXT_DUE_FIELDS


def follow(complaint: Complaint, first: Promise | None) -> None:
    """The next promise, and with it the place in the work list, as the row keeps them."""
    complaint.next_due_at = first.due_at if first else None
    complaint.next_due_kind = first.kind if first else ""
    complaint.next_due_started_at = first.started_at if first else None
    complaint.work_key = work_key(complaint)


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
