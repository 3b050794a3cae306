"""Whoever rang and reached nobody is called back: one task for each number, ended by itself when the caller gets through (IN-06)."""

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.people import queries as people
from tingsu.people.access import Can, may
from tingsu.phone import rules
from tingsu.phone.models import Call, Waiting
from tingsu.registers.actions import Opening, begin_entry, follow, link_opened
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink

NAME = "missed_call"
OUTCOMES = frozenset({"missed", "closed"})


def opened(task: OpenedEntry, values: dict[str, Any]) -> None:
    """Typed by somebody: it has no other source than that person's word. Whoever opened it answers for it."""
    task.put("times", 1)
    task.put("attempts", 0)
    task.put("closed", False)


def note(actor: Actor, call: Call, number: str) -> None:
    """A call was missed: a task for its number, or one missed call more on the task that runs. In the open transaction."""
    if call.number_index is None or call.entry_id is None:
        return
    if EntryLink.objects.filter(other_id=call.entry_id, kind="about", entry__register=NAME).exists():
        return  # this very call has its task already, also one that has ended
    _hold(call)
    row = Waiting(number_index=call.number_index, entry_id=new_id())
    Waiting.objects.bulk_create([row], ignore_conflicts=True)
    waiting = Waiting.objects.select_for_update().get(number_index=call.number_index)
    if waiting.entry_id == row.entry_id:
        _open(actor, call, number, waiting.entry_id)
    else:
        _again(actor, call, waiting.entry_id)


def _hold(call: Call) -> None:
    """Lock the task of this number before its mark: whoever reports that it was called back takes them in this order too."""
    known = Waiting.objects.filter(number_index=call.number_index).values_list("entry_id", flat=True).first()
    if known is not None:
        lock_chain(known)


def _open(actor: Actor, call: Call, number: str, entry_id: uuid.UUID) -> None:
    register = registers()[NAME]

    def fill(task: OpenedEntry, values: dict[str, Any]) -> None:
        task.write("caller", number)
        task.put("channel", str(call.channel_id))
        for name in ("missed_at", "again_at"):
            task.put(name, call.started_at)
        task.put("times", 1)
        task.put("attempts", 0)
        task.put("closed", call.outcome == Call.Outcome.CLOSED)
        with suppress(TingsuError):  # nobody works here yet: it waits without an owner
            task.give(people.duty_member_for_intake(entry_id).pk)
        if call.entry_id:
            link_opened(task, call.entry_id, "about")

    begin_entry(actor=actor, register=replace(register, form=(), on_open=fill), opening=Opening(values={}, id=entry_id))


def _again(actor: Actor, call: Call, entry_id: uuid.UUID) -> None:
    def count(task: OpenedEntry, values: dict[str, Any]) -> None:
        task.put("times", int(task.entry.codes.get("times") or 0) + 1)
        last = parse_datetime(str(task.entry.codes.get("again_at") or ""))
        task.put("again_at", max(last or call.started_at, call.started_at))
        if call.entry_id:
            link_opened(task, call.entry_id, "about")

    _take(actor, entry_id, "again", count)


def got_through(actor: Actor, call: Call, answered_at: datetime) -> None:
    """The caller of this answered call waits for nothing any more, if all that was missed lies before it."""
    if call.number_index is None:
        return
    _hold(call)
    waiting = Waiting.objects.select_for_update().filter(number_index=call.number_index).first()
    if waiting is None:
        return
    task = Entry.objects.get(pk=waiting.entry_id)
    last = parse_datetime(str(task.codes.get("again_at") or ""))
    if last is not None and last > answered_at:
        return

    def end(opened: OpenedEntry, values: dict[str, Any]) -> None:
        over(opened, values)
        if call.entry_id:
            link_opened(opened, call.entry_id, "related")

    _take(actor, waiting.entry_id, "got_through", end)


def _take(actor: Actor, entry_id: uuid.UUID, step: str, effect: Any) -> None:
    """A step of the system with what only the machine knows."""
    register = registers()[NAME]
    steps = tuple(replace(one, effect=effect) if one.name == step else one for one in register.steps)
    follow(actor=actor, entry_id=entry_id, register=replace(register, steps=steps), step=step)


def over(task: OpenedEntry, values: dict[str, Any]) -> None:
    """The number waits no longer; another missed call begins a task of its own."""
    Waiting.objects.filter(entry_id=task.entry.pk).delete()


def tried(task: OpenedEntry, values: dict[str, Any]) -> None:
    """One attempt more; after so many as the rules say, that nobody was reached is how it ended."""
    made = int(task.entry.codes.get("attempts") or 0) + 1
    task.put("attempts", made)
    if made >= rules.rules()["attempts"]:
        task.move_to("unreachable")
        task.end("call_back")
        over(task, values)


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What the page of a task offers: how often is still to be tried, and to register what the caller says."""
    link = (
        EntryLink.objects.filter(entry=entry, kind="about")
        .order_by("-made_at")
        .values_list("other_id", flat=True)
        .first()
    )
    number = Entry.objects.filter(pk=link, register="call").values_list("number", flat=True).first() if link else None
    left = rules.rules()["attempts"] - int(entry.codes.get("attempts") or 0)
    return {
        "attempts_left": max(left, 0) if entry.state == "open" else 0,
        "register_url": f"{reverse('desk:register')}?call={number}" if number and may(actor, Can.REGISTER) else "",
    }
