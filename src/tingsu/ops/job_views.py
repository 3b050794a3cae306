"""Failed work: what the system gave up, for whoever looks after it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tingsu.kernel.tenancy import current_organisation_id
from tingsu.ops import jobs
from tingsu.pages.refusal import told
from tingsu.people.access import Can, actor_for


@require_safe
def failed_page(request: HttpRequest) -> HttpResponse:
    """This organisation's failed jobs and those of the whole installation."""
    actor_for(request, needs=Can.TOKENS)
    return render(request, "ops/failed_jobs.html", {"jobs": jobs.failed(str(current_organisation_id()))})


@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    actor = actor_for(request, needs=Can.TOKENS)
    with told(request, _("It is queued again.")):
        jobs.retry(job_id, str(current_organisation_id()), by=str(actor.id))
    return HttpResponseRedirect(reverse("jobs:failed"), status=303)


@require_POST
def drop(request: HttpRequest, job_id: int) -> HttpResponse:
    actor = actor_for(request, needs=Can.TOKENS)
    with told(request, _("It is dropped; what it should have done is not done.")):
        jobs.drop(job_id, str(current_organisation_id()), by=str(actor.id))
    return HttpResponseRedirect(reverse("jobs:failed"), status=303)
