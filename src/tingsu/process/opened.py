"""A thing opened for writing: its locked stream, its row, its promises, and everything that one action changes.

Complaints and every other thing with a life cycle are changed through it, so that what changes in the row also stands in
the event (invariant 2) and every time limit is a promise with an ending (invariant 4).
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tingsu.clocks import engine
from tingsu.clocks.conditions import Facts
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, plain
from tingsu.kernel.rows import writing
from tingsu.process.steps import Step

ENDED_FIELDS = ("ended_at", "ending", "next_at", "warnings", "breached_at", "owner_id")
COUNTED_FIELDS = (
    "started_at", "due_at", "next_at", "warnings", "policy_version", "calendar_version", "calendar_region", "calendar_assumed", "rule",
)  # fmt: skip
"""What counting a limit decides of a promise."""
RECOUNTED_FIELDS = tuple(dict.fromkeys((*ENDED_FIELDS, *COUNTED_FIELDS)))


class Opened:
    """One thing inside one action. `finish` writes everything once.

    A kind of thing says which columns its ledger rebuilds (`ledger_fields`), who holds a role on it (`may_take`), and
    what its rules ask of it (`policy_facts`). Its row has `state`, `version` and `owner_id`.
    """

    ledger_fields: ClassVar[tuple[str, ...]] = ()
    """Columns that `verify` rebuilds from the ledger; they may change only through `set`."""

    def __init__(self, chain: Chain, row: Any, actor: Actor, at: datetime, promises: list[Promise]) -> None:
        self.chain, self.row, self.actor, self.at = chain, row, actor, at
        self.promises = promises
        self.changes: dict[str, list[Any]] = {}
        self.promise_operations: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.event_id = new_id()
        """The id of the event that this action will record next: what follows from it (a letter, say) can name it before."""
        self._fresh: list[Promise] = []
        self._touched: dict[uuid.UUID, Promise] = {}
        self._counted_anew: set[uuid.UUID] = set()
        self._columns: set[str] = set()
        self._written: set[str] = set()

    # what a kind of thing answers for itself

    def may_take(self, step: Step) -> bool:
        """Does the actor hold one of the step's roles on this thing?"""
        raise NotImplementedError(f"{type(self).__name__} does not say who may take its steps")

    def not_for(self, step: Step) -> NotAllowed:
        """The refusal of a step to whoever holds none of its roles, in the words of this kind of thing."""
        return NotAllowed(_("Your role on this case does not allow “%(step)s”."), step=step.label)

    def roles_for(self, step: Step) -> list[str]:
        """In which of the step's roles the actor takes it, where a kind of thing keeps that with a decision."""
        return []

    def decided(self, roles: list[str]) -> None:
        """A step that decides was taken in these roles; asked before its event is recorded."""

    def state_words(self) -> str:
        """The present state in words, for refusals."""
        return str(self.row.get_state_display())

    def policy_facts(self) -> Facts:
        """What the lines of the time-limit policy may ask of this thing."""
        return Facts()

    def place(self) -> str:
        """Where the matter lies, as a code of its kind: a regional calendar may hold there. Empty where nobody knows."""
        return ""

    def refresh(self) -> tuple[str, ...]:
        """Bring derived columns of the row up to date before it is written; gives their names."""
        return ()

    # the row

    def set(self, field: str, value: Any) -> None:
        """Change a ledger field of the row; the event of this action will say old → new."""
        if field not in self.ledger_fields:
            raise ValueError(f"{field} is not a ledger field")
        old = getattr(self.row, field)
        if old == value:
            return
        first = self.changes[field][0] if field in self.changes else plain(old)
        setattr(self.row, field, value)
        self.changes[field] = [first, plain(value)]

    def seal(self, name: str, text: str) -> None:
        """Change one of the row's sealed texts; the ledger keeps the event's own sealed copy."""
        self.row.seal(name, text)
        self._columns.add(name)

    def also_save(self, column: str) -> None:
        """A column that is neither ledger data nor a sealed text (a blind index) changed with this action."""
        self._columns.add(column)

    def fact(self, name: str, value: Any) -> None:
        """Add code data to this action's event (ids of rows made, versions used)."""
        self.facts[name] = value

    def move_to(self, state: str) -> None:
        """Enter a state, from this instant on."""
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

    # promises

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
            self.row.pk, kind, at=at or self.at, facts=self.policy_facts(), due_at=due_at, subject_id=subject_id,
            owner_id=owner_id or self.row.owner_id, place=self.place(),
        )  # fmt: skip
        self._fresh.append(promise)
        self.promises.append(promise)
        self.promise_operations.append(
            {"op": "start", "id": promise.pk, "kind": kind, "started_at": promise.started_at, "due_at": promise.due_at,
             "subject": subject_id, "policy": promise.policy_version, "calendar": promise.calendar_version,
             **({"region": promise.calendar_region} if promise.calendar_region else {})}
        )  # fmt: skip
        return promise

    def shorten(self, kind: str) -> None:
        """What a limit was waiting for is approved: the rest is due by the policy's line for that, never later (T14, FB-02).

        It stays the same promise; the ledger keeps the old start and end. One that ends sooner, or is overdue, is left.
        """
        promise = self.running(kind)
        if promise is None:
            return
        facts = self.policy_facts().but(approved=True)
        fresh = engine.new_promise(
            self.row.pk, kind, at=self.at, facts=facts, owner_id=promise.owner_id, place=self.place()
        )
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
            self._counted_anew.add(promise.pk)

    def start_if_limited(self, kind: str, *, at: datetime | None = None) -> Promise | None:
        """Start a time limit that runs only where the policy has a line for this thing; None where it has none."""
        return self.start(kind, at=at) if engine.limited(kind, self.policy_facts()) else None

    def extend(self, kind: str) -> tuple[datetime, datetime] | None:
        """The next extension that the kept line of a running limit allows: old and new end; None where none is left.

        It stays the same promise, counted from the same start; the ledger keeps both ends, and warnings already given stay given.
        """
        promise = self.running(kind)
        if promise is None or engine.next_extension(promise.rule) is None:
            return None
        before = promise.due_at
        engine.extend(promise, self.at)
        self.promise_operations.append(
            {"op": "extend", "id": promise.pk, "kind": kind, "due_at": [before, promise.due_at],
             "amount": [promise.rule["extended_from"][-1], promise.rule["amount"]], "calendar": promise.calendar_version}
        )  # fmt: skip
        self._touched[promise.pk] = promise
        self._counted_anew.add(promise.pk)
        return before, promise.due_at

    def running(self, kind: str, subject_id: uuid.UUID | None = None) -> Promise | None:
        """The running promise of a kind (of one subject, if given)."""
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
            if not timer(kind).owed_by_us and self.at >= promise.due_at:
                self._lapse(promise)
                continue
            if promise.breached_at is None and self.at > promise.due_at:
                promise.breached_at = promise.due_at
                self.chain.record(
                    "promise.breached", actor=self._of_the_clock(), at=self.at,
                    data={"promise": promise.pk, "kind": kind, "owner": promise.owner_id, "due_at": promise.due_at, "noticed": "ended"},
                )  # fmt: skip
            promise.ended_at, promise.ending, promise.next_at, promise.warnings = self.at, ending, None, []
            if promise not in self._fresh:
                self._touched[promise.pk] = promise
            if follows := timer(kind).ended:
                follows(promise.pk, self.at)
            self.promise_operations.append({"op": ending, "id": promise.pk, "kind": kind, "at": self.at})

    def _of_the_clock(self) -> Actor:
        """That a limit had passed is nobody's act: whoever takes the step that shows it has missed nothing by it."""
        return automation("clocks.sweep", self.actor.organisation_id)

    def _lapse(self, promise: Promise) -> None:
        """The parties' own time had run out before anybody noticed: it is no breach of ours."""
        promise.ended_at, promise.ending = promise.due_at, Promise.Ending.LAPSED
        promise.next_at, promise.warnings = None, []
        self._touched[promise.pk] = promise
        self.chain.record(
            "promise.lapsed", actor=self._of_the_clock(), at=self.at,
            data={"promise": promise.pk, "kind": promise.kind, "due_at": promise.due_at, "noticed": "ended"},
        )  # fmt: skip

    def lapsed(self, kind: str) -> bool:
        """Did the parties let this time pass since the thing came to its present state?"""
        ended = Promise.objects.filter(stream_id=self.row.pk, kind=kind, ending=Promise.Ending.LAPSED)
        return ended.filter(started_at__gte=self.row.entered_at).exists()

    # the end

    def record(self, kind: str, data: dict[str, Any] | None = None, texts: dict[str, str] | None = None) -> None:
        """Write this action's event: the step's data, what was set, the promises started and ended."""
        body: dict[str, Any] = {**(data or {}), **self.facts}
        if self.changes:
            body["set"] = self.changes
        if self.promise_operations:
            body["promises"] = self.promise_operations
        self._written |= set(self.changes)
        written, event_id = {**(texts or {}), **self.texts}, self.event_id
        # Emptied first: a reaction to this event may record the next one.
        self.changes, self.promise_operations, self.facts, self.texts, self.event_id = {}, [], {}, {}, new_id()
        self.chain.record(kind, actor=self.actor, at=self.at, data=body, texts=written, id=event_id)

    def begin(self) -> list[models.Model]:
        """The rows of a new thing: promises, row, stream, events. The caller writes them (references are deferred)."""
        self.refresh()
        return [*self._fresh, self.row, *self.chain.drain()]

    def finish(self, *, flush: bool = True) -> None:
        """Write promises, row and ledger. Nothing may be changed afterwards. Without `flush` the caller ends the chain."""
        if self.changes or self.promise_operations:
            raise RuntimeError("changes without an event: call record() first")
        self.row.version += 1
        fields = {*self._written, *self._columns, "version", *self.refresh()}
        with writing() as rows:
            rows.add(self._fresh)
            for promise in self._touched.values():
                rows.change(promise, RECOUNTED_FIELDS if promise.pk in self._counted_anew else ENDED_FIELDS)
            rows.change(self.row, sorted(fields))
            if flush:
                self.chain.write(rows)
