"""The hotlines and chats of the channel catalogue, and the system of calls or chats that each is connected with (IN-03, IG-04)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import organisation_key
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ids import new_id
from tingsu.phone import events, signing
from tingsu.phone.models import Line
from tingsu.process.steps import Options
from tingsu.registers.declaration import registers
from tingsu.registers.entry import locked_entry
from tingsu.registers.models import Entry

MOST = 100
ONLINE = {
    "app": "app",
    "official_account": "official_account",
    "mini_program": "mini_program",
    "website": "portal",
    "web_page": "portal",
}
"""Types of channels in which people chat with us (KP-03), and what their complaints name as the channel."""
CLOSED = "closed"


@dataclass(frozen=True)
class Hotline:
    """One hotline, or one chat, with what connects it, if anything does."""

    entry: Entry
    title: str
    line: Line | None

    @property
    def reached_by(self) -> str:
        """Its number, as the catalogue has it."""
        return (self.entry.written_or_none() or {}).get("reached_by", "")

    @property
    def by_telephone(self) -> bool:
        return is_hotline(self.entry)

    @property
    def works(self) -> bool:
        """Closed ones take nothing any more."""
        return self.entry.state != CLOSED


def is_hotline(entry: Entry) -> bool:
    """Is this channel reached by telephone?"""
    return entry.register == "channel" and (entry.codes.get("kind") == "hotline" or entry.codes.get("mode") == "phone")


def tells_calls(entry: Entry) -> bool:
    """May a system tell what was asked of people here, call by call or chat by chat?"""
    return is_hotline(entry) or (entry.register == "channel" and entry.codes.get("kind") in ONLINE)


def way_of(entry: Entry) -> str:
    """What complaints name as their channel that came by this one (`DOORS`)."""
    return "hotline" if is_hotline(entry) else ONLINE.get(str(entry.codes.get("kind")), "other")


def ways(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The same of some channels. One query."""
    return {row.pk: way_of(row) for row in Entry.objects.filter(pk__in=set(ids))}


def title_of(entry: Entry) -> str:
    """What the catalogue calls it."""
    return (entry.written_or_none() or {}).get("title") or entry.number


def entries() -> list[Entry]:
    """Every hotline and chat, closed ones too, hotlines first, then the oldest. One query."""
    rows = Entry.objects.filter(register="channel").select_related("stream").order_by("opened_at", "pk")
    return sorted((row for row in rows[:MOST] if tells_calls(row)), key=lambda row: not is_hotline(row))


def hotlines() -> list[Hotline]:
    """Every hotline and chat with its connection. Two queries."""
    lines = {line.channel_id: line for line in Line.objects.all()}
    return [Hotline(row, title_of(row), lines.get(row.pk)) for row in entries()]


def hotline(number: str) -> Hotline:
    """One by its number in the catalogue. Raises NotFound."""
    readable = number if number.isprintable() else ""
    entry = Entry.objects.filter(register="channel", number=readable).select_related("stream").first()
    if entry is None or not tells_calls(entry):
        raise NotFound
    return Hotline(entry, title_of(entry), Line.objects.filter(channel_id=entry.pk).first())


def options(thing: Any) -> Options:
    """Every hotline and chat by its id, for forms and filters."""
    return tuple((str(row.pk), title_of(row)) for row in entries())


def titles(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What some channels are called. One query."""
    return {row.pk: title_of(row) for row in Entry.objects.filter(pk__in=set(ids)).select_related("stream")}


@dataclass(frozen=True)
class Made:
    """A new secret, in the clear this once."""

    line: Line
    secret: str


def make_secret(actor: Actor, found: Hotline) -> Made:
    """A first secret for a hotline, or a new one: the one before stays good for a day. The history of the channel says so.

    The caller has checked that the actor may. Raises NotFound for a channel that is closed.
    """
    if not found.works:
        raise NotFound
    at = now()
    with transaction.atomic(durable=True):
        opened = locked_entry(registers()["channel"], actor, found.entry.pk, at)
        line = Line.objects.select_for_update().filter(channel_id=found.entry.pk).first()
        fresh = line is None
        line = line or Line(id=new_id(), channel_id=found.entry.pk)
        if not fresh:
            before = organisation_key(line.organisation_id).open(line.secret, f"phone:{line.pk}:secret")
            line.former, line.former_until = signing.seal(line, "former", before), at + signing.CHANGE_OVER
        secret = signing.new_secret()
        line.secret, line.made_at, line.why = signing.seal(line, "secret", secret), at, ""
        line.save(force_insert=fresh)
        opened.record(events.MADE)
        opened.finish()
    return Made(line, secret)


def take_away(actor: Actor, found: Hotline) -> None:
    """The hotline takes no events any more; its calls stay. Raises NotFound when there is nothing to take away."""
    with transaction.atomic(durable=True):
        opened = locked_entry(registers()["channel"], actor, found.entry.pk, now())
        if not Line.objects.filter(channel_id=found.entry.pk).delete()[0]:
            raise NotFound
        opened.record(events.TAKEN_AWAY)
        opened.finish()


def note_taken(line: Line, at: datetime, *, test: bool = False) -> None:
    """An event was taken: the page of the settings says when. At most once a minute, for many come."""
    last = line.tested_at if test else line.told_at
    if line.why or last is None or at - last >= timedelta(minutes=1) or test:
        changes = {"why": "", ("tested_at" if test else "told_at"): at}
        Line.objects.filter(pk=line.pk).update(**changes)


def note_refused(line: Line, at: datetime, why: str) -> None:
    """An event was refused: the page of the settings says why."""
    Line.objects.filter(pk=line.pk).update(refused_at=at, why=why)
