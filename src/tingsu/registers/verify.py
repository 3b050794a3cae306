"""Folding an entry's events back into its row, its links and its promises (invariant 2)."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tingsu.clocks.models import Promise
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Finding
from tingsu.process.folding import PROMISE_FACTS, fold_promises
from tingsu.registers.declaration import Older, register_named
from tingsu.registers.entry import LEDGER_FIELDS
from tingsu.registers.facets import facets_of
from tingsu.registers.models import Entry, EntryFacet, EntryLink, Receipt

TABLE = "registers_entry"


def fold(
    events: list[Event], before: Mapping[str, Older]
) -> tuple[dict[str, Any], dict[str, Any], set[tuple[str, str]], list[str]]:
    """Columns, codes and links that a history tells, and where it contradicts itself."""
    row: dict[str, Any] = dict.fromkeys(LEDGER_FIELDS)
    row |= {"register": "", "number": "", "state": ""}
    codes: dict[str, Any] = {}
    links: set[tuple[str, str]] = set()
    wrong = []
    for event in events:
        for name, (old, new) in event.body.get("set", {}).items():
            place, _dot, code = name.partition(".")
            known, key = (codes, code) if code else (row, place)
            if known.get(key) != old:
                wrong.append(f"event {event.seq} changes {name} from {old!r}, but it was {known.get(key)!r}")
            known[key] = new
        name = event.kind.partition(".")[2]
        if event.v == 1 and name in before:
            before[name](event, row, codes, links)
        match name:
            case "linked":
                links.add((event.body["other"], event.body["kind"]))
            case "unlinked":
                links.discard((event.body["other"], event.body["kind"]))
    return row, {name: value for name, value in codes.items() if value is not None}, links, wrong


def rebuild_entries(histories: dict[uuid.UUID, list[Event]]) -> Iterator[Finding]:
    """Every entry, its facets, links and promises stand as its events tell."""
    rows = Entry.objects.select_related("stream").in_bulk(list(histories))
    promises: dict[uuid.UUID, dict[str, Promise]] = defaultdict(dict)
    for promise in Promise.objects.filter(stream_id__in=histories):
        promises[promise.stream_id][str(promise.pk)] = promise
    links: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    for entry_id, other, kind in EntryLink.objects.filter(entry__in=histories).values_list("entry", "other", "kind"):
        links[entry_id].add((str(other), kind))
    facets: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    for entry_id, name, value in EntryFacet.objects.filter(entry__in=histories).values_list("entry", "name", "value"):
        facets[entry_id].add((name, value))
    read: dict[uuid.UUID, set[str]] = defaultdict(set)
    for entry_id, member_id in Receipt.objects.filter(entry__in=histories).values_list("entry", "member_id"):
        read[entry_id].add(str(member_id))
    for pk, events in histories.items():
        if read[pk] != {event.body["member"] for event in events if event.kind.endswith(".understood")}:
            yield Finding("registers_receipt", str(pk), "who has read it is not as the ledger tells")
        if pk not in rows:
            yield Finding(TABLE, str(pk), "the ledger tells of it, but the row is gone")
            continue
        yield from _compare(rows[pk], events, links[pk], facets[pk])
        yield from _compare_promises(rows[pk].number, fold_promises(events), promises[pk])


def _compare(
    row: Entry, events: list[Event], links: set[tuple[str, str]], facets: set[tuple[str, str]]
) -> Iterator[Finding]:
    known = register_named(row.register)
    told, codes, linked, wrong = fold(events, known.before if known else {})
    for sentence in wrong:
        yield Finding("kernel_event", row.number, sentence)
    for name, value in told.items():
        if (kept := plain(getattr(row, name))) != value:
            yield Finding(TABLE, row.number, f"{name} is {kept!r}, the ledger says {value!r}")
    for name in sorted(codes.keys() | row.codes.keys()):
        if row.codes.get(name) != codes.get(name):
            yield Finding(TABLE, row.number, f"{name} is {row.codes.get(name)!r}, the ledger says {codes.get(name)!r}")
    if links != linked:
        yield Finding(
            "registers_entrylink", row.number, f"its links are {sorted(links)}, the ledger says {sorted(linked)}"
        )
    texts = row.written_or_none()
    if known is not None and texts is not None and facets != set(facets_of(known, row.codes, texts)):
        yield Finding("registers_entryfacet", row.number, "what its list is filtered by does not fit its codes")


def _compare_promises(number: str, told: dict[str, dict[str, Any]], kept: dict[str, Promise]) -> Iterator[Finding]:
    for pk in told.keys() ^ kept.keys():
        where = "the ledger" if pk in told else "the table"
        yield Finding("clocks_promise", pk, f"{number}: only {where} knows this promise")
    for pk in told.keys() & kept.keys():
        for fact in PROMISE_FACTS:
            if (found := plain(getattr(kept[pk], fact))) != told[pk][fact]:
                yield Finding(
                    "clocks_promise", pk, f"{number}: {fact} is {found!r}, the ledger says {told[pk][fact]!r}"
                )
