"""What waits for a person on the cases of others, or beside the next step of the own ones.

Measures to carry out or to verify, mediations, callbacks, pre-handling plans, files to archive. Each line leads to its case.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.queries import FOLLOWERS, callbacks_due
from tingsu.casework.models import Mediation
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.desk.naming import measure_name
from tingsu.desk.personal import shown_text
from tingsu.desk.rows import Due, cause_of
from tingsu.desk.waiting import MOST, Item, cases_of, clock_of, short
from tingsu.kernel.actor import Actor
from tingsu.people.queries import alias_of
from tingsu.people.roles import Role
from tingsu.settlement.models import ExecutionItem

VERIFIERS = (Role.SPECIALIST, Role.SUPERVISOR, Role.QA)
PLANNERS = (Role.SUPERVISOR, Role.MGMT_REP)
NEVER = datetime.max.replace(tzinfo=UTC)
DUTIES: dict[str, tuple[str | LazyText, str]] = {
    "execute": (pgettext_lazy("duty", "To carry out"), "execution"),
    "verify": (pgettext_lazy("duty", "To verify"), "execution"),
    "mediate": (pgettext_lazy("duty", "Mediation"), ""),
    "call": (pgettext_lazy("duty", "Callback"), "callback"),
    "call_low": (pgettext_lazy("duty", "Callback after a low rating"), "callback"),
    "plan": (pgettext_lazy("duty", "Pre-handling plan"), ""),
    "archive": (pgettext_lazy("duty", "To archive"), "archiving"),
}
"""Name and time limit; without one of its own a duty shows the next deadline of its case."""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing to be done on a case; ``item`` is the measure it is about."""

    kind: str
    complaint_id: uuid.UUID
    item: ExecutionItem | None = None


def duties_of(actor: Actor) -> list[Item]:
    """Everything of that kind, nearest deadline first. Six queries, however much it is."""
    found = [*_measures(actor), *_mediations(actor), *_callbacks(actor), *_cases(actor)]
    cases = cases_of(actor, found)
    clocks = _clocks(found)
    lines = [_line(actor, one, cases[one.complaint_id], clocks) for one in found if one.complaint_id in cases]
    return sorted(lines, key=lambda line: line.promise.due_at if line.promise else NEVER)


def _measures(actor: Actor) -> Iterator[Duty]:
    """Open measures of this person; and done ones, for the owner to verify, or for others when the owner did them."""
    mine = Q(state=ExecutionItem.State.OPEN, executor_id=actor.id)
    if actor.has_role(*VERIFIERS):
        done = Q(state=ExecutionItem.State.DONE, complaint__state=State.EXECUTING)
        done &= ~Q(done_by=actor.id) & ~Q(executor_id=actor.id)
        owner = F("complaint__owner_id")
        whose = Q(complaint__owner_id=actor.id)
        if actor.has_role(Role.SUPERVISOR, Role.QA):
            whose |= Q(done_by=owner) | Q(executor_id=owner)
        mine |= done & whose
    for item in ExecutionItem.objects.filter(mine, current=True).order_by("due_on", "id")[:MOST]:
        kind = "execute" if item.state == ExecutionItem.State.OPEN else "verify"
        yield Duty(kind=kind, complaint_id=item.complaint_id, item=item)


def _mediations(actor: Actor) -> Iterator[Duty]:
    rows = Mediation.objects.filter(mediator_id=actor.id, state=Mediation.State.OPEN).order_by("appointed_at", "id")
    for complaint_id in rows.values_list("complaint_id", flat=True)[:MOST]:
        yield Duty(kind="mediate", complaint_id=complaint_id)


def _callbacks(actor: Actor) -> Iterator[Duty]:
    for complaint_id, low in callbacks_due(actor.id, follows=actor.has_role(*FOLLOWERS))[:MOST]:
        yield Duty(kind="call_low" if low else "call", complaint_id=complaint_id)


def _cases(actor: Actor) -> Iterator[Duty]:
    """Whole cases: high-risk ones whose plan must be adopted, own ones that are closed and not archived yet."""
    wanted = Q(state=State.CLOSED, owner_id=actor.id)
    if actor.has_role(*PLANNERS):
        wanted |= Q(state=State.PRE_PLAN)
    rows = Complaint.objects.filter(wanted).order_by("next_due_at", "id").values_list("pk", "state")
    for complaint_id, state in rows[:MOST]:
        yield Duty(kind="plan" if state == State.PRE_PLAN else "archive", complaint_id=complaint_id)


def _clocks(found: Iterable[Duty]) -> dict[tuple[str, Any], Promise]:
    """The running time limits of these duties, by kind and by what they are about."""
    streams = {one.complaint_id for one in found if DUTIES[one.kind][1]}
    kinds = {kind for _name, kind in DUTIES.values() if kind}
    rows = Promise.objects.filter(stream_id__in=streams, kind__in=kinds, ended_at__isnull=True)
    return {(row.kind, row.subject_id or row.stream_id): row for row in rows}


def _line(actor: Actor, one: Duty, complaint: Complaint, clocks: dict[tuple[str, Any], Promise]) -> Item:
    name, kind = DUTIES[one.kind]
    running = clocks.get((kind, one.item.pk if one.item else complaint.pk)) or clocks.get((kind, complaint.pk))
    shown = clock_of(complaint)
    if running:
        shown = {"promise": Due(started_at=running.started_at, due_at=running.due_at), "promise_name": timer_name(kind)}
    return Item(
        title=_title(actor, one, complaint),
        number=complaint.number,
        note=_note(actor, one, complaint),
        url=reverse("desk:case", args=[complaint.number]),
        badge=name,
        **shown,
    )


def _title(actor: Actor, one: Duty, complaint: Complaint) -> str:
    if one.item is None:
        return short(shown_text(actor, complaint, "summary") or str(cause_of(complaint)))
    return measure_name(one.item)


def _note(actor: Actor, one: Duty, complaint: Complaint) -> str:
    if one.item is None:
        return ""
    if one.kind == "verify":
        return _("done by %(who)s") % {"who": alias_of(one.item.done_by)}
    return short(shown_text(actor, complaint, "summary") or str(cause_of(complaint)))
