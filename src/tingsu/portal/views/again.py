"""Getting in again without the access code: ask for six digits, enter them (AK-06). Every answer is the same for everybody."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import TooMany
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.limits import count_attempt
from tingsu.portal import one_time, shell, tasks
from tingsu.portal.forms import FormState
from tingsu.portal.views.follow import QUARTER, let_in, tidy_number

ASKED = "portal_asked"
ASKS_OF_A_CASE = 3
ASKS_FROM_ANYWHERE = 9
ASKS_OF_AN_ADDRESS = settings.LIMIT_ASKS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code with the number and the contact given at registration. What matches is looked up after the answer."""
    if request.method != "POST":
        number = tidy_number(request.GET.get("number", "") or request.session.get("portal_found", ""))
        return shell.page(request, "portal/ask_again.html", {"step": FormState(values={"number": number})})
    number, typed = tidy_number(request.POST.get("number", "")), request.POST.get("contact", "")[:254]
    contact = one_time.read_contact(typed)
    errors = {}
    if not number:
        errors["number"] = _("Enter the complaint number, such as 202611-XF-001.")
    if contact is None:
        errors["contact"] = _("Enter the telephone number or e-mail address you gave us with the complaint.")
    if errors or contact is None:
        step = FormState(values={"number": request.POST.get("number", "")[:40], "contact": typed}, errors=errors)
        return shell.page(request, "portal/ask_again.html", {"step": step}, status=422)
    field, value = contact
    try:
        # Number and contact together: whoever knows only one of them spends nobody else's.
        both = f"{number}|{value}"
        count_attempt("portal.ask.here", f"{both}|{counted_as(request)}", limit=ASKS_OF_A_CASE, window=QUARTER)
        count_attempt("portal.ask", both, limit=ASKS_FROM_ANYWHERE, window=QUARTER)
        count_attempt("portal.ask.address", counted_as(request), limit=ASKS_OF_AN_ADDRESS, window=QUARTER)
    except TooMany as error:
        step = FormState(values={"number": number, "contact": typed}, refusal=str(error))
        return shell.page(request, "portal/ask_again.html", {"step": step}, status=error.status)
    index = fingerprint(shell.organisation_of(request).pk, field, value) or b""
    return send_and_enter(request, number, field, index)


@require_POST
def ask_held(request: HttpRequest) -> HttpResponse:
    """One button for whoever found the complaint by number and four digits: the code goes to the contact that we hold."""
    known = request.session.get("portal_found_by")
    held = one_time.contact_held(*known) if known else None
    if held is None:
        return redirect("portal:ask_again")
    number = str(known[0]) if known else ""
    try:
        count_attempt("portal.ask", number, limit=ASKS_OF_A_CASE, window=QUARTER)
        count_attempt("portal.ask.address", counted_as(request), limit=ASKS_OF_AN_ADDRESS, window=QUARTER)
    except TooMany as error:
        step = FormState(values={"number": number}, refusal=str(error))
        return shell.page(request, "portal/ask_again.html", {"step": step}, status=error.status)
    return send_and_enter(request, number, held.field, held.index)


def send_and_enter(request: HttpRequest, number: str, field: str, index: bytes) -> HttpResponse:
    organisation, code_id = shell.organisation_of(request), uuid.uuid4()
    tasks.send_one_time_code.defer(code_id=str(code_id), number=number, field=field, index=index.hex())
    request.session[ASKED] = {"organisation": str(organisation.pk), "id": str(code_id), "number": number}
    return redirect("portal:one_time_code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the six digits in the browser that asked for them. One sentence for wrong, used, too old and never sent."""
    asked = request.session.get(ASKED)
    if not asked or asked["organisation"] != str(shell.organisation_of(request).pk):
        return redirect("portal:ask_again")
    context = {"number": asked["number"]}
    if request.method != "POST":
        return shell.page(request, "portal/one_time_code.html", {**context, "step": FormState()})
    digits = "".join(str(int(sign)) for sign in request.POST.get("code", "")[:40] if sign.isdecimal())
    if len(digits) != one_time.LENGTH:
        sentence = _("Enter the six digits of the code.")
    else:
        # Five tries of each code are counted with the code itself: nobody in the same house spends them.
        if party := one_time.use_code(uuid.UUID(asked["id"]), digits):
            del request.session[ASKED]
            return let_in(request, party.complaint, party)
        sentence = _("This code is wrong or no longer valid. Check it, or ask for a new one.")
    step = FormState(values={"code": request.POST.get("code", "")[:40]}, errors={"code": sentence})
    return shell.page(request, "portal/one_time_code.html", {**context, "step": step}, status=422)
