"""What returns at an interval (RL-6): each occurrence a promise of its own, with warning, breach and escalation.

The next occurrence begins when the present one is done (a step that the register names), or when its day passed without
that: then both run, the missed one and the next. Days are counted from the day that the entry speaks of, never from a
day that was moved, and one on which nobody works moves to the next working day. An occurrence is known by its day, so that
the job which begins it may run twice, or in two workers, and begins it once: it looks behind the lock of the history.
"""

import uuid
from datetime import date, timedelta

from django.db import transaction
from django.utils.dateparse import parse_date

from tingsu.calendars.arithmetic import is_working_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.company import company_of
from tingsu.clocks.places import region_of
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.process.steps import Step
from tingsu.registers import tasks
from tingsu.registers.declaration import Recurs, register_named
from tingsu.registers.entry import OpenedEntry, end_of, locked_entry
from tingsu.registers.intervals import first_after, following


def working_day(day: date, owner_id: uuid.UUID | None = None) -> date:
    """This day, or the next one on which people work: by the calendar of the owner's unit where it has one of its own (SL-02)."""
    calendar = calendar_in_force(region=region_of(owner_id, ""))
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day


def follow(opened: OpenedEntry, step: Step) -> None:
    """What a step means for what returns: the next occurrence is owed, or none for now."""
    recurs = opened.register.recurs
    if recurs is None:
        return
    if step.name in recurs.after:
        _plan(opened, recurs)
    elif recurs.timer in step.stops:
        opened.put(recurs.next_on, None)


def _plan(opened: OpenedEntry, recurs: Recurs) -> None:
    """The present occurrence is done: the next one is owed one interval after the day that the entry speaks of now."""
    opened.end(recurs.timer)
    interval, first = _series(opened, recurs)
    if interval and first:
        begin_occurrence(opened, recurs, following(first, interval))
    else:
        opened.put(recurs.next_on, None)


def plan_after_missed(register_name: str, entry_id: uuid.UUID, promise_id: uuid.UUID) -> bool:
    """An occurrence was missed and still runs: the next one begins beside it. False when there is nothing to begin."""
    register = register_named(register_name)
    if register is None or register.recurs is None:
        return False
    actor = automation("registers.recurrence", current_organisation_id())
    with transaction.atomic(durable=True):
        opened = locked_entry(register, actor, entry_id, now())
        missed = next((one for one in opened.promises if one.pk == promise_id), None)
        interval, first = _series(opened, register.recurs)
        if missed is None or not missed.is_open or not (interval and first):
            return False
        missed_on = local_date(missed.due_at, current_organisation().time_zone)
        if not begin_occurrence(opened, register.recurs, first_after(first, interval, missed_on)):
            return False
        opened.record(f"{register.name}.recurred", {"promise": promise_id})
        opened.finish()
    return True


def _series(opened: OpenedEntry, recurs: Recurs) -> tuple[str, date | None]:
    codes = opened.entry.codes
    return codes.get(recurs.interval, ""), parse_date(str(codes.get(recurs.counts_from, "")))


def begin_occurrence(opened: OpenedEntry, recurs: Recurs, day: date) -> bool:
    """One occurrence, unless it was begun before."""
    subject = uuid.uuid5(opened.entry.pk, f"{recurs.timer}:{day.isoformat()}")
    if any(one.subject_id == subject for one in opened.promises if one.is_open):
        return False
    due = working_day(day, opened.entry.owner_id)
    opened.put(recurs.next_on, due)
    opened.fact("next_on", due)
    opened.start(recurs.timer, due_at=end_of(due), subject_id=subject)
    return True


@reaction("promise.breached")
def begin_the_next(chain: Chain, event: Event, actor: Actor) -> None:
    """An occurrence of something that returns was missed: a job begins the next one, in a transaction of its own."""
    register = register_named(chain.stream.kind)
    if register and register.recurs and event.body["kind"] == register.recurs.timer:
        with company_of(chain) as company:
            company.queue(
                tasks.begin_next_occurrence,
                register=register.name,
                entry=str(chain.stream.pk),
                promise=str(event.body["promise"]),
            )
