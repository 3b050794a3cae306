"""The daily seal over every stream that moved: its root goes into a row and into a file outside the database."""

import json
import os
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tingsu.kernel import crypto
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.models import Event, Organisation, Seal, Stream

SLACK = timedelta(minutes=15)
"""Events are found by their id's own time; slow transactions commit a little after it."""

Also = Callable[[uuid.UUID], dict[str, Any]]
_also: dict[str, Also] = {}


def seal_also(name: str) -> Callable[[Also], Also]:
    """Register something else to be sealed with the streams (the access log): (first id of the period) → digest data."""

    def register(function: Also) -> Also:
        _also[name] = function
        return function

    return register


def root_of(previous: bytes, on: date, heads: dict[str, Any]) -> bytes:
    content = json.dumps(heads, sort_keys=True, separators=(",", ":"))
    return crypto.digest(previous + on.isoformat().encode() + content.encode())


def first_id_of(at: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of an instant of real time."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def seal_day(organisation: Organisation) -> Seal | None:
    """Seal what moved since the last seal; once a day, nothing when nothing moved or the day is sealed."""
    on = local_date(now(), organisation.time_zone)
    last = Seal.objects.order_by("-on").first()
    if last is not None and last.on >= on:
        return None
    since = first_id_of(last.sealed_at - SLACK) if last else uuid.UUID(int=0)
    with transaction.atomic(durable=True):
        moved = Event.objects.filter(pk__gt=since).values("stream_id")
        streams = Stream.objects.filter(pk__in=moved).order_by("pk")
        heads: dict[str, Any] = {
            "streams": {str(s.pk): [s.last_seq, bytes(s.last_hash).hex()] for s in streams.iterator(chunk_size=2000)},
            **{name: function(since) for name, function in _also.items()},
        }
        if not heads["streams"]:
            return None
        seal = Seal(
            on=on,
            streams=len(heads["streams"]),
            heads=heads,
            root=root_of(bytes(last.root) if last else b"", on, heads),
            sealed_at=datetime.now(UTC),
        )
        seal.save(force_insert=True)
    _keep_outside(organisation, seal)
    return seal


def _keep_outside(organisation: Organisation, seal: Seal) -> None:
    """One line in a file that the database's owner cannot rewrite from inside the database."""
    folder = Path(settings.HOME) / "seals"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps({"on": seal.on.isoformat(), "streams": seal.streams, "root": bytes(seal.root).hex()})
    with (folder / f"{organisation.slug}.jsonl").open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
