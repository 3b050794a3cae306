"""To whom a version in force is distributed, and who has read and understood it (DI-03, DI-04)."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from tingsu.documents.models import Reader
from tingsu.documents.notices import TO_READ
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.registers import receipts
from tingsu.registers.actions import check_visible
from tingsu.registers.declaration import EVERYONE, Register
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, Receipt

IN_FORCE = "in_force"


def named(codes: Mapping[str, Any]) -> set[uuid.UUID]:
    """Everybody who is to read a document with these codes, as of now."""
    found = {uuid.UUID(str(one)) for one in codes.get("for_members", []) if people.is_active(uuid.UUID(str(one)))}
    if codes.get("for_all"):
        found |= {one.pk for one in people.active_members()}
    if roles := codes.get("for_roles"):
        found |= {one.pk for one in people.active_members(roles=roles)}
    for unit in codes.get("for_units", []):
        found |= {one.pk for one in people.active_members(unit=uuid.UUID(str(unit)))}
    return found


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who may open it while it is in force: everybody, or of a restricted one those it is for."""
    own = tuple(str(codes[one]) for one in ("reviewer", "approver") if codes.get(one))
    if not codes.get("offered"):
        return own
    return (*own, *(codes.get("seen_by") or [])) if codes.get("restricted") else (EVERYONE,)


def distribute(opened: OpenedEntry) -> int:
    """Ask everybody it is for, as of now, once each; of a restricted one they are the ones who see it. How many were asked anew."""
    wanted = named(opened.entry.codes)
    known = set(Reader.objects.filter(entry=opened.entry).values_list("member_id", flat=True))
    fresh = sorted(wanted - known)
    Reader.objects.bulk_create(Reader(entry=opened.entry, member_id=one, asked_at=opened.at) for one in fresh)
    if opened.entry.codes.get("restricted"):
        opened.put("seen_by", sorted(str(one) for one in wanted))
    else:
        opened.put("seen_by", None)
    notify([one for one in fresh if one != opened.actor.id], TO_READ, opened.entry.pk, {"number": opened.entry.number})
    return len(fresh)


def lacking(entry: Entry) -> bool:
    """Is somebody to read it who was not asked yet: new here, or with a new post?"""
    known = set(Reader.objects.filter(entry=entry).values_list("member_id", flat=True))
    return bool(named(entry.codes) - known)


def unread(entry: Entry) -> list[uuid.UUID]:
    """Who works here, was asked to read it and has not confirmed yet. Two queries."""
    rows = Reader.objects.filter(entry=entry).values_list("member_id", flat=True)
    return receipts.coverage_of(entry, [one for one in rows if people.is_active(one)]).missing


def asked(entry: Entry) -> list[uuid.UUID]:
    """Who works here and was asked to read a version. One query."""
    rows = Reader.objects.filter(entry=entry).order_by("asked_at", "member_id").values_list("member_id", flat=True)
    return [one for one in rows if people.is_active(one)]


receipts.asks("document", asked)


def standing_of(entry: Entry) -> dict[str, Any]:
    """How far a version is read: who has, on which day, and who has not. Two queries."""
    known = receipts.receipts_of(entry)
    read = {row.member_id for row in known}
    asked = Reader.objects.filter(entry=entry).order_by("asked_at", "member_id").values_list("member_id", flat=True)
    left = [one for one in asked if one not in read and people.is_active(one)]
    return {
        "read": [(people.staff_identity(row.member_id), row.on) for row in known],
        "unread": [people.staff_identity(one) for one in left],
        "asked": len(known) + len(left),
    }


def was_asked(actor: Actor, entry: Entry) -> bool:
    """Was this person asked to read a version?"""
    return actor.kind == "member" and Reader.objects.filter(entry=entry, member_id=actor.id).exists()


def confirm(*, actor: Actor, register: Register, entry: Entry) -> bool:
    """Read and understood, once, by the person alone. False where that was said before.

    Raises NotFound, NotAllowed, ChangedMeanwhile.
    """
    check_visible(actor, register, entry)
    if not was_asked(actor, entry):
        raise NotFound
    return receipts.confirm(actor=actor, register=register, entry=entry, means="read", while_in=IN_FORCE)


def to_read(actor: Actor) -> QuerySet[Entry]:
    """Versions in force that this person was asked to read and has not confirmed."""
    rows = Entry.objects.filter(state=IN_FORCE, readers__member_id=actor.id)
    return receipts.unread_by(actor, rows)


def unread_in_all(ids: Collection[uuid.UUID]) -> int:
    """How many confirmations these versions still wait for. Two queries."""
    asked = set(Reader.objects.filter(entry__in=ids).values_list("entry_id", "member_id"))
    read = set(Receipt.objects.filter(entry__in=ids).values_list("entry_id", "member_id"))
    return sum(people.is_active(member) for _entry, member in asked - read)
