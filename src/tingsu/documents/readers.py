"""To whom a version in force is distributed, and who has read and understood it (DI-03, DI-04)."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.documents.models import Reader
from tingsu.documents.notices import TO_READ
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.registers import entry as entries
from tingsu.registers.actions import check_visible
from tingsu.registers.declaration import EVERYONE, Register
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

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
    """Who works here, is to read it and has not confirmed yet."""
    rows = Reader.objects.filter(entry=entry, read_at=None).values_list("member_id", flat=True)
    return [one for one in rows if people.is_active(one)]


def standing_of(entry: Entry) -> dict[str, Any]:
    """How far a version is read: who has, when, and who has not. One query."""
    rows = list(Reader.objects.filter(entry=entry).order_by("read_at", "member_id"))
    still = [row for row in rows if row.read_at is not None or people.is_active(row.member_id)]
    return {
        "read": [(people.staff_identity(row.member_id), row.read_at) for row in still if row.read_at],
        "unread": [people.staff_identity(row.member_id) for row in still if not row.read_at],
        "asked": len(still),
    }


def mine(actor: Actor, entry: Entry) -> Reader | None:
    """What this person was asked of a version."""
    return Reader.objects.filter(entry=entry, member_id=actor.id).first() if actor.kind == "member" else None


def confirm(*, actor: Actor, register: Register, entry: Entry) -> None:
    """ "Read and understood", once, by the person alone. Raises NotFound, NotAllowed."""
    with transaction.atomic(durable=True):
        opened = entries.locked_entry(register, actor, entry.pk, now())
        check_visible(actor, register, opened.entry)
        row = Reader.objects.filter(entry=opened.entry, member_id=actor.id).first()
        if row is None:
            raise NotFound
        if opened.entry.state != IN_FORCE:
            raise NotAllowed(_("This version is not in force any more: read the one that is."))
        if row.read_at is not None:
            return
        row.read_at = opened.at
        row.save(update_fields=["read_at"])
        opened.record(f"{register.name}.read")
        opened.finish()


def waiting(member_id: uuid.UUID) -> QuerySet[Entry]:
    """Versions in force that somebody still has to read, the oldest request first."""
    rows = Entry.objects.filter(state=IN_FORCE, readers__member_id=member_id, readers__read_at=None)
    return rows.select_related("stream").order_by("readers__asked_at", "pk")


def known(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """(read, asked) by version. One query."""
    found: dict[uuid.UUID, tuple[int, int]] = {}
    for entry_id, member_id, read_at in Reader.objects.filter(entry__in=ids).values_list(
        "entry_id", "member_id", "read_at"
    ):
        if read_at or people.is_active(member_id):
            read, asked = found.get(entry_id, (0, 0))
            found[entry_id] = (read + bool(read_at), asked + 1)
    return found
