"""Search: number, access phone, order number and words in Chinese and English, one page by key."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tingsu.complaints.models import Complaint
from tingsu.complaints.search import search
from tingsu.desk.access import staff
from tingsu.desk.rows import rows_of
from tingsu.kernel.clock import now
from tingsu.kernel.kinds import find_number
from tingsu.kernel.spelling import tidy
from tingsu.kernel.words import LONGEST_QUERY
from tingsu.pages.pager import PARAMETER, Page, pager
from tingsu.people.access import Can
from tingsu.privacy.log import log_access
from tingsu.registers.declaration import registers


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """What is found; a whole number of a visible case or entry opens it at once."""
    actor = staff(request, Can.DESK)
    words = tidy(request.GET.get("q", ""))[:LONGEST_QUERY]
    context: dict[str, Any] = {"search_words": words, "at": now(), "rows": []}
    if words:
        if entry := find_number(actor, words, among=registers()):
            return HttpResponseRedirect(entry.url)
        found = search(actor, words, request.GET.get(PARAMETER) or None)
        if len(found.complaints) == 1 and found.by in {"number", "code"}:
            return HttpResponseRedirect(reverse("desk:case", args=[found.complaints[0].number]))
        log_access(actor, "searched", field=found.by)
        context["rows"] = rows_of(actor, found.complaints)
        page = Page[Complaint](rows=[], following=found.next_key or "", later=PARAMETER in request.GET)
        context["pager"] = pager(request, page)
    return render(request, "desk/search.html", context)
