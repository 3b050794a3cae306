"""What `verify` asks of alerts: each stands as its events tell (invariant 2)."""

from collections.abc import Iterator
from typing import Any

from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Finding, check
from tingsu.triage.models import OnCallAlert

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
