"""The daily seal over every stream that moved and every row of the sealed tables: its root goes into a row and a file.

A stream is sealed by its head. A table that is in no history, such as the access log, is sealed by hours: how many rows
were written in each, and one digest over them. The periods of a table follow each other without a gap, so a row that is
taken away, altered or slipped in later belongs to an hour whose digest no longer fits.
"""

import json
import uuid
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tingsu.kernel import crypto
from tingsu.kernel.clock import local, local_date, now
from tingsu.kernel.durable import append_line, whole_lines
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event, Organisation, Seal, Stream
from tingsu.kernel.tenancy import TenantModel

LATE = timedelta(hours=50)
"""Real time after which what was written must stand under a seal: one night may be missed, a second must not."""
SLACK = timedelta(minutes=15)
"""Rows are found by their id's own time; slow transactions commit a little after it."""
AT_ONCE = 2000
AFTER_HOUR = 2

_also: dict[str, type[TenantModel]] = {}


def seal_also(model: type[TenantModel]) -> None:
    """Have the rows of an insert-only table sealed with the streams. Raises ValueError for a table that may change."""
    if not model.append_only:
        raise ValueError(f"{model.__name__} may change and cannot be sealed")
    _also[model._meta.db_table] = model


def sealed_tables() -> dict[str, type[TenantModel]]:
    """The insert-only tables outside all histories whose rows are sealed, by name."""
    return dict(_also)


def root_of(previous: bytes, on: date, heads: dict[str, Any]) -> bytes:
    content = json.dumps(heads, sort_keys=True, separators=(",", ":"))
    return crypto.digest(previous + on.isoformat().encode() + content.encode())


def first_id_of(at: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of an instant of real time."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def instant_of(made: uuid.UUID) -> datetime:
    """The instant of real time in which a UUIDv7 was made."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def hours_of(model: type[TenantModel], first: uuid.UUID, end: uuid.UUID) -> dict[str, list[Any]]:
    """The rows with `first <= id < end`, by the hour in which they were written: how many, and one digest over all columns."""
    names = [field.attname for field in model._meta.local_concrete_fields]
    counts: dict[str, int] = defaultdict(int)
    digests: dict[str, bytes] = defaultdict(bytes)
    rows = model._default_manager.filter(pk__gte=first, pk__lt=end).order_by("pk")
    for row in rows.iterator(chunk_size=AT_ONCE):
        hour = instant_of(row.pk).strftime("%Y-%m-%dT%HZ")
        content = json.dumps({name: plain(getattr(row, name)) for name in names}, sort_keys=True, ensure_ascii=False)
        digests[hour] = crypto.digest(digests[hour] + content.encode())
        counts[hour] += 1
    return {hour: [count, digests[hour].hex()] for hour, count in counts.items()}


def is_night_over(organisation: Organisation) -> bool:
    """Whether the organisation's own night has come so far that the day before may be sealed."""
    return local(now(), organisation.time_zone).hour >= AFTER_HOUR


def not_sealed_in_time() -> datetime | None:
    """When the oldest event was written that should be sealed by now and is not; None when all is well."""
    last = Seal.objects.order_by("-on").first()
    since = first_id_of(last.sealed_at) if last else uuid.UUID(int=0)
    late = Event.objects.filter(pk__gte=since, pk__lt=first_id_of(datetime.now(UTC) - LATE)).order_by("pk")
    first = late.values_list("pk", flat=True).first()
    return instant_of(first) if first else None


def seal_day(organisation: Organisation) -> Seal | None:
    """Seal what moved since the last seal; once a day, nothing when nothing moved or the day is sealed."""
    on = local_date(now(), organisation.time_zone)
    last = Seal.objects.order_by("-on").first()
    if last is not None and last.on >= on:
        return None
    sealed_at = datetime.now(UTC)
    since = first_id_of(last.sealed_at - SLACK) if last else uuid.UUID(int=0)
    with transaction.atomic(durable=True):
        moved = Event.objects.filter(pk__gt=since).values("stream_id")
        streams = Stream.objects.filter(pk__in=moved).order_by("pk")
        heads: dict[str, Any] = {
            "streams": {
                str(s.pk): [s.last_seq, bytes(s.last_hash).hex()] for s in streams.iterator(chunk_size=AT_ONCE)
            },
            "tables": _tables(last, first_id_of(sealed_at - SLACK)),
        }
        if not heads["streams"] and not any(table["hours"] for table in heads["tables"].values()):
            return None
        seal = Seal(
            on=on,
            streams=len(heads["streams"]),
            heads=heads,
            root=root_of(bytes(last.root) if last else b"", on, heads),
            sealed_at=sealed_at,
        )
        seal.save(force_insert=True)
    _keep_outside(organisation, seal)
    return seal


def _tables(last: Seal | None, end: uuid.UUID) -> dict[str, Any]:
    """Each sealed table from where its last period ended."""
    before = last.heads.get("tables", {}) if last else {}
    found = {}
    for name, model in _also.items():
        first = uuid.UUID(before[name]["end"]) if name in before else uuid.UUID(int=0)
        found[name] = {"first": str(first), "end": str(end), "hours": hours_of(model, first, end)}
    return found


def outside(organisation: Organisation) -> Path:
    """The file that the database's owner cannot rewrite from inside the database."""
    return Path(settings.HOME) / "seals" / f"{organisation.slug}.jsonl"


def _keep_outside(organisation: Organisation, seal: Seal) -> None:
    """One line for this seal, and before it one for each since the last line: a crash between table and file is made good.

    What lies before the last line is never added later: whoever takes lines away shall be found by `verify`.
    """
    path = outside(organisation)
    lines = whole_lines(path)
    last = date.fromisoformat(json.loads(lines[-1])["on"]) if lines else seal.on - timedelta(days=1)
    new = [
        json.dumps({"on": one.on.isoformat(), "streams": one.streams, "root": bytes(one.root).hex()})
        for one in Seal.objects.filter(on__gt=last, on__lte=seal.on).order_by("on")
    ]
    if new:
        append_line(path, "\n".join(new))
