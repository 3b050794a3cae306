"""The pages of who leads: the supervisor's workspace and the handling capacity (OG-13, OG-18)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.appraisal import capacity, workspace
from tingsu.figures.access import reader
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.registers.declaration import LEADERS


def leader(request: HttpRequest) -> Actor:
    """Whoever leads, and reads figures of all complaints. Raises NotAllowed."""
    actor = reader(request)
    if not actor.has_role(*LEADERS):
        raise NotAllowed(_("This page is for those who lead."))
    return actor


@never_cache
@require_GET
def workspace_page(request: HttpRequest) -> HttpResponse:
    """Execution of rules and procedures, performance, proposals."""
    actor = leader(request)
    return render(request, "appraisal/workspace.html", workspace.shown_to(actor, now()))


@never_cache
@require_GET
def capacity_page(request: HttpRequest) -> HttpResponse:
    """Staff by level, open cases, throughput, backlog, limits, objectives."""
    leader(request)
    at = now()
    handlers = capacity.handlers(at)
    context = {
        "handlers": handlers, "levels": capacity.by_level(handlers), "weeks": capacity.weeks(at), "limits": capacity.limits(at),
        "objectives": capacity.objectives(at), "most": max((one.open for one in handlers), default=0),
    }  # fmt: skip
    return render(request, "appraisal/capacity.html", context)
