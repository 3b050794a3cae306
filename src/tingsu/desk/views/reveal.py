"""Showing one masked field for five minutes, with a purpose (PS-06)."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tingsu.complaints.access import get_complaint
from tingsu.desk.access import staff
from tingsu.kernel.errors import NotFound
from tingsu.pages.refusal import told
from tingsu.people.access import Can
from tingsu.privacy.actions import reveal


@require_POST
def reveal_field(request: HttpRequest, number: str) -> HttpResponse:
    """Open the window and go back to the panel; a refusal is told there."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    try:
        subject = uuid.UUID(request.POST.get("subject", ""))
    except ValueError as error:
        raise NotFound from error
    with told(request, _("Shown for five minutes and written to the access log.")):
        reveal(
            actor=actor,
            complaint=complaint,
            party_id=subject,
            field=request.POST.get("field", "")[:30],
            purpose=request.POST.get("purpose", ""),
        )
    response = HttpResponseRedirect(f"{reverse('desk:case', args=[complaint.number])}#panel-people")
    response.status_code = 303
    return response
