"""What waits for a person on cases: declared by the apps that know it, read together at constant cost (OG-08)."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints import terms
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.people.roles import Role
from tingsu.privacy.show import show_field
from tingsu.process.waiting import MOST, Due, Item, Part, WaitingList, declare_list, in_order, short

PLANNERS = (Role.SUPERVISOR, Role.MGMT_REP)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing to be done on a case. A duty without a running limit of its own shows the next deadline of its case."""

    kind: str
    complaint_id: uuid.UUID
    subject_id: uuid.UUID | None = None
    """What it is about (an execution item, say): its own time limit is shown, and `title` names it."""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DutyKind:
    """What a duty is called, and the time limit it runs under."""

    name: str
    label: str | LazyText
    timer: str = ""


Duties = Callable[[Actor], Iterable[Duty]]
_kinds: dict[str, DutyKind] = {}
_duties: list[Duties] = []


def declare_duties(duties: Duties, *kinds: DutyKind) -> None:
    """Say which duties an app finds for a person, at most a few queries; once, when the app loads."""
    for kind in kinds:
        if kind.name in _kinds:
            raise RuntimeError(f"duty {kind.name} has two owners")
        _kinds[kind.name] = kind
    _duties.append(duties)


def duty_label(name: str) -> str:
    """What a kind of duty is called. Raises KeyError."""
    return str(_kinds[name].label)


def duties_on_cases(actor: Actor, at: datetime, page: int = 1) -> Part:
    """Every duty on a case, nearest deadline first. The queries of the apps and two more, however many there are."""
    found = [duty for duties in _duties for duty in duties(actor)]
    cases = cases_of(actor, found)
    clocks = _clocks(found)
    lines = [_line(actor, one, cases[one.complaint_id], clocks) for one in found if one.complaint_id in cases]
    return Part(items=in_order(lines))


def cases_of(actor: Actor, rows: Iterable[Any]) -> dict[Any, Complaint]:
    """The complaints of some rows, as far as this person may see them. One query."""
    found = visible_to(actor, Complaint.objects.filter(pk__in={row.complaint_id for row in rows}))
    return {one.pk: one for one in found.select_related("stream")}


def due_of(complaint: Complaint) -> Due | None:
    """The next time limit of a case, taken from the row alone."""
    if complaint.next_due_at is None:
        return None
    return Due(started_at=complaint.next_due_started_at or complaint.received_at, due_at=complaint.next_due_at)


def clock_of(complaint: Complaint) -> dict[str, Any]:
    """The next deadline of the case, for what has none of its own."""
    return {
        "promise": due_of(complaint),
        "promise_name": timer_name(complaint.next_due_kind) if complaint.next_due_kind else "",
    }


def cause_of(complaint: Complaint) -> str | LazyText:
    """The first problem category, else the problem type."""
    for entry in complaint.categories:
        known = terms.CATEGORIES.get(entry.get("no", 0))
        if known:
            return known[0]  # type: ignore[return-value]
    return complaint.get_problem_type_display()


def shown_text(actor: Actor, complaint: Complaint, field: str) -> str:
    """One of a complaint's sealed texts for this reader, without open windows: empty when hidden or erased."""
    return show_field(actor, complaint, field, windows={}).value


def title_of(actor: Actor, complaint: Complaint) -> str:
    """A case on one line: its summary as this reader sees it, else its cause."""
    return short(shown_text(actor, complaint, "summary") or str(cause_of(complaint)))


def address_of(complaint: Complaint) -> str:
    return reverse("desk:case", args=[complaint.number])


def _clocks(found: Iterable[Duty]) -> dict[tuple[str, Any], Promise]:
    """The running time limits of these duties, by kind and by what they are about."""
    streams = {one.complaint_id for one in found if _kinds[one.kind].timer}
    timers = {kind.timer for kind in _kinds.values() if kind.timer}
    rows = Promise.objects.filter(stream_id__in=streams, kind__in=timers, ended_at__isnull=True)
    return {(row.kind, row.subject_id or row.stream_id): row for row in rows}


def _line(actor: Actor, one: Duty, complaint: Complaint, clocks: dict[tuple[str, Any], Promise]) -> Item:
    kind = _kinds[one.kind]
    running = clocks.get((kind.timer, one.subject_id or complaint.pk)) or clocks.get((kind.timer, complaint.pk))
    shown = clock_of(complaint)
    if running:
        due = Due(started_at=running.started_at, due_at=running.due_at)
        shown = {"promise": due, "promise_name": timer_name(kind.timer)}
    title = title_of(actor, complaint)
    return Item(
        title=one.title or title,
        number=complaint.number,
        note=one.note or (title if one.title else ""),
        url=address_of(complaint),
        badge=kind.label,
        **shown,
    )


def whole_cases(actor: Actor) -> Iterator[Duty]:
    """High-risk cases whose plan must be adopted; own ones that are closed and not archived yet. One query."""
    wanted = Q(state=terms.State.CLOSED, owner_id=actor.id)
    if actor.has_role(*PLANNERS):
        wanted |= Q(state=terms.State.PRE_PLAN)
    rows = Complaint.objects.filter(wanted).order_by("next_due_at", "id").values_list("pk", "state")
    for complaint_id, state in rows[:MOST]:
        yield Duty(kind="plan" if state == terms.State.PRE_PLAN else "archive", complaint_id=complaint_id)


declare_duties(
    whole_cases,
    DutyKind(name="plan", label=pgettext_lazy("duty", "Pre-handling plan")),
    DutyKind(name="archive", label=pgettext_lazy("duty", "To archive"), timer="archiving"),
)
declare_list(WaitingList(name="case_duties", title=_("To do on cases"), part=duties_on_cases, order=20))
