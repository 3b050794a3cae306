"""The tracking form as a page to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tingsu.aftercare.form_c import form_c
from tingsu.complaints.access import get_complaint
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access


@require_GET
def tracking_form_page(request: HttpRequest, number: str) -> HttpResponse:
    """Annex C for one complaint, for staff who may see it; printing is logged."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = get_complaint(actor, number)
    log_access(actor, "printed", stream_id=complaint.pk, field="tracking_form")
    return render(request, "aftercare/form_c.html", {"complaint": complaint, "form": form_c(actor, complaint)})
