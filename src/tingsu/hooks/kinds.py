"""A subscription to events as a kind of thing: who made it, changed it and let it carry what stands in the ledger."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.hooks.models import Subscription
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.models import Event
from tingsu.kernel.verify import facts_told
from tingsu.people.access import Can, may


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever manages programs' access sees it."""
    return rows if may(actor, Can.TOKENS) else rows.none()


def told(event: Event) -> dict[str, Any]:
    """What an event says of the row."""
    match event.kind:
        case "webhook.made" | "webhook.changed":
            return {name: value for name, value in event.body.items() if name in FACTS}
        case "webhook.paused":
            return {"state": "paused", "why": event.body["why"]}
        case "webhook.resumed":
            return {"state": "active", "why": ""}
        case "webhook.ended":
            return {"state": "ended"}
        case "webhook.personal_decided":
            return {"personal": event.body["personal"], "decided_by_id": str(event.actor_id)}
    return {}


FACTS = frozenset({"host", "kinds", "unit_id", "owner_id", "personal"})

declare(
    Kind(
        name="webhook",
        model="hooks.Subscription",
        one=_("Subscription to events"),
        many=_("Subscriptions to events"),
        number="name",
        series=_("name, given when it is made"),
        address=lambda one: reverse("hooks:one", args=[one.pk]),
        visible=visible,
        place=None,
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=(),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=facts_told(Subscription, told),
    )
)
