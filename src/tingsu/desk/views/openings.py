"""Who opened which attachment of a case, as a page beside it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tingsu.complaints.access import get_complaint
from tingsu.complaints.case_rows import reading
from tingsu.complaints.openings import may_read_openings, openings_of
from tingsu.desk.access import staff
from tingsu.kernel.errors import NotAllowed
from tingsu.pages.pager import PARAMETER, pager
from tingsu.people.access import Can


@never_cache
@require_safe
def openings_page(request: HttpRequest, number: str) -> HttpResponse:
    """The chain of access, newest first. `file`: the id of one attachment; what is no id asks for all; `whole=1`: everything about the case.

    Reading it is itself not noted.
    """
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    if not may_read_openings(actor):
        raise NotAllowed
    with reading(complaint):
        chosen = _uuid(request.GET.get("file", ""))
        whole = not chosen and "whole" in request.GET
        found, page = openings_of(
            actor, complaint, files=not whole, file_id=chosen, after=request.GET.get(PARAMETER, "")
        )
    context = {
        "complaint": complaint,
        "openings": found,
        "pager": pager(request, page),
        "chosen": chosen,
        "whole": whole,
    }
    return render(request, "desk/openings.html", context)


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
