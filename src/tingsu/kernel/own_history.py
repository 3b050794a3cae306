"""The history of an organisation itself: what it says of itself, and the settings that have no history of their own."""

import uuid
from collections.abc import Collection

from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.models import Event, Stream


def own_history(actor: Actor) -> Chain:
    """It, locked in the open transaction; begun now for an organisation that is older than such histories."""
    pk = actor.organisation_id
    if not Stream.objects.filter(pk=pk).exists():
        Stream.objects.bulk_create([open_chain("organisation", pk).stream], ignore_conflicts=True)
    return lock_chain(pk, "organisation")


def told_of(organisation_id: uuid.UUID, kinds: Collection[str], most: int = 30) -> list[Event]:
    """What was told of settings of one kind, the newest first. One query."""
    return list(Event.objects.filter(stream_id=organisation_id, kind__in=kinds).order_by("-seq")[:most])
