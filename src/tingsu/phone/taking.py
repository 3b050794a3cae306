"""One call event is taken: once, in whatever order, and the record, the figures and the tasks follow from all events of the call (IG-04)."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.phone import course as records
from tingsu.phone import folding, missed, rules
from tingsu.phone.course import News
from tingsu.phone.folding import Course, Said
from tingsu.phone.models import Call, CallEvent
from tingsu.phone.reading import Told
from tingsu.registers.actions import Opening, begin_entry, follow
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

TAKEN, KNOWN = "taken", "known"
NAME = "call"
CHUNK = 200
MOST_EVENTS = 500


def take_all(channel_id: uuid.UUID, events: list[Told]) -> list[str]:
    """Events of one call in one transaction: the record is written once for all of them. A verdict for each, in their order."""
    actor = automation("phone.taking", current_organisation_id())
    at = now()
    with transaction.atomic(durable=True):
        call = _locked(channel_id, events[0])
        fresh = [
            CallEvent(
                call=call,
                channel_id=channel_id,
                ref=one.said.ref,
                kind=one.said.kind,
                at=one.said.at,
                told=_facts(one.said),
            )
            for one in events
        ]
        known = set(
            CallEvent.objects.filter(channel_id=channel_id, ref__in=[one.ref for one in fresh]).values_list(
                "ref", flat=True
            )
        )
        verdicts, new = [], []
        for one, row in zip(events, fresh, strict=True):
            verdicts.append(KNOWN if row.ref in known else TAKEN)
            if row.ref not in known:
                known.add(row.ref)
                new.append((one, row))
        if new:
            if len(new) + CallEvent.objects.filter(call=call).count() > MOST_EVENTS:
                raise InvalidInput(
                    {
                        "call": InvalidValue(
                            _("More than %(most)s events of one call are not taken."), code="choice", most=MOST_EVENTS
                        )
                    }
                )
            CallEvent.objects.bulk_create([row for _one, row in new])
            _bring_up(actor, call, [one for one, _row in new], at)
    return verdicts


def settle_forgotten(at: datetime) -> int:
    """Calls of which nothing was heard for hours are over, whether or not their end was told; how many."""
    actor = automation("phone.taking", current_organisation_id())
    ids = list(
        Call.objects.filter(outcome=Call.Outcome.GOING, started_at__lt=at - folding.FORGOTTEN)
        .order_by("started_at").values_list("pk", flat=True)[:CHUNK]
    )  # fmt: skip
    settled = 0
    for pk in ids:
        with transaction.atomic(durable=True):
            call = Call.objects.select_for_update().get(pk=pk)
            if call.outcome == Call.Outcome.GOING:
                _bring_up(actor, call, [], at)
                settled += call.outcome != Call.Outcome.GOING
    return settled


def _facts(said: Said) -> dict[str, str]:
    told = {"direction": said.direction, "agent": said.agent, "by": said.by, "where": said.where, "tag": said.tag}
    return {name: value for name, value in told.items() if value}


def _locked(channel_id: uuid.UUID, told: Told) -> Call:
    """The call of an event, made with the first one. Whoever has another event of the same call waits."""
    made = Call(channel_id=channel_id, ref=told.call, started_at=told.said.at)
    Call.objects.bulk_create([made], ignore_conflicts=True)
    return Call.objects.select_for_update().get(channel_id=channel_id, ref=told.call)


def _bring_up(actor: Actor, call: Call, events: list[Told], at: datetime) -> None:
    """Record, figures and tasks as all events of the call tell it."""
    rows = CallEvent.objects.filter(call=call)
    said = [Said(ref=row.ref, kind=row.kind, at=row.at, **row.told) for row in rows]
    course = folding.fold(said, at=at)
    news = _news(call, events, said)
    if news.caller is not None:
        call.number_index = (
            fingerprint(call.organisation_id, "phone", news.caller.number) if news.caller.callable else None
        )
    call.started_at, call.outcome, call.waited = course.started_at, course.outcome, course.waited
    call.answered_at, call.doubtful = course.answered_at, course.doubtful
    if news.recording:
        call.recording_until = news.recording_until
    number = _write(actor, call, course, news)
    call.save(force_update=True)
    if call.outcome in missed.OUTCOMES:
        missed.note(actor, call, number)
    elif call.outcome == Call.Outcome.ANSWERED and call.answered_at is not None:
        missed.got_through(actor, call, call.answered_at)


def _news(call: Call, events: list[Told], said: list[Said]) -> News:
    """The number of the earliest event that tells one, the recording and the tag of the latest, whatever the order in which they
    came. `said` are all events of the call, also those of before.
    """
    caller, recording, until = None, "", None
    for one in sorted(events, key=lambda event: event.said.at, reverse=True):
        if one.caller is None or (one.caller.withheld and call.numbered_at):
            continue
        if call.numbered_at is None or one.said.at < call.numbered_at:
            caller = one.caller
            call.numbered_at = call.numbered_at if one.caller.withheld else one.said.at
    for one in sorted(events, key=lambda event: event.said.at):
        if one.recording and (call.recorded_at is None or one.said.at >= call.recorded_at):
            recording, call.recorded_at = one.recording, one.said.at
            until = one.recording_until or records.today(one.said.at) + timedelta(days=rules.rules()["recording_days"])
    tags = [one.tag for one in sorted(said, key=lambda one: (one.at, one.ref)) if one.tag]
    return News(caller=caller, recording=recording, recording_until=until, tag=tags[-1] if tags else "")


def _write(actor: Actor, call: Call, course: Course, news: News) -> str:
    """Open the record with the first event, or bring it up to date; the caller's number as it stands there now."""
    register = registers()[NAME]
    number = ""

    def fill(opened: OpenedEntry, values: dict[str, Any]) -> None:
        nonlocal number
        opened.put("channel", str(call.channel_id))
        records.write(opened, course, news)
        number = opened.texts_now().get("caller", "")

    if call.entry_id is None:
        made = begin_entry(
            actor=actor, register=replace(register, form=("direction*",), on_open=fill, opening={}),
            opening=Opening(values={"direction": course.direction}),
        )  # fmt: skip
        call.entry_id = made.entry.pk
        return number
    entry = Entry.objects.select_related("stream").get(pk=call.entry_id)
    if entry.stream.wrapped_key:  # once erased, nothing is written about it any more
        steps = tuple(replace(one, effect=fill) if one.name == "report" else one for one in register.steps)
        follow(actor=actor, entry_id=entry.pk, register=replace(register, steps=steps), step="report")
    else:
        call.number_index = None
    return number
