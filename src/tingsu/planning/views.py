"""Pages of planning: what it holds, the map of the processes, the operation plan, requirements and criteria, the reference standards of a day."""

from datetime import date

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingsu.clocks.models import Promise
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.pages.pager import page_of, pager
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.planning import mapping, queries, shipped
from tingsu.planning.asked import OPENERS, READERS, today
from tingsu.planning.obligations import references
from tingsu.planning.processes import criteria_of, rows_now
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

HELD = (
    "context_factor", "interested_party", "obligation", "risk", "objective", "business_process", "system_change", "arrangement",
)  # fmt: skip
ORDER = ("due_at", "pk")
DONE_ORDER = ("-ended_at", "-pk")


def reader(request: HttpRequest) -> Actor:
    """Whoever leads, controls, audits or analyses. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.REPORTS)
    if not actor.has_role(*READERS):
        raise NotAllowed
    return actor


@never_cache
@require_GET
def overview_page(request: HttpRequest) -> HttpResponse:
    """What the registers of planning hold, how much of it waits, and what ships with the product and is not there yet."""
    actor = reader(request)
    known = registers()
    open_states = Q()
    for name in HELD:
        open_states |= Q(register=name, state__in=known[name].open_states)
    rows = Entry.objects.filter(open_states).values("register")
    counted = {
        name: (number, late)
        for name, number, late in rows.annotate(
            number=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=now()))
        ).values_list("register", "number", "late")
    }
    context = {
        "held": [(known[name], *counted.get(name, (0, 0))) for name in HELD],
        "standings": queries.objectives_standing(today()),
        "missing": shipped.missing() if actor.has_role(*OPENERS) else 0,
    }
    return render(request, "planning/overview.html", context)


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Open what ships with the product: the processes, and the laws and standards that the specifications name."""
    actor = reader(request)
    if not actor.has_role(*OPENERS):
        raise NotAllowed
    number = shipped.open_missing(actor)
    messages.success(
        request, _("%(number)s entries were opened. Check them and make them your own.") % {"number": number}
    )
    return redirect("planning:overview")


@never_cache
@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """The processes as a map from what the register says now, and as a table."""
    reader(request)
    return render(request, "planning/map.html", mapping.drawn(today()))


@never_cache
@require_GET
def plan_page(request: HttpRequest) -> HttpResponse:
    """The operation plan: every action from risks and objectives, the most urgent first; what is done, the newest first (MS-18)."""
    reader(request)
    done = request.GET.get("view") == "done"
    entries = Entry.objects.filter(register__in=("risk", "objective")).values("pk")
    rows = Promise.objects.filter(stream_id__in=entries, kind__in=list(queries.ACTION_TIMERS))
    rows = rows.filter(ended_at__isnull=False, ending="met") if done else rows.filter(ended_at=None)
    page = page_of(rows, DONE_ORDER if done else ORDER, request.GET.get("after", ""))
    lines = [
        {"line": one, "who": people.staff_identity(one.who), "register": registers()[one.entry.register]}
        for one in queries.planned(page.rows)
    ]
    return render(
        request, "planning/plan.html", {"lines": lines, "done": done, "at": now(), "pager": pager(request, page)}
    )


@never_cache
@require_GET
def criteria_page(request: HttpRequest) -> HttpResponse:
    """Every work requirement and operating criterion with the setting that carries it out and its version in force (MS-15)."""
    reader(request)
    return render(
        request, "planning/criteria.html", {"criteria": [line for one in rows_now() for line in criteria_of(one)]}
    )


@never_cache
@require_GET
def standards_page(request: HttpRequest) -> HttpResponse:
    """The reference standards as they hold on a day, such as that of a certification audit (MS-33)."""
    actor = reader(request)
    day = _day(request.GET.get("on", "")) or today()
    return render(request, "planning/standards.html", {"references": references(actor, day), "day": day})


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None
