"""The archive: what somebody looks for it for, the search over closed and archived files, and the way to one of them (RC-05)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints.access import get_complaint
from tingsu.complaints.models import Complaint
from tingsu.desk import archive
from tingsu.desk.access import staff
from tingsu.desk.rows import rows_of
from tingsu.kernel.actor import Actor
from tingsu.pages.pager import pager
from tingsu.people.access import Can
from tingsu.privacy.log import log_access
from tingsu.privacy.purposes import ARCHIVE_PURPOSES


@never_cache
@require_http_methods(["GET", "POST"])
def archive_page(request: HttpRequest) -> HttpResponse:
    """GET: the list, or the question what for; `case` is where somebody wants to go. POST: the answer."""
    wish = request.POST.get("case", "") or request.GET.get("case", "")
    actor = staff(request, Can.DESK if wish else Can.SEE_QUEUE)
    complaint = get_complaint(actor, wish) if wish else None
    refusal, status = "", 200
    if request.method == "POST":
        said = request.POST.get("other", "").strip() or request.POST.get("purpose", "")
        if archive.state_purpose(request, actor, said, complaint):
            here = reverse("desk:case", args=[complaint.number]) if complaint else reverse("desk:archive")
            return HttpResponseRedirect(here, status=303)
        refusal, status = _("Say what you need the files for, in at most 200 characters."), 422
        if complaint is None:
            refusal = _("Choose what you need the files for.")
    purpose = archive.purpose_in_force(request, actor)
    context: dict[str, Any] = {
        "purpose": ARCHIVE_PURPOSES.get(purpose, purpose),
        "purposes": [(code, ARCHIVE_PURPOSES[code]) for code in archive.OFFERED],
        "case": complaint.number if complaint else "",
        "refusal": refusal,
        "typed": request.POST,
        "asks": not purpose or bool(refusal or complaint) or "purpose" in request.GET,
    }
    if not context["asks"]:
        context |= _found(request, actor, purpose)
    return render(request, "desk/archive.html", context, status=status)


def _found(request: HttpRequest, actor: Actor, purpose: str) -> dict[str, Any]:
    wanted = archive.Wanted.read(actor, request.GET)
    page = archive.found_for(actor, wanted)
    log_access(actor, "searched", field="archive", purpose=purpose)
    rows = [{"line": line, "case": case} for line, case in zip(rows_of(actor, page.rows), page.rows, strict=True)]
    narrowed = bool(wanted.words or wanted.state or wanted.filters or wanted.days)
    return {
        "rows": rows,
        "pager": pager(request, page),
        "goes_on": bool(page.following),
        "wanted": wanted,
        "states": archive.STATES,
        "days": [(name, label, wanted.days.get(name)) for name, label in archive.DAYS],
        "fields": archive.fields_of(actor, wanted),
        "narrowed": narrowed,
    }


def ask_purpose(complaint: Complaint) -> HttpResponse:
    """To the question what an archived file is opened for; from there on to the file."""
    return HttpResponseRedirect(f"{reverse('desk:archive')}?case={complaint.number}")
