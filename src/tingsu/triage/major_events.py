"""The record of a major or mass complaint event: what it is, which complaints belong to it, what was said to whom (MS-23).

A record has a history of its own. Where a complaint is written too, its stream is locked before the record's.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.numbers import next_serial
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import Can, require
from tingsu.triage.models import MajorEvent, MajorEventCase, MajorEventEntry

STREAM = "major_event"
LIMITS = {"name": 120, "story": 20000, "text": 4000, "means": 120, "conclusion": 4000}


class EventClosed(TingsuError):
    code = "event_closed"
    sentence = _("This record is closed. Open a new one when it begins again.")


class NotTheAuthor(TingsuError):
    code = "own_statement"
    sentence = _("Somebody else than the author approves a statement.")


class NotApproved(TingsuError):
    code = "not_approved"
    sentence = _("This statement has not been approved yet, or it has already gone out.")


def check_texts(**texts: str) -> dict[str, str]:
    """The texts, trimmed; each is required. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    for name, text in texts.items():
        if not text.strip():
            errors[name] = InvalidValue(code="required")
        elif len(text) > LIMITS[name]:
            errors[name] = InvalidValue(code="too_long", limit=LIMITS[name])
        elif "\x00" in text:
            errors[name] = InvalidValue(code="nul")
    if errors:
        raise InvalidInput(errors)
    return {name: text.strip() for name, text in texts.items()}


def begin(*, actor: Actor, at: datetime, kind: str, name: str, story: str) -> tuple[Chain, MajorEvent]:
    """A new record in the open transaction; the caller flushes its chain. Raises InvalidInput."""
    texts = check_texts(name=name, story=story)
    if kind not in MajorEvent.Kind.values:
        raise InvalidInput({"kind": InvalidValue(code="choice")})
    chain = open_chain(STREAM)
    event = MajorEvent(id=chain.stream.pk, stream=chain.stream, kind=kind, opened_by=actor.id, opened_at=at)
    for field, text in texts.items():
        event.seal(field, text)
    year = local(at, current_organisation().time_zone).year
    event.number = f"SJ-{year}-{next_serial(f'major_event:{year}'):03d}"
    event.save(force_insert=True)
    chain.record("major_event.opened", actor=actor, at=at, data={"number": event.number, "kind": kind}, texts=texts)
    return chain, event


def open_event(*, actor: Actor, kind: str, name: str, story: str) -> MajorEvent:
    """Open a record before any complaint names it, or for a drill. Raises NotAllowed, InvalidInput."""
    require(actor, Can.WORK_CASES)
    with transaction.atomic(durable=True):
        chain, event = begin(actor=actor, at=now(), kind=kind, name=name, story=story)
        chain.flush()
    return event


def lock_event(number: str) -> tuple[Chain, MajorEvent]:
    """The record of a number, locked and still open. Raises NotFound, EventClosed."""
    found = MajorEvent.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    chain = lock_chain(found, STREAM)
    event = MajorEvent.objects.get(pk=found)
    event.stream = chain.stream
    if event.closed_at is not None:
        raise EventClosed
    return chain, event


def join(chain: Chain, event: MajorEvent, complaint: Complaint, *, actor: Actor, at: datetime) -> bool:
    """Count a complaint among those of the event; False when it is there already."""
    if MajorEventCase.objects.filter(event=event, complaint=complaint).exists():
        return False
    MajorEventCase(event=event, complaint=complaint, joined_by=actor.id, joined_at=at).save(force_insert=True)
    chain.record("major_event.joined", actor=actor, at=at, data={"complaint": complaint.pk})
    return True


def leave(chain: Chain, event: MajorEvent, complaint: Complaint, *, actor: Actor, at: datetime) -> bool:
    """Take a complaint out of the event again; False when it is not there."""
    deleted, _rows = MajorEventCase.objects.filter(event=event, complaint=complaint).delete()
    if deleted:
        chain.record("major_event.left", actor=actor, at=at, data={"complaint": complaint.pk})
    return bool(deleted)


def add_note(*, actor: Actor, number: str, text: str) -> MajorEventEntry:
    """Write down what happened or how somebody reacted. Raises NotAllowed, NotFound, EventClosed, InvalidInput."""
    require(actor, Can.WORK_CASES)
    return _write(actor, number, MajorEventEntry.Kind.NOTE, text=text)


def write_statement(*, actor: Actor, number: str, audience: str, means: str, text: str) -> MajorEventEntry:
    """Draft what is to be said to an audience. Raises NotAllowed, NotFound, EventClosed, InvalidInput."""
    require(actor, Can.WORK_CASES)
    if audience not in MajorEventEntry.Audience.values:
        raise InvalidInput({"audience": InvalidValue(code="choice")})
    return _write(actor, number, MajorEventEntry.Kind.STATEMENT, audience, means=means, text=text)


def _write(actor: Actor, number: str, kind: str, audience: str = "", **texts: str) -> MajorEventEntry:
    texts, at = check_texts(**texts), now()
    with transaction.atomic(durable=True):
        chain, event = lock_event(number)
        row = MajorEventEntry(
            id=new_id(), event=event, kind=kind, audience=audience, author_id=actor.id, written_at=at
        )  # fmt: skip
        for field, text in texts.items():
            row.seal(field, text)
        row.save(force_insert=True)
        data: dict[str, Any] = {"entry": row.pk, "kind": kind} | ({"audience": audience} if audience else {})
        chain.record("major_event.written", actor=actor, at=at, data=data, texts=texts)
        chain.flush()
    return row


def approve_statement(*, actor: Actor, number: str, entry_id: uuid.UUID) -> None:
    """Allow a statement to go out; never one's own. Raises NotAllowed, NotFound, EventClosed, NotTheAuthor."""
    require(actor, Can.EVENTS)
    with transaction.atomic(durable=True):
        chain, row = _statement(number, entry_id)
        if row.author_id == actor.id:
            raise NotTheAuthor
        if row.approved_at is not None:
            return
        row.approved_at, row.approver_id = now(), actor.id
        row.save(update_fields=["approved_at", "approver_id"])
        chain.record("major_event.approved", actor=actor, at=row.approved_at, data={"entry": row.pk})
        chain.flush()


def note_issued(*, actor: Actor, number: str, entry_id: uuid.UUID) -> None:
    """An approved statement has gone out. Raises NotAllowed, NotFound, EventClosed, NotApproved."""
    require(actor, Can.WORK_CASES)
    with transaction.atomic(durable=True):
        chain, row = _statement(number, entry_id)
        if row.approved_at is None or row.issued_at is not None:
            raise NotApproved
        row.issued_at, row.issued_by = now(), actor.id
        row.save(update_fields=["issued_at", "issued_by"])
        chain.record("major_event.issued", actor=actor, at=row.issued_at, data={"entry": row.pk})
        chain.flush()


def _statement(number: str, entry_id: uuid.UUID) -> tuple[Chain, MajorEventEntry]:
    chain, event = lock_event(number)
    row = MajorEventEntry.objects.filter(pk=entry_id, event=event, kind=MajorEventEntry.Kind.STATEMENT).first()
    if row is None:
        raise NotFound
    return chain, row


def close_event(*, actor: Actor, number: str, conclusion: str) -> None:
    """End the record with what came of it. Raises NotAllowed, NotFound, EventClosed, InvalidInput."""
    require(actor, Can.EVENTS)
    texts = check_texts(conclusion=conclusion)
    with transaction.atomic(durable=True):
        chain, event = lock_event(number)
        event.closed_at, event.closed_by = now(), actor.id
        event.seal("conclusion", texts["conclusion"])
        event.save(update_fields=["closed_at", "closed_by", "conclusion"])
        chain.record("major_event.closed", actor=actor, at=event.closed_at, texts=texts)
        chain.flush()
