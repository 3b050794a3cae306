"""What waits for a person beside cases: department tasks, opinions asked, solutions to approve."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.clocks.timers import timer_name
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.desk.rows import Due, due_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.money import yuan
from tingsu.pages.faces import date_words
from tingsu.people.queries import alias_of, unit_name
from tingsu.privacy.show import show_text
from tingsu.settlement.models import Approval
from tingsu.triage.models import OnCallAlert

MOST = 100
LAST_PAGE = 1000
KEPT = timedelta(days=14)
"""Answered tasks stay on the asker's list for two weeks."""
TITLE = 60


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a list of things that wait."""

    title: str
    number: str
    note: str
    url: str
    promise: Due | None = None
    promise_name: str | Promise = ""
    badge: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """As much of a list as fits a page."""

    items: list[Item]
    page: int = 1
    more: bool = False
    """There is a next page."""

    @property
    def count(self) -> str:
        """How many there are, as far as this page knows."""
        known = (self.page - 1) * MOST + len(self.items)
        return f"{known}+" if self.more else str(known)

    def top(self, most: int) -> "Part":
        """Its first items, for a short list that leads to the whole."""
        return replace(self, items=self.items[:most], more=self.more or len(self.items) > most)


def tasks_for(actor: Actor, at: datetime, page: int = 1) -> Part:
    """Tasks and requests for an opinion that wait for the person's units, nearest deadline first. Four queries at most."""
    if not actor.unit_ids:
        return Part(items=[])
    tasks = DepartmentTask.objects.filter(unit_id__in=actor.unit_ids, state__in=["open", "accepted"]).order_by(
        "due_at", "id"
    )
    opinions = FunctionOpinion.objects.filter(unit_id__in=actor.unit_ids, state="open").order_by("asked_at", "id")
    return _tasks_part(actor, at, page, tasks, opinions)


def tasks_asked(actor: Actor, at: datetime, page: int = 1) -> Part:
    """Tasks that this person asked for: open ones, and those answered in the last two weeks."""
    rows = DepartmentTask.objects.filter(asked_by=actor.id).filter(
        Q(state__in=["open", "accepted"]) | Q(answered_at__gt=at - KEPT)
    )
    return _tasks_part(actor, at, page, rows.order_by("due_at", "id"))


def _tasks_part(actor: Actor, at: datetime, page: int, *lists: QuerySet[Any]) -> Part:
    parts = [_slice(rows, page) for rows in lists]
    found = [row for rows, _more in parts for row in rows]
    cases = cases_of(actor, found)
    return Part(
        items=[_item(actor, row, cases[row.complaint_id], at) for row in found if row.complaint_id in cases],
        page=page,
        more=any(more for _rows, more in parts),
    )


def _slice(rows: QuerySet[Any], page: int) -> tuple[list[Any], bool]:
    """The rows of one page, and whether there are more. One query."""
    found = list(rows[(page - 1) * MOST : page * MOST + 1])
    return found[:MOST], len(found) > MOST


def cases_of(actor: Actor, rows: Iterable[Any]) -> dict[Any, Complaint]:
    """The complaints of some rows, as far as this person may see them. One query."""
    found = visible_to(actor, Complaint.objects.filter(pk__in={row.complaint_id for row in rows}))
    return {one.pk: one for one in found.select_related("stream")}


def _item(actor: Actor, row: Any, complaint: Complaint, at: datetime) -> Item:
    row.complaint = complaint
    url = reverse("desk:case", args=[complaint.number])
    if isinstance(row, FunctionOpinion):
        words = show_text(actor, "history", "text", row.shown("question"))
        note = _("asked %(when)s") % {"when": date_words(row.asked_at, at=at)}
        return Item(
            title=short(words),
            number=complaint.number,
            note=note,
            url=url,
            badge=gettext_lazy("Opinion"),
            **clock_of(complaint),
        )
    words = show_text(actor, "history", "text", row.shown("request"))
    running = row.state in {"open", "accepted"}
    return Item(
        title=short(words),
        number=complaint.number,
        note=f"{unit_name(row.unit_id)} · {row.get_kind_display()}",
        url=url,
        promise=Due(started_at=row.asked_at, due_at=row.due_at) if running else None,
        promise_name=timer_name("department_answer"),
        badge=row.get_state_display(),
    )


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alert that this person is called for and has not confirmed."""

    number: str
    url: str
    confirm: str
    why: str
    confirm_by: datetime | None


def alarms_for(actor: Actor) -> list[Alarm]:
    """On-call alerts that wait for this person's confirmation, oldest first. One query."""
    rows = OnCallAlert.objects.filter(confirmed_at=None, ended_at=None).select_related("complaint")
    found = [
        row for row in rows.order_by("called_at", "pk")[:MOST] if str(actor.id) in row.told and row.complaint.is_open
    ]
    return [
        Alarm(
            number=row.complaint.number,
            url=reverse("desk:case", args=[row.complaint.number]),
            confirm=reverse("desk:step", args=[row.complaint.number, "confirm_alert"]),
            why=row.get_why_display(),
            confirm_by=row.confirm_by if str(actor.id) in row.turns[row.turn] else None,
        )
        for row in found
    ]


def approvals_for(actor: Actor, page: int = 1) -> Part:
    """Solutions that this person may approve: the role fits, and somebody else wrote them."""
    if not actor.roles:
        return Part(items=[])
    # Asked of the database: among many that wait for others, those that wait for this person would be cut off.
    fitting = reduce(or_, (Q(roles__contains=[role]) for role in actor.roles))
    rows = Approval.objects.filter(fitting, decision="").exclude(asked_by=actor.id).select_related("solution")
    found, more = _slice(rows.order_by("asked_at", "id"), page)
    cases = cases_of(actor, found)
    items = [
        Item(
            title=_("Solution %(version)s, %(amount)s")
            % {"version": row.solution.version, "amount": yuan(row.solution.total_fen)},
            number=cases[row.complaint_id].number,
            note=_("asked by %(who)s") % {"who": alias_of(row.asked_by)},
            url=reverse("desk:case", args=[cases[row.complaint_id].number]),
            badge=row.get_decision_display(),
            **clock_of(cases[row.complaint_id]),
        )
        for row in found
        if row.complaint_id in cases
    ]
    return Part(items=items, page=page, more=more)


def clock_of(complaint: Complaint) -> dict[str, Any]:
    """The next deadline of the case, for what has none of its own."""
    return {
        "promise": due_of(complaint),
        "promise_name": timer_name(complaint.next_due_kind) if complaint.next_due_kind else "",
    }


def short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= TITLE else f"{line[:TITLE]}…"
