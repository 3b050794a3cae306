"""Visitors at a screen, for the colleague beside them: open one, see how far it is, register what was typed, end it (RG-18)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints.models import Complaint
from tingsu.intake import visits
from tingsu.intake.models import Visit
from tingsu.kernel import once
from tingsu.people.access import Can, actor_for

CODE = "visit_code"
"""In the session: the digits of the visit that was opened last, shown until a device is opened with them."""
WORDS: dict[str, Any] = {
    Visit.State.WAITING: _("Waits for its screen"),
    Visit.State.TYPING: _("The visitor is typing"),
    Visit.State.TYPED: _("Handed over, to be registered"),
    Visit.State.SIGNING: _("Registered, the form lies there to be signed"),
    Visit.State.SIGNED: pgettext_lazy("visit", "Signed"),
    Visit.State.DECLINED: _("Will not sign: record it with the reason"),
}


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The visits of this colleague. A POST opens one, or ends one."""
    actor = actor_for(request, needs=Can.REGISTER)
    if request.method == "POST":
        if request.POST.get("do") == "end":
            visits.close(visits.own_visit(actor, request.POST.get("visit", "")))
        else:
            with once.sent(request, actor) as first:
                if first:
                    visit, code = visits.open_visit(actor)
                    request.session[CODE] = {"visit": str(visit.pk), "code": code}
        return HttpResponseRedirect(reverse("intake:visits"), status=303)
    rows = visits.mine(actor)
    numbers = dict(Complaint.objects.filter(pk__in=[row.complaint_id for row in rows]).values_list("pk", "number"))
    kept = request.session.get(CODE) or {}
    shown = [
        {
            "id": row.pk, "opened_at": row.opened_at, "words": WORDS[Visit.State(row.state)], "state": row.state,
            "number": numbers.get(row.complaint_id, "") if row.complaint_id else "",
            "code": kept.get("code", "") if row.state == Visit.State.WAITING and kept.get("visit") == str(row.pk) else "",
        }
        for row in rows
    ]  # fmt: skip
    return render(request, "intake/visits.html", {"visits": shown, "once": once.fresh_key()})
