"""On-call alerts that wait for a person's confirmation (AS-10)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from tingsu.complaints.waiting import address_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.process.waiting import MOST
from tingsu.triage.models import OnCallAlert


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alert that this person is called for and has not confirmed."""

    number: str
    url: str
    confirm: str
    why: str
    confirm_by: datetime | None


def open_alerts() -> QuerySet[OnCallAlert]:
    """Alerts that nobody has confirmed yet, whoever is called."""
    return OnCallAlert.objects.filter(confirmed_at=None, ended_at=None)


@Asking
def alarms_for(actor: Actor) -> Reader[list[Alarm]]:
    """On-call alerts that wait for this person's confirmation, oldest first. One query."""
    (rows,) = yield [open_alerts().select_related("complaint").order_by("called_at", "pk")[:MOST]]
    found = [row for row in rows if str(actor.id) in row.told and row.complaint.is_open]
    return [
        Alarm(
            number=row.complaint.number,
            url=address_of(row.complaint),
            confirm=reverse("desk:step", args=[row.complaint.number, "confirm_alert"]),
            why=row.get_why_display(),
            confirm_by=row.confirm_by if str(actor.id) in row.turns[row.turn] else None,
        )
        for row in found
    ]
