"""Folding a complaint's events back into its row and its promises (invariant 2)."""

import uuid
from collections.abc import Iterator
from typing import Any

from tingsu.clocks.models import Promise
from tingsu.complaints.fields import LEDGER_FIELDS
from tingsu.complaints.models import Complaint
from tingsu.complaints.moments import told_by
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Finding, check
from tingsu.process.folding import PROMISE_FACTS, apply_operation

LEFT_THE_LEDGER = frozenset({"product"})
"""Columns that older events tell of and newer ones do not: people type into them, and the ledger is never erased."""


def fold(
    complaint_id: uuid.UUID, organisation_id: uuid.UUID, events: list[Event]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]], list[str]]:
    """The row and the promises that a history tells, and where it contradicts itself."""
    blank = Complaint(id=complaint_id, organisation_id=organisation_id)
    row = {field: plain(getattr(blank, field)) for field in LEDGER_FIELDS}
    promises: dict[str, dict[str, Any]] = {}
    contradictions = []
    for event in events:
        for field, (old, new) in event.body.get("set", {}).items():
            if field in LEFT_THE_LEDGER:
                continue
            if field not in row:
                contradictions.append(f"event {event.seq} sets {field}, which is no ledger field")
            elif row[field] != old:
                contradictions.append(f"event {event.seq} changes {field} from {old!r}, but it was {row[field]!r}")
            row[field] = new
        for operation in event.body.get("promises", ()):
            apply_operation(promises, operation)
        if event.kind in {"promise.breached", "promise.lapsed", "promise.recounted"}:
            told = promises.get(event.body["promise"])
            if told is None:
                contradictions.append(
                    f"event {event.seq} is about promise {event.body['promise']}, which was never made"
                )
            elif event.kind == "promise.breached":
                told["breached_at"] = event.body["due_at"]
            elif event.kind == "promise.lapsed":
                told |= {"ended_at": event.body["due_at"], "ending": "lapsed"}
            else:
                told["due_at"] = event.body["due_at"][1]
    return row, promises, contradictions


def rebuild_complaints(histories: dict[uuid.UUID, list[Event]]) -> Iterator[Finding]:
    rows = {row.pk: row for row in Complaint.objects.filter(pk__in=histories)}
    kept: dict[uuid.UUID, dict[str, Promise]] = {}
    for promise in Promise.objects.filter(stream_id__in=histories):
        kept.setdefault(promise.stream_id, {})[str(promise.pk)] = promise
    for complaint_id, events in histories.items():
        complaint = rows.get(complaint_id)
        if complaint is None:
            yield Finding("complaints_complaint", str(complaint_id), "the ledger tells of it, but the row is gone")
            continue
        told, promises, contradictions = fold(complaint_id, complaint.organisation_id, events)
        name = f"{complaint.number} ({complaint_id})"
        for sentence in contradictions:
            yield Finding("kernel_event", name, sentence)
        for field, value in (told | {name: plain(at) for name, at in told_by(events).items()}).items():
            if plain(getattr(complaint, field)) != value:
                yield Finding(
                    "complaints_complaint",
                    name,
                    f"{field} is {plain(getattr(complaint, field))!r}, the ledger says {value!r}",
                )
        yield from _compare_promises(name, promises, kept.get(complaint_id, {}))


def _compare_promises(name: str, told: dict[str, dict[str, Any]], kept: dict[str, Promise]) -> Iterator[Finding]:
    for promise_id in told.keys() ^ kept.keys():
        where = "the ledger" if promise_id in told else "the table"
        yield Finding("clocks_promise", promise_id, f"complaint {name}: only {where} knows this promise")
    for promise_id in told.keys() & kept.keys():
        for fact in PROMISE_FACTS:
            found = plain(getattr(kept[promise_id], fact))
            if found != told[promise_id][fact]:
                yield Finding(
                    "clocks_promise",
                    promise_id,
                    f"complaint {name}: {fact} is {found!r}, the ledger says {told[promise_id][fact]!r}",
                )


@check("complaints without history")
def complaints_without_history() -> Iterator[Finding]:
    from tingsu.kernel.models import Stream

    for complaint in Complaint.objects.exclude(pk__in=Stream.objects.filter(kind="complaint").values("pk"))[:500]:
        yield Finding("complaints_complaint", f"{complaint.number} ({complaint.pk})", "it has no history in the ledger")


@check("open complaints without owner or date")
def open_without_next_date() -> Iterator[Finding]:
    """An open complaint always has exactly one owner and a next date (process.md §8.1)."""
    for complaint in Complaint.objects.exclude(state__in=["closed", "archived"]).filter(next_due_at__isnull=True)[:500]:
        yield Finding("complaints_complaint", f"{complaint.number} ({complaint.pk})", "it is open but has no next date")
