"""The ledger: append-only, hash-chained, one chain per stream (architecture §4, RC-06).

An action opens a chain (which locks the stream's row), records events and flushes once. Registered reactions run inside
`record`, in the same open transaction. Canonical form: sorted keys, UTC microseconds, integers and strings, no floats, no NUL.
"""

import json
import os
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from tingsu.kernel import crypto, sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.events import Personal, Undeclared, event_kind
from tingsu.kernel.ids import new_id
from tingsu.kernel.kinds import kind as kind_of_thing
from tingsu.kernel.models import Event, EventText, Stream
from tingsu.kernel.rows import Rows, asked, writing
from tingsu.kernel.tenancy import current_organisation_id

Reaction = Callable[["Chain", Event, Actor], None]
Thing = TypeVar("Thing")
_reactions: dict[str, list[tuple[int, str, Reaction]]] = defaultdict(list)


def reaction(*kinds: str, order: int = 100) -> Callable[[Reaction], Reaction]:
    """Register a plain function that runs in the transaction of every event of these kinds, lower `order` first."""

    def register(function: Reaction) -> Reaction:
        for kind in kinds:
            _reactions[kind].append((order, f"{function.__module__}.{function.__qualname__}", function))
            _reactions[kind].sort(key=lambda entry: entry[:2])
        return function

    return register


def reactions() -> dict[str, list[str]]:
    """Every registered reaction by event kind, in running order (for the listing command and its test)."""
    return {kind: [name for _order, name, _function in entries] for kind, entries in sorted(_reactions.items())}


def plain(value: Any) -> Any:
    """A value as the ledger stores it. Floats and NUL are refused: they have no canonical form."""
    kind = type(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is str or isinstance(value, str | int):
        if kind is not int and isinstance(value, str) and "\x00" in value:
            raise ValueError("NUL in ledger data")
        return value
    if kind is uuid.UUID:
        return str(value)
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        if at.year < 1000:
            return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # the year without zeros before it, as it always was
        return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form in the ledger")


def canonical(event: Event) -> bytes:
    """The bytes of an event that are hashed: every column but the hash itself."""
    row = {
        "id": str(event.id),
        "organisation": str(event.organisation_id),
        "stream": str(event.stream_id),
        "seq": event.seq,
        "kind": event.kind,
        "v": event.v,
        "at": plain(event.at),
        "actor": [event.actor_kind, str(event.actor_id or ""), event.actor_name],
        "data": event.data,
    }
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes | memoryview, event: Event) -> bytes:
    return crypto.digest(bytes(previous) + canonical(event))


@dataclass(frozen=True, eq=False)
class Companion(Generic[Thing]):
    """The name and type of an object that the reactions of one transaction share; declared once, by whoever brings it."""

    name: str


class Chain:
    """The open end of one stream inside a transaction. Nothing is written before `flush`."""

    def __init__(self, stream: Stream, *, fresh: bool = False) -> None:
        self.stream = stream
        self.fresh = fresh
        self.events: list[Event] = []
        self.texts: list[EventText] = []
        self._companions: dict[Companion[Any], Any] = {}

    def bring(self, companion: Companion[Thing], thing: Thing) -> None:
        """Share an object with the reactions of this transaction."""
        self._companions[companion] = thing

    def companion(self, companion: Companion[Thing]) -> Thing | None:
        """The object that somebody brought into this transaction, if anybody did."""
        return self._companions.get(companion)

    def record(
        self,
        kind: str,
        *,
        actor: Actor,
        at: datetime,
        data: dict[str, Any] | None = None,
        texts: dict[str, str] | None = None,
        id: uuid.UUID | None = None,
    ) -> Event:
        """Add an event: codes, ids and old → new in `data`; what people wrote in `texts`, kept sealed and erasable.

        Raises Undeclared for a kind outside the catalogue, or with texts that its declaration does not name.
        """
        declared = event_kind(kind)
        body = plain(data or {})
        event = Event(
            id=id or new_id(),
            organisation_id=self.stream.organisation_id,
            stream_id=self.stream.pk,
            seq=self.stream.last_seq + 1,
            kind=kind,
            v=declared.version,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            data=body,
        )
        written = {name: text for name, text in (texts or {}).items() if text}
        if written and declared.personal is not Personal.TEXTS:
            raise Undeclared(f"{kind} carries no texts, but {', '.join(sorted(written))} was written")
        if written:
            salt = os.urandom(16)
            content = json.dumps(written, sort_keys=True, ensure_ascii=False)
            body["texts"] = {"fields": sorted(written), "digest": crypto.salted_digest(salt, content.encode()).hex()}
            self.texts.append(
                EventText(
                    id=event.id,
                    organisation_id=self.stream.organisation_id,
                    stream_id=self.stream.pk,
                    body=self.stream.key().seal(content, f"event:{event.id}"),
                    salt=salt,
                )
            )
        event.hash = link(self.stream.last_hash, event)
        self.stream.last_seq, self.stream.last_hash = event.seq, event.hash
        self.events.append(event)
        for _order, _name, react in _reactions.get(kind, ()):
            react(self, event, actor)
        return event

    def drain(self) -> list[Any]:
        """The new rows of a fresh chain, for a writer of many rows; instead of `flush`."""
        rows = [self.stream, *self.events, *self.texts]
        self.fresh, self.events, self.texts = False, [], []
        return rows

    def write(self, rows: Rows) -> None:
        """Write stream head, events and texts with others of the action."""
        if self.fresh:
            rows.add([self.stream])
        elif self.events:
            rows.change(self.stream, ("last_seq", "last_hash"))
        rows.add([*self.events, *self.texts])
        self.fresh, self.events, self.texts = False, [], []

    def flush(self) -> None:
        """Write stream head, events and texts. Call once, at the end of the action."""
        with writing() as rows:
            self.write(rows)


def open_chain(kind: str, id: uuid.UUID | None = None) -> Chain:
    """Begin the history of a new thing, with a data key of its own. Raises UndeclaredKind."""
    kind_of_thing(kind)
    organisation_id = current_organisation_id()
    _key, wrapped = crypto.new_data_key(organisation_id)
    stream = Stream(id=id or new_id(), organisation_id=organisation_id, kind=kind, wrapped_key=wrapped)
    return Chain(stream, fresh=True)


def lock_chain(stream_id: uuid.UUID, kind: str | None = None) -> Chain:
    """Lock the stream's row, always the first statement of an action. Raises NotFound."""
    stream = asked(Stream, "id = %s FOR UPDATE", stream_id).first()
    if stream is None or (kind is not None and stream.kind != kind):
        raise NotFound
    return Chain(stream)


def lock_chains(stream_ids: Iterable[uuid.UUID], *, skip_locked: bool = False) -> dict[uuid.UUID, Chain]:
    """Lock several streams in id order, so that two batches can never wait for each other."""
    rows = Stream.objects.select_for_update(skip_locked=skip_locked).filter(pk__in=set(stream_ids)).order_by("pk")
    return {stream.pk: Chain(stream) for stream in rows}


def flush_chains(chains: Iterable[Chain]) -> None:
    """Write several locked chains at once, for batches: three statements instead of two for each chain."""
    written = [chain for chain in chains if chain.events]
    for chain in written:
        if chain.fresh:
            raise RuntimeError("a new chain is written by its own flush")
    if not written:
        return
    streams = [chain.stream for chain in written]
    sql.move_heads(
        current_organisation_id(), [(stream.pk, stream.last_seq, bytes(stream.last_hash)) for stream in streams]
    )
    Event.objects.bulk_create([event for chain in written for event in chain.events])
    EventText.objects.bulk_create([text for chain in written for text in chain.texts])
    for chain in written:
        chain.events, chain.texts = [], []


def texts_of(events: Iterable[Event]) -> dict[uuid.UUID, dict[str, str]]:
    """What people wrote in these events of one organisation, by event; erased texts are left out. Two queries."""
    wanted = [event.pk for event in events if "texts" in event.data]
    rows = EventText.objects.filter(pk__in=wanted).select_related("stream")
    found = {}
    for row in rows:
        if row.body and row.stream.wrapped_key:
            found[row.pk] = json.loads(row.stream.key().open(row.body, f"event:{row.pk}"))
    return found
