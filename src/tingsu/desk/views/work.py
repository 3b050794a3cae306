"""My work: what is offered to me, what is due first, tasks and approvals that wait for me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tingsu.casework.waiting import tasks_asked
from tingsu.complaints.models import Complaint
from tingsu.desk import queue
from tingsu.desk.access import may, staff
from tingsu.desk.notices import recent_notices
from tingsu.desk.rows import rows_of
from tingsu.desk.shell import waiting_counts
from tingsu.kernel.clock import now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.typed import page_number
from tingsu.pages.pager import Page
from tingsu.people.access import Can
from tingsu.process.waiting import LAST_PAGE, duties_part, rare_lists, waiting_list, waiting_lists
from tingsu.setup import checklist
from tingsu.triage.waiting import alarms_for, open_alerts

SHOWN = 15


@require_GET
def work_page(request: HttpRequest) -> HttpResponse:
    """One person's work, most pressing first. Every list is capped and leads to its whole."""
    actor = staff(request, Can.DESK)
    at = now()
    mine = queue.open_cases(actor).filter(owner_id=actor.id)
    conditions = queue.urgency_conditions(at)
    rare = rare_lists()
    waiting, unread, (late, soon, today, alarms, *held) = waiting_counts(
        request, actor, *(mine.filter(conditions[name]) for name in ("late", "soon", "today")), open_alerts(),
        *(one.any_rows() for one in rare if one.any_rows is not None),
    )  # fmt: skip
    # What is known to be empty is not asked for.
    offers = queue.offered_to(actor).select_related("stream").order_by("next_due_at", "id")[:SHOWN]
    offered = list(offers) if waiting["offered"] else []
    found = queue.page_of(mine, size=SHOWN) if waiting["mine"] else Page[Complaint](rows=[])
    rows = rows_of(actor, [*offered, *found.rows])
    context = {
        "at": at,
        "numbers": {"late": late, "soon": soon, "today": today, "total": waiting["mine"]},
        "alarms": alarms_for(actor) if alarms else [],
        "offered": rows[: len(offered)],
        "mine": rows[len(offered) :],
        "more": bool(found.following),
        "tasks": waiting_list("tasks").part(actor, at, 1).top(SHOWN),
        "duties": duties_part(actor, at, {one.name for one, some in zip(rare, held, strict=True) if not some}),
        "approvals": waiting_list("approvals").part(actor, at, 1).top(SHOWN),
        "notices": recent_notices(actor, unread=True, limit=8) if unread else [],
        "can_see_queue": may(actor, Can.SEE_QUEUE),
        "preparing": checklist.is_preparing(actor, current_organisation()),
    }
    return render(request, "desk/work.html", context)


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
