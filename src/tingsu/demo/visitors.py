"""What visitors do besides complaining: calls by appointment, forms begun and left, letters read with the fingers."""

import math
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.demo import records
from tingsu.demo.models import BuiltCase
from tingsu.demo.plan import Plan
from tingsu.demo.sql import spare_jobs
from tingsu.demo.staff import Staff
from tingsu.governance import formats
from tingsu.governance.tasks import make_format
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.portal import callback, runs
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

FORMS = "record:forms"
CAUSES = {
    "logistics": "delivery", "payments": "charges", "after_sales": "refund", "quality": "refund", "online": "account",
    "infosec": "account", "merchants": "merchant", "legal": "infringement",
}  # fmt: skip
"""Department that answers → the cause that somebody chooses on the first page."""
EASIER = timedelta(days=24)
"""So long ago the form became easier, as the register of channel improvements tells."""


def tell_calls(staff: Staff, *, until: datetime) -> None:
    """Calls by appointment (IN-14): asked for on the page, agreed anew where the story says so, made in the hour agreed."""
    from tingsu.demo.builder import whole_life

    done = set(BuiltCase.objects.values_list("key", flat=True))
    for number, one in enumerate(records.told()["call"]):
        key = f"record:call:{number}"
        if key not in done:
            with whole_life():
                entry = _call(one, staff, until, number)
                BuiltCase(key=key, complaint_id=entry.pk).save(force_insert=True)


def _call(one: dict[str, Any], staff: Staff, until: datetime, number: int) -> Entry:
    organisation = current_organisation_id()
    asked = until - timedelta(days=one["ago"])
    with travel_to(asked):
        slot = callback.slots()[one["slot"]]
        values, _errors = callback.read(
            {name: one[name] for name in ("group", "name", "phone", "words")} | {"slot": slot.code}
        )
        entry = callback.book(automation("portal", organisation), uuid.uuid5(organisation, f"call:{number}"), values)
    steps: list[tuple[datetime, str, dict[str, Any]]] = []
    if "agreed" in one:
        tried = slot.start + timedelta(minutes=4)
        with travel_to(tried):
            slot = callback.slots()[one["agreed"]]
        again = {"new_from": slot.start.isoformat(), "new_until": slot.end.isoformat(), "reason": one["reason"]}
        steps.append((tried, "agree_call", again))
    if "answer" in one:
        steps.append((slot.start + timedelta(minutes=11), "answer", {"answer": one["answer"]}))
    for at, step, given in steps:
        entry = Entry.objects.select_related("stream").get(pk=entry.pk)
        if at < until and entry.owner_id is not None:
            with travel_to(at):
                by = staff.actor(staff.key_of(entry.owner_id))
                entry = take_step(actor=by, entry=entry, register=registers()["contact"], step=step, values=given)
    return entry


def tell_forms(plans: Iterable[Plan], *, until: datetime) -> None:
    """How visitors came along with the public form (IN-10): those who sent it, and those who began and left it."""
    from tingsu.demo.builder import whole_life

    if BuiltCase.objects.filter(key=FORMS).exists():
        return
    organisation = current_organisation_id()
    with whole_life():
        for plan in plans:
            if plan.mode == "internet" and plan.received_at < until:
                _form(plan, organisation, until)
        BuiltCase(key=FORMS, complaint_id=uuid.uuid5(organisation, FORMS)).save(force_insert=True)


def _form(plan: Plan, organisation: uuid.UUID, until: datetime) -> None:
    rng, cause = plan.rng("form"), CAUSES.get(plan.family.dept, "other")
    elder = plan.person.group == "elderly"
    easier = until - plan.received_at < EASIER
    took = timedelta(minutes=rng.lognormvariate(math.log(4.4 if easier else 5.6), 0.4))
    draft = uuid.uuid5(organisation, f"form:{plan.key}")
    filled = "order" if easier and plan.about_product and rng.random() < 0.4 else ""
    moments = [(0.0, "story"), (0.62, "contact"), (0.85, "check")]
    for share, step in moments:
        with travel_to(plan.received_at - took * (1 - share)):
            if step == "story":
                runs.begin(draft, cause=cause, elder=elder, filled=filled)
            else:
                runs.reach(draft, step, cause)
    with travel_to(plan.received_at):
        runs.send(draft)
    if rng.random() < (0.2 if easier else 0.46):
        left = uuid.uuid5(organisation, f"left:{plan.key}")
        begun = plan.received_at - timedelta(hours=rng.uniform(2, 30))
        reached = rng.choices(("story", "contact", "check"), (4, 4, 2) if easier else (6, 3, 1))[0]
        with travel_to(begun):
            runs.begin(left, cause=cause, elder=elder)
        with travel_to(begun + timedelta(minutes=rng.uniform(1, 6))):
            if reached != "story":
                runs.reach(left, reached, cause)
            if rng.random() < 0.2:
                runs.leave(left)


def make_formats(complaint_id: uuid.UUID, staff: Staff, until: datetime) -> None:
    """Letters to somebody who reads braille (IN-18), made and posted the day after, as far as time has gone.

    The worker is spared the jobs: they would open the entries in the present.
    """
    if Complaint.objects.get(pk=complaint_id).format not in formats.MADE:
        return
    left = list(Event.objects.filter(stream_id=complaint_id, kind="letter.sent").order_by("seq"))
    for event in left:
        with travel_to(event.at):
            entry = formats.open_for(event.pk)
        if entry is not None and entry.owner_id is not None:
            posted = {
                "do": "post", "after": 1, "by": staff.key_of(entry.owner_id),
                "values": {"posted_on": "@1", "by": "市盲人协会合作印制点，两份"},
            }  # fmt: skip
            records.walk(entry, registers()[formats.NAME], [posted], staff, event.at, until)
    spare_jobs(make_format.name, "event_id", [str(event.pk) for event in left])
