"""What `verify` asks of alerts and of event records: each stands as its events tell (invariant 2)."""

import uuid
from collections.abc import Iterator
from typing import Any

from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Finding, check
from tingsu.triage.models import MajorEvent, MajorEventCase, MajorEventEntry, OnCallAlert

TABLE = "triage_oncallalert"
KINDS = ("on_call.called", "on_call.missed", "on_call.ended", "complaint.alert_confirmed")
FACTS = ("turn", "called_at", "confirm_by", "confirmed_at", "ended_at")
BATCH = 500


@check("on-call alerts")
def alerts_and_their_events() -> Iterator[Finding]:
    """Every alert, folded from the events of its case."""
    rows = list(OnCallAlert.objects.order_by("pk"))
    for first in range(0, len(rows), BATCH):
        part = rows[first : first + BATCH]
        told: dict[str, dict[str, Any]] = {}
        events = Event.objects.filter(stream_id__in={row.complaint_id for row in part}, kind__in=KINDS)
        for event in events.order_by("stream_id", "seq"):
            _apply(told.setdefault(event.body["alert"], dict.fromkeys(FACTS)), event)
        for row in part:
            for fact, value in told.get(str(row.pk), dict.fromkeys(FACTS)).items():
                if plain(getattr(row, fact)) != value:
                    sentence = f"{fact} is {plain(getattr(row, fact))!r}, the ledger says {value!r}"
                    yield Finding(TABLE, str(row.pk), sentence)


def _apply(told: dict[str, Any], event: Event) -> None:
    at = plain(event.at)
    if event.kind == "on_call.called":
        told |= {"turn": event.body["turn"], "called_at": at, "confirm_by": event.body["confirm_by"]}
    elif event.kind == "on_call.missed":
        told["confirm_by"] = None
    elif event.kind == "on_call.ended":
        told |= {"confirm_by": None, "ended_at": at}
    else:
        told |= {"confirm_by": None, "confirmed_at": at}


def rebuild_event_records(histories: dict[uuid.UUID, list[Event]]) -> Iterator[Finding]:
    """Number, kind, closing, complaints and statements of each record, as its history tells them (MS-23)."""
    rows = {row.pk: row for row in MajorEvent.objects.filter(pk__in=histories)}
    for record_id, events in histories.items():
        row = rows.get(record_id)
        if row is None:
            yield Finding("triage_majorevent", str(record_id), "the ledger tells of it, but the row is gone")
            continue
        told = _told(events)
        kept = {
            "number": row.number,
            "kind": row.kind,
            "closed_at": plain(row.closed_at),
            "complaints": sorted(str(one.complaint_id) for one in MajorEventCase.objects.filter(event=row)),
            "entries": {
                str(entry.pk): [plain(entry.approved_at), plain(entry.issued_at)]
                for entry in MajorEventEntry.objects.filter(event=row)
            },
        }
        for fact, value in told.items():
            if kept[fact] != value:
                yield Finding("triage_majorevent", row.number, f"{fact} is {kept[fact]!r}, the ledger says {value!r}")


def _told(events: list[Event]) -> dict[str, Any]:
    complaints: set[str] = set()
    entries: dict[str, list[Any]] = {}
    told: dict[str, Any] = {"number": "", "kind": "", "closed_at": None}
    for event in events:
        data, at = event.body, plain(event.at)
        match event.kind.partition(".")[2]:
            case "opened":
                told |= {"number": data["number"], "kind": data["kind"]}
            case "closed":
                told["closed_at"] = at
            case "joined":
                complaints.add(data["complaint"])
            case "left":
                complaints.discard(data["complaint"])
            case "written":
                entries[data["entry"]] = [None, None]
            case "approved":
                entries[data["entry"]][0] = at
            case "issued":
                entries[data["entry"]][1] = at
    return {**told, "complaints": sorted(complaints), "entries": entries}
