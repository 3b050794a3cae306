"""Requests about personal data as whoever asked sees them on the own page: state, limit, answer, copy (RC-07)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from tingsu.clocks.models import Promise
from tingsu.files.models import StoredFile
from tingsu.governance import answering, requests
from tingsu.kernel.clock import now
from tingsu.registers.models import Entry


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request; `copy_until` is set while its copy may be fetched."""

    number: str
    asked: Any
    asked_at: datetime
    stands: Any
    by: datetime | None
    late: bool
    answered_at: datetime | None
    decision: Any
    answer: str
    ground: str
    copy_until: datetime | None


def of_case(complaint_id: uuid.UUID) -> list[Asked]:
    """Every request of this side about a case, the newest first. Two queries, one where nothing was asked."""
    rows = list(requests.about(complaint_id))
    if not rows:
        return []
    promises = {
        one.stream_id: one
        for one in Promise.objects.filter(stream_id__in=[row.pk for row in rows], kind=requests.TIMER)
    }
    return list(_told(rows, promises))


def _told(rows: list[Entry], promises: dict[uuid.UUID, Promise]) -> Iterator[Asked]:
    at, kinds, decisions = now(), dict(answering.KINDS), dict(requests.DECISIONS)
    for row in rows:
        texts = row.written_or_none() or {}
        ended = not requests.is_open(row)
        promise = promises.get(row.pk)
        due = promise.due_at if promise is not None and not ended else None
        yield Asked(
            number=row.number,
            asked=kinds.get(row.codes.get("kind", ""), ""),
            asked_at=parse_datetime(row.codes["received_at"]) or row.opened_at,
            stands=row.get_state_display(),
            by=due,
            late=due is not None and due < at,
            answered_at=row.entered_at if ended else None,
            decision=decisions.get(row.codes.get("decision", ""), row.get_state_display()),
            answer=texts.get("answer", ""),
            ground=texts.get("legal_ground", ""),
            copy_until=_until(row, at),
        )


def _until(row: Entry, at: datetime) -> datetime | None:
    until = parse_datetime(str(row.codes.get("copy_until", "")))
    return until if until is not None and until > at and row.codes.get("copy") else None


def copy_of(complaint_id: uuid.UUID, number: str) -> tuple[Entry, StoredFile] | None:
    """The copy that this request of the case's own side may fetch now."""
    row = next((one for one in requests.about(complaint_id) if one.number == number), None)
    if row is None or _until(row, now()) is None:
        return None
    file = StoredFile.objects.filter(pk__in=row.codes["copy"], stream_id=row.pk, erased_at=None).first()
    return (row, file) if file is not None else None
