"""Proving the ledger: chains, texts, seals, and that every thing is what its history says (invariant 2, RC-06).

Read only. Each finding names the table, the row and what is wrong with it. How the things of a kind are rebuilt from
events says the declaration of the kind (`kinds.py`).
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from tingsu.kernel import crypto
from tingsu.kernel.kinds import kind_or_none
from tingsu.kernel.ledger import link, plain
from tingsu.kernel.models import Event, EventText, Seal, Stream
from tingsu.kernel.seals import hours_of, root_of, sealed_tables

BATCH = 500


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be."""

    table: str
    row: str
    sentence: str


@dataclass
class Tally:
    """How much was looked at."""

    streams: int = 0
    events: int = 0
    texts: int = 0
    seals: int = 0
    erased: int = 0
    """Histories whose texts were erased; their events are proved all the same."""


Rebuild = Callable[[dict[uuid.UUID, list[Event]]], Iterator[Finding]]
_checks: dict[str, Callable[[], Iterator[Finding]]] = {}


def facts_told(model: type[Model], told: Callable[[Event], dict[str, Any]]) -> Rebuild:
    """How to rebuild a plain row: `told` gives the columns that an event set, as the ledger holds them; the last one counts."""

    def rebuild(histories: dict[uuid.UUID, list[Event]]) -> Iterator[Finding]:
        rows = model._default_manager.in_bulk([pk for pk, events in histories.items() if events])
        for pk, events in histories.items():
            facts: dict[str, Any] = {}
            for event in events:
                facts |= told(event)
            if events and pk not in rows:
                yield Finding(model._meta.db_table, str(pk), "the ledger tells of it, but the row is gone")
            elif events:
                for name, value in facts.items():
                    if (kept := plain(getattr(rows[pk], name))) != value:
                        yield Finding(model._meta.db_table, str(pk), f"{name} is {kept!r}, the ledger says {value!r}")

    return rebuild


def changed_to(event: Event) -> dict[str, Any]:
    """What an event says it set, without what stood there before."""
    return {name: new for name, (_old, new) in event.body.get("set", {}).items()}


def check(name: str) -> Callable[[Callable[[], Iterator[Finding]]], Callable[[], Iterator[Finding]]]:
    """Register a check of the whole organisation (orphaned jobs, promises without policy, …)."""

    def register(function: Callable[[], Iterator[Finding]]) -> Callable[[], Iterator[Finding]]:
        _checks[name] = function
        return function

    return register


def verify_organisation(tally: Tally) -> Iterator[Finding]:
    """Everything about the organisation we act for, a batch of streams at a time."""
    last = uuid.UUID(int=0)
    while True:
        streams = list(Stream.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not streams:
            break
        last = streams[-1].pk
        yield from _verify_batch(streams, tally)
    yield from _strays()
    yield from _seals(tally)
    for function in _checks.values():
        yield from function()


def _verify_batch(streams: list[Stream], tally: Tally) -> Iterator[Finding]:
    ids = [stream.pk for stream in streams]
    histories: dict[uuid.UUID, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(stream_id__in=ids).order_by("stream_id", "seq"):
        histories[event.stream_id].append(event)
    texts = {text.pk: text for text in EventText.objects.filter(stream_id__in=ids)}
    by_kind: dict[str, dict[uuid.UUID, list[Event]]] = defaultdict(dict)
    for stream in streams:
        tally.streams += 1
        tally.events += len(histories[stream.pk])
        tally.erased += not stream.wrapped_key
        yield from _chain(stream, histories[stream.pk])
        yield from _texts(stream, histories[stream.pk], texts, tally)
        by_kind[stream.kind][stream.pk] = histories[stream.pk]
    for kind, found in by_kind.items():
        known = kind_or_none(kind)
        if known is None:
            yield Finding("kernel_stream", str(next(iter(found))), f"no app declares the kind of thing {kind}")
        elif known.rebuild is not None:
            yield from known.rebuild(found)


def _chain(stream: Stream, events: list[Event]) -> Iterator[Finding]:
    previous = b""
    for place, event in enumerate(events, 1):
        if event.seq != place:
            yield Finding(
                "kernel_event", str(event.pk), f"stream {stream.pk}: event {place} is missing before event {event.seq}"
            )
            return
        if link(previous, event) != bytes(event.hash):
            yield Finding(
                "kernel_event",
                str(event.pk),
                f"stream {stream.pk}: event {event.seq} ({event.kind}) was changed after it was written",
            )
            return
        previous = bytes(event.hash)
    if len(events) < stream.last_seq:
        yield Finding(
            "kernel_stream", str(stream.pk), f"its last event {stream.last_seq} is missing; {len(events)} are left"
        )
    elif bytes(stream.last_hash) != previous or len(events) > stream.last_seq:
        yield Finding("kernel_stream", str(stream.pk), "its head is not the hash of its last event")


def _texts(stream: Stream, events: list[Event], texts: dict[uuid.UUID, EventText], tally: Tally) -> Iterator[Finding]:
    for event in events:
        noted = event.data.get("texts")
        text = texts.get(event.pk)
        if noted is None or text is None or text.body is None or not stream.wrapped_key:
            continue  # no text, or erased with its person
        tally.texts += 1
        try:
            content = stream.key().open(text.body, f"event:{event.pk}")
        except crypto.KeyMissing:
            yield Finding(
                "kernel_eventtext",
                str(event.pk),
                "its sealed text cannot be opened: it was changed or the key is not its own",
            )
            continue
        if crypto.salted_digest(bytes(text.salt or b""), content.encode()).hex() != noted["digest"]:
            yield Finding("kernel_eventtext", str(event.pk), "its text is not the one the ledger noted")
        elif sorted(json.loads(content)) != noted["fields"]:
            yield Finding("kernel_eventtext", str(event.pk), "its fields are not the ones the ledger noted")


def _strays() -> Iterator[Finding]:
    for stray in Event.objects.exclude(stream_id__in=Stream.objects.values("pk"))[:BATCH]:
        yield Finding("kernel_event", str(stray.pk), f"it belongs to stream {stray.stream_id}, which does not exist")


def _seals(tally: Tally) -> Iterator[Finding]:
    """A sealed head must still be there: a tail cut off together with its stream's head shows here."""
    previous = b""
    ends: dict[str, str] = {}
    for seal in Seal.objects.order_by("on"):
        tally.seals += 1
        if root_of(previous, seal.on, seal.heads) != bytes(seal.root):
            yield Finding("kernel_seal", str(seal.pk), f"the seal of {seal.on} does not fit the one before it")
        previous = bytes(seal.root)
        yield from _heads(seal)
        yield from _sealed_tables(seal, ends)


def _heads(seal: Seal) -> Iterator[Finding]:
    heads = seal.heads["streams"]
    ids = [uuid.UUID(stream) for stream in heads]
    for first in range(0, len(ids), BATCH):
        part = ids[first : first + BATCH]
        found = {
            (str(stream), seq): bytes(value).hex()
            for stream, seq, value in Event.objects.filter(
                stream_id__in=part, seq__in={heads[str(one)][0] for one in part}
            ).values_list("stream_id", "seq", "hash")
        }
        for one in part:
            seq, sealed = heads[str(one)]
            if found.get((str(one), seq)) != sealed:
                yield Finding("kernel_event", f"{one} seq {seq}", f"it was sealed on {seal.on} and is gone or changed")


def _sealed_tables(seal: Seal, ends: dict[str, str]) -> Iterator[Finding]:
    """Every hour of a sealed table must hold the rows it held, and its periods must follow each other."""
    for name, model in sealed_tables().items():
        period = seal.heads.get("tables", {}).get(name)
        if period is None:
            continue
        if period["first"] != ends.get(name, str(uuid.UUID(int=0))):
            yield Finding("kernel_seal", str(seal.pk), f"the seal of {seal.on} leaves out a part of {name}")
        ends[name] = period["end"]
        sealed = period["hours"]
        found = hours_of(model, uuid.UUID(period["first"]), uuid.UUID(period["end"]))
        for hour in sorted(set(sealed) | set(found)):
            rows, digest = sealed.get(hour, (0, ""))
            if found.get(hour, [0, ""])[0] != rows:
                there = found.get(hour, [0])[0]
                yield Finding(name, hour, f"{rows} of this hour were sealed on {seal.on}, {there} are there")
            elif found[hour][1] != digest:
                yield Finding(name, hour, f"a row of this hour was changed after it was sealed on {seal.on}")
