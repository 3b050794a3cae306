"""The connection to other systems as a kind of thing: who set it and who agreed stands in the ledger."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.inquiry.models import Connection
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import facts_told
from tingsu.people.access import Can, may


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever manages programs' access sees it."""
    return rows if may(actor, Can.TOKENS) else rows.none()


def told(event: Event) -> dict[str, Any]:
    """What an event says of the row."""
    if event.kind == "connection.set":
        found = {name: event.body[name] for name in ("seconds", "active")}
        found |= {"approved_at": event.body["approved_at"], "approved_by_id": event.body["approved_by"]}
        return found | {"set_by_id": str(event.actor_id), "set_at": plain(event.at)}
    if event.kind == "connection.approved":
        return {"approved_by_id": str(event.actor_id), "approved_at": plain(event.at)}
    return {}


declare(
    Kind(
        name="connection",
        model="inquiry.Connection",
        one=_("Connection to customer and order systems"),
        many=_("Connections to customer and order systems"),
        number="",
        series=_("one for each firm that works here"),
        address=lambda connection: reverse("inquiry:connection"),
        visible=visible,
        place=None,
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=(),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=facts_told(Connection, told),
    )
)
