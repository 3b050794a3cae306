"""The record of a major or mass complaint event as a kind of thing (MS-23)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, Place, declare
from tingsu.people.access import Can, may
from tingsu.triage.models import MajorEvent
from tingsu.triage.verify import rebuild_event_records


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever sees the queue sees its event records."""
    return rows if may(actor, Can.SEE_QUEUE) else rows.none()


def address(event: MajorEvent) -> str:
    """The page of a record."""
    return reverse("triage:event", args=[event.number])


declare(
    Kind(
        name="major_event",
        model="triage.MajorEvent",
        one=_("Event record"),
        many=_("Event records"),
        number="number",
        series="SJ-2026-001",
        address=address,
        visible=visible,
        place=Place(
            key="events",
            label=_("Event records"),
            icon="flag",
            url_name="triage:events",
            group="work",
            order=60,
            needs=Can.SEE_QUEUE,
        ),
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=("history",),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=rebuild_event_records,
    )
)
