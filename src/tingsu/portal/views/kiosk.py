"""The screen that a visitor is given: one form, the acceptance form to sign, the number; nothing else can be reached from it (RG-18).

No session is opened here: whoever was signed in on the device is signed out when it becomes a visitor's, and its cookie opens one
visit alone. It runs out by itself.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints.access import party_actor
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.access_code import first_code
from tingsu.intake import visits
from tingsu.intake.models import Visit
from tingsu.kernel import once
from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.kernel.limits import count_attempt
from tingsu.portal import shell
from tingsu.portal.forms import FormState
from tingsu.portal.views.follow import QUARTER, TRIES_OF_AN_ADDRESS
from tingsu.portal.views.submit import writer_of
from tingsu.signing import documents
from tingsu.signing.actions import sign
from tingsu.signing.views import form_of, given_in

COOKIE, SALT = "tingsu_kiosk", "portal.kiosk"
FORM = "acceptance_form:"
SIDE = "complainant"


@never_cache
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Whatever the visit asks for now. A POST says with `do` what is done."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "pair":
        return _pair(request)
    try:
        visit = visits.of_device(_secret(request), large=shell.is_elder(request))
        if do == "leave":
            visits.close(visit)
            return _cleared(_again())
        return _do(request, visit, do)
    except visits.DeviceClosed as closed:
        why = str(closed) if do != "leave" and (do or request.COOKIES.get(COOKIE)) else ""
        return _cleared(_page(request, "code", {"why": why}, closed.status if do and why else 200))


def _pair(request: HttpRequest) -> HttpResponse:
    count_attempt("portal.kiosk", counted_as(request), limit=TRIES_OF_AN_ADDRESS, window=QUARTER)
    try:
        secret = visits.pair(request.POST.get("code", "")[:40])
    except InvalidInput as wrong:
        return _page(request, "code", {"wrong": str(wrong.fields["code"])}, 422)
    logout(request)  # the device is a visitor's from now on
    answer = _again()
    answer.set_signed_cookie(
        COOKIE, secret, salt=SALT, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
        max_age=int(visits.LASTS.total_seconds()),
    )  # fmt: skip
    return answer


def _secret(request: HttpRequest) -> str:
    return request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""


def _again() -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:kiosk"), status=303)


def _cleared(answer: HttpResponse) -> HttpResponse:
    """The next visitor finds neither this one's secret nor the size of letters they chose."""
    answer.delete_cookie(COOKIE, samesite="Strict")
    answer.delete_cookie(shell.ELDER_COOKIE, samesite="Lax")
    return answer


def _do(request: HttpRequest, visit: Visit, do: str) -> HttpResponse:
    state = Visit.State
    if do == "type":
        try:
            visits.type_in(visit, request.POST.dict())
        except InvalidInput as wrong:
            errors = {name: str(error) for name, error in wrong.fields.items()}
            return _form(request, FormState(values=request.POST.dict(), errors=errors), 422)
        return _again()
    if do == "change":
        visits.change_again(visit)
        return _again()
    if do == "decline":
        visits.declined(visit)
        return _again()
    if visit.state == state.TYPING:
        return _form(request, FormState(values=visits.typed_in(visit)))
    if visit.state == state.TYPED:
        answer = _page(request, "wait", {})
        answer["Refresh"] = "5"
        return answer
    complaint = Complaint.objects.select_related("stream").get(pk=visit.complaint_id)
    if visit.state == state.SIGNING:
        return _sign(request, visit, complaint, do)
    shown = {"number": complaint.number, "code": first_code(complaint), "signed": visit.state == state.SIGNED}
    return _page(request, "done", shown)


def _form(request: HttpRequest, step: FormState, status: int = 200) -> HttpResponse:
    return _page(
        request, "form", {"step": step, "groups": visits.WORDS[-2].options, "formats": visits.WORDS[-1].options}, status
    )


def _sign(request: HttpRequest, visit: Visit, complaint: Complaint, do: str) -> HttpResponse:
    party = writer_of(complaint)
    with reading(complaint):
        one = documents.document(complaint, FORM)
        parts = list(documents.parts_to_sign(complaint, one))
    error: TingsuError | None = None
    if do == "sign":
        actor = party_actor(party, complaint.organisation_id)
        try:
            with once.sent(request, actor) as first:
                if first:
                    sign(actor=actor, complaint_id=complaint.pk, given=given_in(request, SIDE))
            visits.signed(visit)
            return _again()
        except TingsuError as refused:
            error = refused
    context = {
        **form_of(request, complaint.language, parts, error), "one": one, "once": once.fresh_key(),
        "mark": documents.mark_of(documents.written(parts)),
    }  # fmt: skip
    return _page(request, "sign", context, error.status if error else 200)


def _page(request: HttpRequest, part: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    idle = visits.IDLE_LARGE if shell.is_elder(request) else visits.IDLE
    told = {
        **context,
        "part": f"portal/kiosk/{part}.html",
        "idle": int(idle.total_seconds()) if part in {"form", "sign", "done"} else 0,
    }
    return shell.page(request, "portal/kiosk.html", told, status=status)
