"""What protects personal data, on one page: rules by step of processing, training of the year, and what the registers hold."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.protection import assessments, incidents, measures, rules, staff, systems
from tingsu.protection.asked import READERS
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

HELD = (incidents.NAME, assessments.NAME, systems.NAME, measures.NAME, staff.NAME)


@never_cache
@require_GET
def overview_page(request: HttpRequest) -> HttpResponse:
    """For whoever leads, checks, or answers for data security. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.DESK)
    if not people.reads_all(actor, READERS):
        raise NotAllowed
    known = registers()
    shown = [known[name] for name in HELD if known[name].sees_all(actor)]
    running = Q()
    for one in shown:
        running |= Q(register=one.name, state__in=one.open_states)
    late = Count("pk", filter=Q(next_due_at__lt=now()))
    rows = Entry.objects.filter(running).values("register").annotate(number=Count("pk"), late=late)
    counted = {row["register"]: (row["number"], row["late"]) for row in rows}
    context = {
        "held": [(one, *counted.get(one.name, (0, 0))) for one in shown],
        "ruled": rules.ruled(),
        "coverage": rules.coverage(local_date(now(), current_organisation().time_zone)),
    }
    return render(request, "protection/overview.html", context)
