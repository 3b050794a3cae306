"""Promises for the tests: cases that consist of nothing but a stream and its time limits."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime

from tests.things import declare_matter
from tingsu.clocks.conditions import Facts
from tingsu.clocks.engine import new_promise
from tingsu.clocks.models import Promise
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Event

declare_matter()
ORDINARY = Facts(mode="internet", grade="general", urgency="normal")


def open_case_with(*kinds: str, at: datetime, facts: Facts = ORDINARY, due_at: datetime | None = None) -> list[Promise]:
    """A new stream with one promise of each kind, started and registered at an instant."""
    chain = open_chain("matter")
    chain.flush()
    with travel_to(at):
        made = [new_promise(chain.stream.pk, kind, at=at, facts=facts, due_at=due_at) for kind in kinds]
    Promise.objects.bulk_create(made)
    return made


def events_of(stream_id: uuid.UUID) -> list[tuple[str, str]]:
    """Kind of each event and its timer, with the warning point where there is one."""
    rows = Event.objects.filter(stream_id=stream_id).order_by("seq")
    return [(row.kind.removeprefix("promise."), f"{row.data['kind']}{row.data.get('point', '')}") for row in rows]


def fired() -> Counter[tuple[str, str, int | None]]:
    """How often each point of each promise has fired, over all streams."""
    rows = Event.objects.filter(kind__in=("promise.warned", "promise.breached", "promise.escalated", "promise.lapsed"))
    return Counter((row.data["promise"], row.kind, row.data.get("point")) for row in rows)
