"""The organisation as a kind of thing: its row has a history like everything else."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.verify import changed_to, facts_told
from tingsu.people.access import Can, may


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever opens the settings sees the own organisation, and never another."""
    return rows.filter(pk=actor.organisation_id) if may(actor, Can.SETTINGS) else rows.none()


def told(event: Event) -> dict[str, Any]:
    """What an event says of the organisation's row."""
    match event.kind:
        case "organisation.founded" | "organisation.practice_founded":
            return dict(event.body["set"])
        case "organisation.opened":
            return {"stage": Organisation.Stage.PREPARING.value}
        case "organisation.practice_filled":
            return {"stage": Organisation.Stage.RUNNING.value}
        case "organisation.completed":
            return {"stage": Organisation.Stage.RUNNING.value}
    return changed_to(event)


declare(
    Kind(
        name="organisation",
        model="kernel.Organisation",
        one=_("Organisation"),
        many=_("Organisations"),
        number="",
        series=_("one for each firm that works here"),
        address=lambda organisation: reverse("setup:organisation"),
        visible=visible,
        place=None,
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=(),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=facts_told(Organisation, told),
    )
)
