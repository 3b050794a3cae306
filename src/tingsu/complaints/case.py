"""A case opened for writing: the locked stream, the row, its promises, and everything one action changes.

Effects write through it, so that what changes in the row also stands in the event (invariant 2).
"""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from tingsu.clocks import engine
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.clocks.timers import ABOUT, Timer
from tingsu.complaints import terms
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import Chain, plain
from tingsu.kernel.models import Stream
from tingsu.kernel.rows import Found, asked, writing

LEDGER_FIELDS = (
    "number", "kind", "problem_type", "object_type", "categories", "scene", "mode", "channel", "received_at", "completed_at",
    "pushed_at", "occurred_on", "province", "product", "anonymous", "withdrawn", "state", "entered_at", "grade", "urgency",
    "major", "crisis", "difficult", "supervised", "risk_marks", "escalation_level", "required_level", "investigation_mode",
    "waiting_on", "verdict", "outcome", "repeated", "repeat_count", "owner_id", "first_owner_id", "offered_member_id",
    "offered_unit_id", "offer_refusals", "lead_unit_id", "acknowledged_at", "record_confirmed_at", "first_reply_at",
    "last_feedback_at", "next_feedback_at", "answered_at", "ways_informed_at", "closed_at", "archived_at", "archive_number",
    "retention_class", "dispose_on", "expected_reply_at", "policy_version", "category_version",
)  # fmt: skip
"""Columns that `verify` rebuilds from the ledger; they may change only through `Case.set`."""
ENDED_FIELDS = ("ended_at", "ending", "next_at", "warnings", "breached_at", "owner_id")
COUNTED_FIELDS = (
    "started_at", "due_at", "next_at", "warnings", "policy_version", "calendar_version", "calendar_assumed", "rule",
)  # fmt: skip
"""What counting a limit decides of a promise."""
RECOUNTED_FIELDS = tuple(dict.fromkeys((*ENDED_FIELDS, *COUNTED_FIELDS)))


class Case:
    """One complaint inside one action. Made by `open_case`; `finish` writes everything once."""

    def __init__(self, chain: Chain, complaint: Complaint, actor: Actor, at: datetime, promises: list[Promise]) -> None:
        self.chain, self.complaint, self.actor, self.at = chain, complaint, actor, at
        self.promises = promises
        self.changes: dict[str, list[Any]] = {}
        self.promise_operations: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self._fresh: list[Promise] = []
        self._touched: dict[uuid.UUID, Promise] = {}
        self._shortened: set[uuid.UUID] = set()
        self._sealed: set[str] = set()
        self._written: set[str] = set()
        chain.companions["case"] = self

    # the row

    def set(self, field: str, value: Any) -> None:
        """Change a ledger field of the row; the event of this action will say old → new."""
        if field not in LEDGER_FIELDS:
            raise ValueError(f"{field} is not a ledger field")
        old = getattr(self.complaint, field)
        if old == value:
            return
        first = self.changes[field][0] if field in self.changes else plain(old)
        setattr(self.complaint, field, value)
        self.changes[field] = [first, plain(value)]

    def seal(self, name: str, text: str) -> None:
        """Change one of the row's sealed texts; the ledger keeps the event's own sealed copy."""
        self.complaint.seal(name, text)
        self._sealed.add(name)

    def also_save(self, column: str) -> None:
        """A column that is neither ledger data nor a sealed text (a blind index) changed with this action."""
        self._sealed.add(column)

    def fact(self, name: str, value: Any) -> None:
        """Add code data to this action's event (ids of rows made, versions used)."""
        self.facts[name] = value

    # promises

    def policy_facts(self) -> engine.Facts:
        c = self.complaint
        return engine.Facts(
            mode=c.mode, channel=c.channel, grade=c.grade, urgency=c.urgency, repeated=c.repeated, topic=c.problem_type
        )

    def start(
        self,
        kind: str,
        *,
        at: datetime | None = None,
        due_at: datetime | None = None,
        subject_id: uuid.UUID | None = None,
        owner_id: uuid.UUID | None = None,
    ) -> Promise:
        """Start a time limit by the policy in force; one without a subject replaces its running namesake."""
        if subject_id is None:
            self.end(kind, Promise.Ending.CANCELLED)
        promise = engine.new_promise(
            self.complaint.pk, kind, at=at or self.at, facts=self.policy_facts(), due_at=due_at, subject_id=subject_id,
            owner_id=owner_id or self.complaint.owner_id,
        )  # fmt: skip
        self._fresh.append(promise)
        self.promises.append(promise)
        self.promise_operations.append(
            {"op": "start", "id": promise.pk, "kind": kind, "started_at": promise.started_at, "due_at": promise.due_at,
             "subject": subject_id, "policy": promise.policy_version, "calendar": promise.calendar_version}
        )  # fmt: skip
        return promise

    def shorten(self, kind: str) -> None:
        """What a limit was waiting for is approved: the rest is due by the policy's line for that, never later (T14, FB-02).

        It stays the same promise; the ledger keeps the old start and end. One that ends sooner, or is overdue, is left.
        """
        promise = self.running(kind)
        if promise is None:
            return
        facts = replace(self.policy_facts(), approved=True)
        fresh = engine.new_promise(self.complaint.pk, kind, at=self.at, facts=facts)
        if promise.due_at <= fresh.due_at:
            return
        self.promise_operations.append(
            {"op": "shorten", "id": promise.pk, "kind": kind, "started_at": [promise.started_at, fresh.started_at],
             "due_at": [promise.due_at, fresh.due_at], "policy": fresh.policy_version, "calendar": fresh.calendar_version}
        )  # fmt: skip
        for column in COUNTED_FIELDS:
            setattr(promise, column, getattr(fresh, column))
        if promise not in self._fresh:
            self._touched[promise.pk] = promise
            self._shortened.add(promise.pk)

    def running(self, kind: str, subject_id: uuid.UUID | None = None) -> Promise | None:
        return next(
            (
                p
                for p in self.promises
                if p.is_open and p.kind == kind and (subject_id is None or p.subject_id == subject_id)
            ),
            None,
        )

    def end(self, kind: str, ending: str = Promise.Ending.MET, subject_id: uuid.UUID | None = None) -> None:
        """End every running limit of a kind (of one subject, if given). A limit that ends late is recorded as breached too, however it ends."""
        for promise in self.promises:
            if not promise.is_open or promise.kind != kind:
                continue
            if subject_id is not None and promise.subject_id != subject_id:
                continue
            if not ABOUT[Timer(kind)].owed_by_us and self.at >= promise.due_at:
                self._lapse(promise)
                continue
            if promise.breached_at is None and self.at > promise.due_at:
                promise.breached_at = promise.due_at
                self.chain.record(
                    "promise.breached", actor=self.actor, at=self.at,
                    data={"promise": promise.pk, "kind": kind, "owner": promise.owner_id, "due_at": promise.due_at, "noticed": "ended"},
                )  # fmt: skip
            promise.ended_at, promise.ending, promise.next_at, promise.warnings = self.at, ending, None, []
            if promise not in self._fresh:
                self._touched[promise.pk] = promise
            self.promise_operations.append({"op": ending, "id": promise.pk, "kind": kind, "at": self.at})

    def _lapse(self, promise: Promise) -> None:
        """The parties' own time had run out before anybody noticed: it is no breach of ours."""
        promise.ended_at, promise.ending = promise.due_at, Promise.Ending.LAPSED
        promise.next_at, promise.warnings = None, []
        self._touched[promise.pk] = promise
        self.chain.record(
            "promise.lapsed", actor=self.actor, at=self.at,
            data={"promise": promise.pk, "kind": promise.kind, "due_at": promise.due_at, "noticed": "ended"},
        )  # fmt: skip

    def lapsed(self, kind: str) -> bool:
        """Did the parties let this time pass since the case came to its present state?"""
        ended = Promise.objects.filter(stream_id=self.complaint.pk, kind=kind, ending=Promise.Ending.LAPSED)
        return ended.filter(started_at__gte=self.complaint.entered_at).exists()

    def wait_on(self, on: str) -> None:
        """Show whom the case waits for. The clocks run on (SL-18)."""
        if self.complaint.waiting_on == on:
            return
        WaitingInterval.objects.filter(stream_id=self.complaint.pk, until__isnull=True).update(until=self.at)
        if on != terms.WaitingOn.US:
            WaitingInterval(stream_id=self.complaint.pk, on=on, since=self.at).save(force_insert=True)
        self.set("waiting_on", on)

    def move_to(self, state: str) -> None:
        self.set("state", str(state))
        self.set("entered_at", self.at)

    def own(self, member_id: uuid.UUID) -> None:
        """Pass ownership; the running promises go with it."""
        self.set("owner_id", member_id)
        for promise in self.promises:
            if promise.is_open and promise.subject_id is None:
                promise.owner_id = member_id
                if promise not in self._fresh:
                    self._touched[promise.pk] = promise

    # the end

    def record(self, kind: str, data: dict[str, Any] | None = None, texts: dict[str, str] | None = None) -> None:
        """Write this action's event: the step's data, what was set, the promises started and ended."""
        body: dict[str, Any] = {**(data or {}), **self.facts}
        if self.changes:
            body["set"] = self.changes
        if self.promise_operations:
            body["promises"] = self.promise_operations
        self._written |= set(self.changes)
        self.changes, self.promise_operations, self.facts = {}, [], {}
        self.chain.record(kind, actor=self.actor, at=self.at, data=body, texts={**(texts or {}), **self.texts})
        self.texts = {}

    def begin(self) -> list[Any]:
        """The rows of a new case: promises, row, stream, events. The caller writes them (references are deferred)."""
        self._refresh_next_due()
        return [*self._fresh, self.complaint, *self.chain.drain()]

    def finish(self, *, flush: bool = True) -> None:
        """Write promises, row and ledger. Nothing may be changed afterwards. Without `flush` the caller ends the chain."""
        if self.changes or self.promise_operations:
            raise RuntimeError("changes without an event: call record() first")
        self._refresh_next_due()
        self.complaint.version += 1
        fields = {*self._written, *self._sealed, "version", "next_due_at", "next_due_kind", "next_due_started_at"}
        with writing() as rows:
            rows.add(self._fresh)
            for promise in self._touched.values():
                rows.change(promise, RECOUNTED_FIELDS if promise.pk in self._shortened else ENDED_FIELDS)
            rows.change(self.complaint, sorted(fields))
            if flush:
                self.chain.write(rows)

    def _refresh_next_due(self) -> None:
        running = [promise for promise in self.promises if promise.is_open]
        first = min(running, key=lambda promise: (promise.due_at, promise.kind), default=None)
        self.complaint.next_due_at = first.due_at if first else None
        self.complaint.next_due_kind = first.kind if first else ""
        self.complaint.next_due_started_at = first.started_at if first else None


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
