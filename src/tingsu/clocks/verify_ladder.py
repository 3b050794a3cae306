"""What `verify` asks of the ladder: every escalation stands as the events of its thing tell (invariant 2, AS-08)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from tingsu.clocks.escalation import ENDED, FACT, TAKEN_UP
from tingsu.clocks.kinds import kinds as clocked_kinds
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Finding, check

TABLE = "clocks_escalation"
BATCH = 500


@check("escalations")
def escalations_and_their_events() -> Iterator[Finding]:
    """Level, count, time of the next level, who took it up, and who is called, folded from the events of each thing."""
    last = uuid.UUID(int=0)
    while rows := list(Escalation.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        streams = [row.stream_id for row in rows]
        told: dict[uuid.UUID, dict[str, Any]] = {}
        events = Event.objects.filter(stream_id__in=streams, data__has_key=FACT)
        for event in events.order_by("stream_id", "seq"):
            apply(told.setdefault(event.stream_id, {"called": set()}), event)
        called: dict[uuid.UUID, set[str]] = {}
        for stream_id, member_id in EscalationCall.objects.filter(stream_id__in=streams, ended_at=None).values_list(
            "stream_id", "member_id"
        ):
            called.setdefault(stream_id, set()).add(str(member_id))
        for row in rows:
            kept = {name: plain(getattr(row, name)) for name in FACTS} | {"called": called.get(row.stream_id, set())}
            for fact, value in told.get(row.stream_id, dict.fromkeys(FACTS)).items():
                if kept[fact] != value:
                    yield Finding(TABLE, str(row.pk), f"{fact} is {kept[fact]!r}, the ledger says {value!r}")
    kinds = {clocked.escalated for clocked in clocked_kinds().values()}
    lost = Event.objects.filter(kind__in=kinds).exclude(stream_id__in=Escalation.objects.values("stream_id"))
    for stream_id in lost.order_by("stream_id").values_list("stream_id", flat=True).distinct()[:BATCH]:
        yield Finding(TABLE, str(stream_id), "the ledger tells of an escalation, but the row is gone")


FACTS = ("level", "rung", "times", "turn", "ladder_version", "next_at", "taken_at", "taken_by", "ended_at")


def apply(told: dict[str, Any], event: Event) -> None:
    """What one event says of a thing's place on its ladder."""
    at, said = plain(event.at), event.body[FACT]
    if event.kind == TAKEN_UP:
        told |= {"next_at": None, "taken_at": at, "taken_by": plain(event.actor_id), "called": set()}
    elif event.kind == ENDED:
        told |= {"next_at": None, "ended_at": at, "called": set()}
    else:
        level, rung = said["to"]
        told |= {
            "level": level, "rung": rung, "times": said["times"], "turn": said["turn"], "ladder_version": said["ladder"],
            "next_at": said["due_at"], "taken_at": at if said["taken_by"] else None, "taken_by": said["taken_by"],
            "ended_at": None,
        }  # fmt: skip
        if not said["taken_by"]:
            told["called"] |= set(said["members"])
