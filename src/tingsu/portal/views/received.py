"""What a visitor reads who has just complained: number, access code, promised times (AK-01, AK-02, SL-14)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.clocks.queries import promises_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.typed import whole_number
from tingsu.portal import drafts, runs, session, shell

EASE = {
    1: gettext_lazy("Very hard"), 2: pgettext_lazy("ease", "Hard"), 3: gettext_lazy("Neither hard nor easy"),
    4: pgettext_lazy("ease", "Easy"), 5: gettext_lazy("Very easy"),
}  # fmt: skip
FACES = ("mood-cry", "mood-sad", "mood-empty", "mood-smile", "mood-happy")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def received(request: HttpRequest) -> HttpResponse:
    """Number, access code, promised times (AK-01, AK-02, SL-14); the code is shown here and nowhere else."""
    draft = drafts.find_draft(request)
    if draft is None or draft.complaint_id is None:
        return redirect("portal:case" if session.current_case(request) else "portal:home")
    if request.method == "POST" and {"rate", "ease"} & request.POST.keys():
        ease = whole_number(request.POST.get("ease", ""))
        if ease in EASE:
            runs.rate(draft.pk, ease)
        return redirect(reverse("portal:received") + ("?ease=told#ease" if ease in EASE else "?ease=missing#ease"))
    if request.method == "POST":
        drafts.forget_draft(draft)
        response: HttpResponseRedirect = redirect("portal:case")
        response.delete_cookie(drafts.COOKIE, samesite="Lax")
        return response
    complaint = Complaint.objects.get(pk=draft.complaint_id)
    told = request.GET.get("ease", "")
    context = {
        "ease": told if (told == "told") == runs.rated(draft.pk) else "",
        **drafts.read_body(draft),
        "anonymous": complaint.anonymous,
        "by_page_only": not can_be_reached(complaint),
        "received_at": complaint.received_at,
        "eases": []
        if runs.rated(draft.pk)
        else [(code, face, EASE[code]) for code, face in zip(EASE, FACES, strict=True)],
    }
    return shell.page(request, "portal/received.html", {**context, "promised": promised_to(complaint)})


def can_be_reached(complaint: Complaint) -> bool:
    """Did anybody on the complainant's side leave a means of contact? Else only this site can tell them anything."""
    sides = Party.objects.filter(complaint=complaint, role__in=[PartyRole.COMPLAINANT, PartyRole.AGENT], erased_at=None)
    means = ("phone", "email", "address", "contact_phone", "fax")
    return any(getattr(party, name, None) for party in sides for name in means)


def promised_to(complaint: Complaint) -> list[dict[str, Any]]:
    """What this complaint was promised, as dates: read from its promises, not from the policy."""
    words = {
        "acknowledgement": _("Confirmation sent to you"),
        "first_reply": _("First reply by a person"),
        "progress_feedback": _("You hear about our progress"),
        "after_sales": _("Your return, exchange or refund is done, or you have our reasons"),
    }
    line: list[dict[str, Any]] = [{"what": _("Received and numbered"), "at": complaint.registered_at, "done": True}]
    for promise in promises_of(complaint.pk):
        if promise.kind in words and not (promise.kind == "acknowledgement" and complaint.anonymous):
            line.append(
                {
                    "what": words[promise.kind],
                    "at": promise.ended_at or promise.due_at,
                    "done": promise.ended_at is not None,
                }
            )
    return sorted(line, key=lambda one: (not one["done"], one["at"]))
