"""The demo's entries in registers: told in `texts/records.toml`, and those that rules open on its complaints."""

import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import F

from tingsu.demo import library
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.sql import spare_jobs
from tingsu.demo.staff import Staff
from tingsu.improvement import rules, tasks
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.letters.models import Notice
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry

SOURCES = {
    "promise.breached": rules.LATE,
    "complaint.execution_failed": rules.NOT_DONE,
    "complaint.record_corrected": rules.ERROR,
    "complaint.result_rejected": rules.NOT_SATISFIED,
    "complaint.rated": rules.NOT_SATISFIED,
    "complaint.called_back": rules.NOT_SATISFIED,
}


@cache
def told() -> dict[str, Any]:
    """Entries and ways of handling, as the data file tells them."""
    return library.read("records")


def fill(staff: Staff, *, until: datetime, told_as: str = "entry") -> None:
    """Every entry of the data file that is not there yet, walked through the real actions in its own past."""
    from tingsu.demo.builder import whole_life

    done = set(BuiltCase.objects.values_list("key", flat=True))
    for number, one in enumerate(told()[told_as]):
        key = f"record:{one['register']}:{number}"
        if key in done:
            continue
        with whole_life():
            entry = _tell(one, staff, until)
            BuiltCase(key=key, complaint_id=entry.pk).save(force_insert=True)


def _tell(one: dict[str, Any], staff: Staff, until: datetime) -> Entry:
    register, day = registers()[one["register"]], until - timedelta(days=one["ago"])
    at = at_desk(day, "centre")
    with travel_to(at):
        opening = Opening(values=values_of(one["values"], staff, day))
        entry = open_entry(actor=staff.actor(one["by"]), register=register, opening=opening)
    return walk(entry, register, one.get("steps", []), staff, day, until)


def walk(
    entry: Entry, register: Register, steps: list[dict[str, Any]], staff: Staff, day: datetime, until: datetime
) -> Entry:
    """Take the steps that have been due by now, each in its own past; what is older than a day was read."""
    for step in steps:
        at = at_desk(day + timedelta(days=step["after"]), "centre")
        if at >= until:
            break
        with travel_to(at):
            entry = Entry.objects.select_related("stream").get(pk=entry.pk)
            entry = take_step(
                actor=staff.actor(step["by"]),
                entry=entry,
                register=register,
                step=step["do"],
                values=values_of(step.get("values", {}), staff, day),
            )
    heard = Notice.objects.filter(stream_id=entry.pk, read_at=None, created_at__lt=until - timedelta(days=1))
    heard.update(read_at=F("created_at") + timedelta(hours=2))
    return entry


def open_found(complaint_id: uuid.UUID, staff: Staff, until: datetime) -> None:
    """Nonconformities that the rules open on a case, at their own instants, handled as far as time has gone.

    The worker is spared the jobs: they would open them in the present.
    """
    events = list(Event.objects.filter(stream_id=complaint_id, kind__in=SOURCES).order_by("seq"))
    found = [
        one
        for one in events
        if (one.body.get("low") or one.kind not in {"complaint.rated", "complaint.called_back"})
        and (rules.is_record_error(one) or SOURCES[one.kind] != rules.ERROR)
    ]
    for event in found:
        with travel_to(event.at):
            entry = rules.open_nonconformity(event.pk, SOURCES[event.kind])
        if entry is not None and entry.owner_id is not None:
            owner = staff.key_of(entry.owner_id)
            people = {"owner": owner, "second": "vp" if owner == "head" else "head"}
            ways = played(told()["way"][SOURCES[event.kind]] + told()["way"]["on"], people)
            walk(entry, registers()["nonconformity"], ways, staff, event.at, until)
    spare_jobs(tasks.open_nonconformity.name, "event_id", [str(event.pk) for event in events])


def played(raw: Any, people: dict[str, str]) -> Any:
    """The parts of a way given to people: `by = "owner"` is whoever answers for the entry."""
    if isinstance(raw, dict):
        return {name: played(value, people) for name, value in raw.items()}
    if isinstance(raw, list):
        return [played(value, people) for value in raw]
    return (
        people.get(raw, f"#{people[raw[1:]]}" if raw[1:] in people and raw[0] == "#" else raw)
        if isinstance(raw, str)
        else raw
    )


def values_of(raw: Any, staff: Staff, day: datetime) -> Any:
    """Values of the data file: "@3" is a day three days after the beginning, "#head" a person, "%after_sales" a unit."""
    if isinstance(raw, dict):
        return {name: values_of(value, staff, day) for name, value in raw.items()}
    if isinstance(raw, list):
        return [values_of(value, staff, day) for value in raw]
    if isinstance(raw, str) and raw[:1] == "@":
        on = local(day, current_organisation().time_zone) + timedelta(days=int(raw[1:]))
        return on.date().isoformat()
    if isinstance(raw, str) and raw[:1] == "!":
        return at_desk(day + timedelta(days=int(raw[1:])), "centre").isoformat()
    if isinstance(raw, str) and raw[:1] == "#":
        return str(staff.member_id(raw[1:]))
    if isinstance(raw, str) and raw[:1] == "%":
        return str(staff.unit_id(raw[1:]))
    return raw
