"""Calls as other rooms find them: by number or by the telephone system's own name, those of a case, and what a caller is known by (RG-19, RG-24)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from tingsu.complaints.actions import follow, step_named, time_zone
from tingsu.complaints.case import open_case
from tingsu.complaints.linked import newest_links
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.phone import course
from tingsu.phone.models import Call
from tingsu.privacy.fields import may_reveal
from tingsu.privacy.log import log_access
from tingsu.privacy.masking import NOBODY
from tingsu.privacy.show import show_text
from tingsu.registers import numbers
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.reading import MOST

NAME = "call"
PURPOSE = "contact"


def call_named(actor: Actor, name: str) -> Entry | None:
    """A call by its number in any spelling, or by what the telephone system calls it, if the actor may see it."""
    words = name.strip()
    if not words or not words.isprintable() or len(words) > 120:
        return None
    rows = registers()[NAME].visible(actor, Entry.objects.select_related("stream"))
    number = numbers.reader("TH")(words)
    if number and (found := rows.filter(number=number).first()):
        return found  # type: ignore[no-any-return]
    ids = list(Call.objects.filter(ref=words).order_by("-started_at").values_list("entry_id", flat=True)[:2])
    return rows.filter(pk=ids[0]).first() if len(ids) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Told:
    """One call as a reader sees it: the number masked, staff by the telephone system's own code, the recording by its name."""

    number: str
    url: str
    caller: str
    withheld: bool
    outcome: str
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    agent: str
    recording: str
    recording_url: str
    """Its address, for whoever may open the number too: the names of recordings often tell it."""


def told(actor: Actor, entry: Entry, *, door: str = "page") -> Told:
    """A call as it is shown beside a case. Load the entry with its stream. No query."""
    texts, codes = entry.written_or_none() or {}, entry.codes
    outcomes = dict(registers()[NAME].by_name["outcome"].options)  # type: ignore[arg-type]
    until = codes.get("recording_until")
    kept = texts.get("recording", "") if not until or str(until) >= course.today().isoformat() else ""
    return Told(
        number=entry.number, url=reverse("registers:entry", args=[NAME, entry.number]),
        caller=show_text(actor, "contact", "phone", texts.get("caller", ""), door, known=NOBODY), withheld=bool(codes.get("withheld")),
        outcome=str(outcomes.get(codes.get("outcome"), "")), agent=texts.get("agent", ""),
        recording=show_text(actor, "history", "note", kept, door, known=NOBODY),
        recording_url=course.recording_link(actor, entry) if door == "page" else "",
        **{name: parse_datetime(str(codes.get(name) or "")) for name in ("started_at", "answered_at", "ended_at")},
    )  # fmt: skip


def calls_of(actor: Actor, complaint: Complaint, *, door: str = "page") -> list[Told]:
    """The calls that are linked with a case, in their order. Whoever sees the case sees them, masked. One query where the links of
    the case were not asked for yet, and one where it has more than are asked for together.
    """
    links = newest_links(complaint)
    if len(links) == MOST:
        all_calls = EntryLink.objects.filter(other_id=complaint.pk, entry__register=NAME)
        links = list(all_calls.select_related("entry__stream").order_by("-made_at", "id")[:MOST])
    found = [told(actor, link.entry, door=door) for link in links if link.entry.register == NAME]
    return sorted(found, key=lambda one: one.started_at or complaint.received_at)


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """A call that is being registered, for the form: what it begins with, and what is shown of it."""

    entry: Entry
    number: str
    caller: str
    """In the clear: whoever talks with the caller writes it into the record. The access log says so."""
    started_at: datetime | None
    told: Told


def ringing(actor: Actor, name: str) -> Ringing | None:
    """The call of a registration form, if there is one that the actor may see; the look at its number is logged (PS-06)."""
    entry = call_named(actor, name)
    if entry is None:
        return None
    caller = (entry.written_or_none() or {}).get("caller", "") if may_reveal(actor, "contact", "phone") else ""
    if caller:
        log_access(actor, "revealed", entry.pk, "contact.phone", PURPOSE)
    shown = told(actor, entry)
    return Ringing(entry=entry, number=entry.number, caller=caller, started_at=shown.started_at, told=shown)


def linking(actor: Actor, call: str) -> Callable[[uuid.UUID, datetime], None]:
    """What links a call with the complaint that is registered, in the transaction of the registration (RG-19)."""

    def link(complaint_id: uuid.UUID, at: datetime) -> None:
        case = open_case(actor, complaint_id, at)
        follow(case, step_named("link_call"), {"call": call}, time_zone())
        case.finish()

    return link
