"""Calls by appointment, for elderly people, minors and whoever would rather talk (IN-14): free hours, and the request."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import Calendar, blocks_of, days_from, instant, is_working_day, local_date
from tingsu.calendars.queries import calendar_in_force
from tingsu.complaints.fields.people import GROUPS
from tingsu.intake import special_groups
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, too_long
from tingsu.kernel.spelling import tidy
from tingsu.kernel.sql import take_turns
from tingsu.kernel.telephones import read_telephones
from tingsu.pages.words import day_words
from tingsu.process.values import plain
from tingsu.registers.actions import Opening, begin_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

DAYS = 5
"""Working days on which one may choose."""
LENGTH = 60
"""Minutes within which we call."""
AHEAD = timedelta(hours=1)
"""So long before its end of waiting an hour can still be chosen: somebody must see it first."""
TIMES = ("call_from", "call_until")
TOLD = (*TIMES, "words", "caller_name", "caller_phone", "group")
"""What of an appointment somebody chose or typed."""
LIMITS = {"name": 60, "phone": 30, "words": 1000}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One hour in which we call."""

    on: date
    start: datetime
    end: datetime

    @property
    def code(self) -> str:
        """Its name in the form."""
        return self.start.isoformat()


def slots(calendar: Calendar | None = None) -> list[Slot]:
    """The hours that may be chosen now: full hours of working time on the next working days in which somebody is free to call."""
    calendar, at = calendar or calendar_in_force(), now()
    taken, room = Counter(special_groups.booked()), special_groups.capacity()
    first = local_date(at, calendar)
    found: dict[date, list[Slot]] = {}
    for on in takewhile(lambda day: day <= first + timedelta(days=31) and len(found) < DAYS, days_from(first)):
        if is_working_day(on, calendar) and (
            mine := [one for one in _hours(on, calendar) if one.start >= at + AHEAD and taken[one.end] < room]
        ):
            found[on] = mine
    return [one for mine in found.values() for one in mine]


def _hours(on: date, calendar: Calendar) -> Iterator[Slot]:
    for block in blocks_of(on, calendar):
        for minute in range(block.start, block.end - LENGTH + 1, LENGTH):
            yield Slot(on=on, start=instant(on, minute, calendar), end=instant(on, minute + LENGTH, calendar))


def words_of(slot: Slot, calendar: Calendar) -> str:
    """Such as 12 月 1 日 周二 09:00–10:00."""
    start, end = slot.start.astimezone(calendar.zone), slot.end.astimezone(calendar.zone)
    return f"{day_words(slot.on)} {start:%H:%M}–{end:%H:%M}"


def options() -> list[tuple[str, str]]:
    """The hours as choices of a form."""
    calendar = calendar_in_force()
    return [(one.code, words_of(one, calendar)) for one in slots(calendar)]


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The request as the register takes it, and what is wrong with it in words by field."""
    errors: dict[str, str] = {}
    values = {name: plain(name, tidy(typed.get(name, ""), lines=name == "words")) for name in LIMITS}
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            errors[name] = str(too_long(values[name], limit))
    try:
        read_telephones(values["phone"])
    except InvalidValue as error:
        errors.setdefault("phone", str(error) if values["phone"] else _("Enter the number we should call."))
    group = typed.get("group", "")
    if group not in {code for code, _words in GROUPS} | {"none"}:
        errors["group"] = _("Choose whom the call is for.")
    slot = next((one for one in slots() if one.code == typed.get("slot", "")), None)
    if slot is None:
        errors["slot"] = (
            _("Choose a time at which we call you.")
            if not typed.get("slot")
            else _("This time has passed or is no longer available. Choose another one.")
        )
    if errors or slot is None:
        return {}, errors
    return {
        "kind": "callback",
        "mode": "internet",
        "received_at": now().isoformat(),
        "words": values["words"] or _("Asked on the complaint page to be called."),
        "caller_name": values["name"],
        "caller_phone": values["phone"],
        "group": "" if group == "none" else group,
        "call_from": slot.start.isoformat(),
        "call_until": slot.end.isoformat(),
    }, {}


def told_otherwise(booking: uuid.UUID, values: dict[str, Any]) -> str:
    """The number under which this form was done before with another hour, telephone or words: what it says now was not done."""
    entry = Entry.objects.filter(pk=booking, register="contact").first()
    if entry is None:
        return ""
    known = {**entry.codes, **entry.written()}
    differs = any(str(known.get(name) or "") != values[name] for name in TOLD if name not in TIMES)
    moved = any(datetime.fromisoformat(str(known[name])) != datetime.fromisoformat(values[name]) for name in TIMES)
    return entry.number if differs or moved else ""


def book(actor: Actor, booking: uuid.UUID, values: dict[str, Any]) -> Entry:
    """Enter the request in the register of contacts, once for each form however often it is sent.

    Requests for one hour wait for each other in the database, so that an hour never holds more calls than people make. Raises
    InvalidInput for an hour that somebody else has just taken.
    """
    until = datetime.fromisoformat(values["call_until"])
    with transaction.atomic(durable=True):
        take_turns(f"callback:{actor.organisation_id}:{until.isoformat()}")
        if (known := Entry.objects.filter(pk=booking, register="contact").first()) is not None:
            return known
        if special_groups.booked().count(until) >= special_groups.capacity():
            sentence = _("This time has just been taken. Choose another one.")
            raise InvalidInput({"slot": InvalidValue(sentence, code="slot_taken")})
        opening = Opening(id=booking, values=values, allowed=True)
        return begin_entry(actor=actor, register=registers()["contact"], opening=opening).entry
