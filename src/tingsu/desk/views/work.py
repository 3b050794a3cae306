"""My work: what is offered to me, what is due first, tasks and approvals that wait for me."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tingsu.casework.waiting import tasks_answered, tasks_asked
from tingsu.complaints.models import Complaint
from tingsu.desk import queue
from tingsu.desk.access import may, staff
from tingsu.desk.notices import recent_notices
from tingsu.desk.rows import CaseLine, rows_of
from tingsu.desk.shell import waiting_counts
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.shapes import shaped
from tingsu.kernel.together import Reader, settled
from tingsu.kernel.typed import page_number
from tingsu.people.access import Can
from tingsu.process.waiting import LAST_PAGE, duties_part, part_unless_empty, rare_lists, waiting_list, waiting_lists
from tingsu.setup import checklist
from tingsu.triage.waiting import alarms_for, open_alerts

SHOWN = 15
DUTIES_SHOWN = 30
"""More than fit on two screens help nobody to begin; the whole list is one click away."""


@require_GET
def work_page(request: HttpRequest) -> HttpResponse:
    """One person's work, most pressing first. Every list is capped and leads to its whole."""
    actor = staff(request, Can.DESK)
    at = now()
    mine = queue.own_cases(actor)
    conditions = queue.urgency_conditions(at)
    rare = rare_lists()
    waiting, unread, (late, soon, today, alarms, *held) = waiting_counts(
        request, actor, *(mine.filter(conditions[name]) for name in ("late", "soon", "today")), open_alerts(),
        *(one.any_rows(actor) for one in rare if one.any_rows is not None),
    )  # fmt: skip
    # What is known to be empty is not asked for; all lists ask together, round by round.
    empty = {one.name for one, some in zip(rare, held, strict=True) if not some}
    (offered, own), alarmed, tasks, duties, approvals, notices = settled(
        _cases(actor, queue.offered_to if waiting["offered"] else None, queue.own_cases if waiting["mine"] else None),
        alarms_for.reader(actor) if alarms else _nothing(),
        part_unless_empty.reader("tasks", actor, at, empty, DUTIES_SHOWN),
        duties_part.reader(actor, at, empty, DUTIES_SHOWN),
        part_unless_empty.reader("approvals", actor, at, empty, DUTIES_SHOWN),
        recent_notices.reader(actor, unread=True, limit=8) if unread else _nothing(),
    )
    if notices:
        notices.put_away(request)
    context = {
        "at": at,
        "numbers": {"late": late, "soon": soon, "today": today, "total": waiting["mine"]},
        "alarms": alarmed,
        "offered": offered[:SHOWN],
        "mine": own[:SHOWN],
        "more": len(own) > SHOWN,
        "tasks": tasks.top(SHOWN),
        "duties": duties.top(DUTIES_SHOWN),
        "duties_count": duties.count,
        "approvals": approvals.top(SHOWN),
        "notices": notices.groups if notices else [],
        "can_see_queue": may(actor, Can.SEE_QUEUE),
        "preparing": checklist.is_preparing(actor, current_organisation()),
    }
    return render(request, "desk/work.html", context)


def _cases(actor: Actor, *lists: Callable[[Actor], QuerySet[Complaint]] | None) -> Reader[list[list[CaseLine]]]:
    """The first cases of each list as lines, and one more, which tells that there are others."""
    asked = [shaped(_first_of, actor, rows) for rows in lists if rows is not None]
    found = iter((yield asked) if asked else ())
    cases = [[] if rows is None else next(found) for rows in lists]
    lines = iter((yield from rows_of.reader(actor, [one for some in cases for one in some])))
    return [[next(lines) for _one in some] for some in cases]


def _first_of(actor: Actor, rows: Callable[[Actor], QuerySet[Complaint]]) -> QuerySet[Complaint]:
    return queue.first_of(rows(actor), SHOWN + 1)


def _nothing() -> Reader[list[Any]]:
    """A list that is known to be empty."""
    return []
    yield  # a reader that asks nothing


@require_GET
def tasks_page(request: HttpRequest) -> HttpResponse:
    """Department tasks and requests for an opinion that wait for this person's units, or that one has asked for."""
    actor = staff(request, Can.DESK)
    at = now()
    return render(
        request,
        "desk/tasks.html",
        {
            "at": at,
            "tasks": waiting_list("tasks").part(actor, at, _page(request, "page")),
            "asked": tasks_asked(actor, at, _page(request, "asked")),
            "answered": tasks_answered(actor, at, _page(request, "answered")),
        },
    )


@require_GET
def duties_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person and has no page of its own, list by list, each page by page."""
    actor = staff(request, Can.DESK)
    at = now()
    lists = [(one, one.part(actor, at, _page(request, one.name))) for one in waiting_lists(whole=False)]
    return render(request, "desk/duties.html", {"at": at, "lists": lists})


@require_GET
def approvals_page(request: HttpRequest) -> HttpResponse:
    """Solutions that wait for this person's approval."""
    actor = staff(request, Can.DESK)
    at = now()
    approvals = waiting_list("approvals").part(actor, at, _page(request, "page"))
    return render(request, "desk/approvals.html", {"at": at, "approvals": approvals})


def _page(request: HttpRequest, name: str) -> int:
    """The page of a list that the address asks for. Raises UnknownPage."""
    return page_number(request.GET.get(name, ""), most=LAST_PAGE) or 1
