"""Finding a complaint and opening it: number and four digits only find; a code or a letter's link opens (AK-06, IN-23)."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.complaints import access
from tingsu.complaints.models import Complaint, OtherPhone, Party
from tingsu.complaints.numbers import numbers_in, spelled
from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import TooMany
from tingsu.kernel.fingerprints import fingerprint, tail_key
from tingsu.kernel.ids import tidy_code
from tingsu.kernel.limits import count_attempt, refuse_when_spent
from tingsu.kernel.spelling import fold
from tingsu.letters.actions import note_read
from tingsu.letters.links import Link, behind, read_token
from tingsu.portal import one_time, session, shell
from tingsu.portal.forms import FormState
from tingsu.portal.views.submit import writer_of
from tingsu.privacy.log import log_access

QUARTER = timedelta(minutes=15)
TRIES_OF_A_NUMBER = 8
"""Wrong tries at one number from one address. Nobody spends those of somebody who sits elsewhere."""
FINDS_OF_A_NUMBER = 40
"""Wrong ends of a telephone tried at one number from anywhere; then the page tells nobody any more whether they fit."""
TRIES_OF_AN_ADDRESS = settings.LIMIT_TRIES


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Look for a number with the last four digits of its telephone. A hit leads to the code, and tells nothing else."""
    if request.method != "POST":
        return shell.page(
            request,
            "portal/find.html",
            {"find": FormState(values={"number": tidy_number(request.GET.get("number", ""))})},
        )
    number, tail = tidy_number(request.POST.get("number", "")), tail_key(request.POST.get("tail", ""))
    errors = {}
    if not number:
        errors["number"] = _("Enter the complaint number, such as 202611-XF-001.")
    if not tail:
        errors["tail"] = _("Enter the last four digits of the telephone number you gave us.")
    step = FormState(
        values={"number": request.POST.get("number", "")[:40], "tail": request.POST.get("tail", "")[:40]}, errors=errors
    )
    if not errors:
        try:
            refuse_spent(request, "portal.find", number)
        except TooMany as error:
            step.refusal = str(error)
            return shell.page(request, "portal/find.html", {"find": step}, status=error.status)
        if is_guessed(number):
            # Somebody tries ends at this number. Whoever has the access code goes on, and nobody learns what fits.
            return redirect(f"{reverse('portal:open_with_code')}?{urlencode({'number': number})}")
        if found(request, number, tail):
            request.session["portal_found"] = number
            request.session["portal_found_by"] = [number, tail]
            return redirect("portal:open_with_code")
        note_failure(request, "portal.find", number)
        errors["number"] = _("We can't find this complaint. Check the number and the last four digits of the phone.")
    return shell.page(request, "portal/find.html", {"find": step}, status=422)


def found(request: HttpRequest, number: str, tail: str) -> bool:
    index = fingerprint(shell.organisation_of(request).pk, "tail", tail)
    people = Party.objects.filter(complaint__number=number, erased_at=None)
    others = OtherPhone.objects.filter(complaint__number=number, phone_tail_index=index)
    return people.filter(phone_tail_index=index).exists() or others.exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_with_code(request: HttpRequest) -> HttpResponse:
    """Open a complaint with its number and access code.

    Wrong codes are counted; the right one always opens. Its 59 bits are beyond guessing, so that shutting a door after wrong
    tries would guard nothing, and shut out only the complainant at whose number or in whose house somebody else tries.
    """
    typed = request.POST.get("number", "") or request.session.get("portal_found", "") or request.GET.get("number", "")
    number = tidy_number(typed)
    context: dict[str, Any] = {"found": request.session.get("portal_found") == number != ""}
    if context["found"] and (known := request.session.get("portal_found_by")):
        context["held"] = one_time.contact_held(*known)
    if request.method != "POST":
        return shell.page(request, "portal/open.html", {**context, "step": FormState(values={"number": number})})
    code = tidy_code(request.POST.get("code", ""))[:40]
    errors = {}
    if not number:
        errors["number"] = _("Enter the complaint number, such as 202611-XF-001.")
    if not code:
        errors["code"] = _("Enter the access code you were given with the number.")
    step = FormState(values={"number": number, "code": request.POST.get("code", "")[:40]}, errors=errors)
    if not errors:
        index = fingerprint(shell.organisation_of(request).pk, "code", code)
        if complaint := Complaint.objects.filter(number=number, code_index=index).first():
            return let_in(request, complaint, writer_of(complaint))
        try:
            refuse_spent(request, "portal.code", number)
        except TooMany as error:
            step.refusal = str(error)
            return shell.page(request, "portal/open.html", {**context, "step": step}, status=error.status)
        note_failure(request, "portal.code", number)
        errors["code"] = _(
            "This number and access code do not match. Check both; the code has twelve letters and digits."
        )
    return shell.page(request, "portal/open.html", {**context, "step": step}, status=422)


@never_cache
@require_safe
def open_from_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a complaint by the link of a letter: signed, for one party, valid for ninety days. The letter counts as read."""
    if only_looks_ahead(request):
        return HttpResponse(status=204)
    return _open(request, read_token(token))


@never_cache
@require_safe
def open_short(request: HttpRequest, key: str) -> HttpResponse:
    """The same by the short key of a text message or a printed letter."""
    if only_looks_ahead(request):
        return HttpResponse(status=204)
    return _open(request, behind(shell.organisation_of(request).pk, key))


def _open(request: HttpRequest, link: Link | None) -> HttpResponse:
    if link is None:
        # Forged ones are counted; a true one opens, however many somebody in the same house tried.
        count_attempt("portal.link", counted_as(request), limit=TRIES_OF_AN_ADDRESS, window=QUARTER)
    party = (
        Party.objects.filter(pk=link.party_id, complaint_id=link.complaint_id, erased_at=None)
        .select_related("complaint")
        .first()
        if link
        else None
    )
    if party is not None and link is not None and party.reached_since and link.made_at < party.reached_since:
        party = None  # it went to a number or address that was put right since
    if link is None or party is None:
        sentence = _("This link is no longer valid. Open the complaint with its number and access code.")
        return shell.page(
            request,
            "portal/open.html",
            {"step": FormState(refusal=sentence)},
            status=410,
        )
    answer = let_in(request, party.complaint, party)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        # The page speaks as the letter did, until somebody chooses otherwise (IN-18).
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, party.complaint.language, samesite="Lax")
    actor = access.party_actor(party, party.organisation_id)
    note_read(actor=actor, stream_id=link.complaint_id, reference=link.letter)
    return answer


def only_looks_ahead(request: HttpRequest) -> bool:
    """A program that tries the link, or a browser that fetches it before anybody chose it: nobody has read anything."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return request.method == "HEAD" or any("pre" in purpose.lower() for purpose in purposes)


def let_in(request: HttpRequest, complaint: Complaint, party: Party) -> HttpResponse:
    request.session.pop("portal_found", None)
    request.session.pop("portal_found_by", None)
    session.open_case(request, complaint.pk, party.pk)
    log_access(access.party_actor(party, complaint.organisation_id), "opened", complaint.pk, door="portal")
    return redirect("portal:case")


def refuse_spent(request: HttpRequest, scope: str, number: str) -> None:
    """Raises TooMany for an address that has no wrong try left: at this number, or at any."""
    here = counted_as(request)
    refuse_when_spent(scope, f"{number}|{here}", limit=TRIES_OF_A_NUMBER, window=QUARTER)
    refuse_when_spent(f"{scope}.address", here, limit=TRIES_OF_AN_ADDRESS, window=QUARTER)


def note_failure(request: HttpRequest, scope: str, number: str) -> None:
    """Count a wrong try: at this number from this address, from this address, and at this number from anywhere."""
    here = counted_as(request)
    for name, subject in ((scope, f"{number}|{here}"), (f"{scope}.address", here), (f"{scope}.number", number)):
        count_attempt(name, subject, limit=1_000_000, window=QUARTER)


def is_guessed(number: str) -> bool:
    """Do many addresses together try ends of a telephone at this number?"""
    try:
        refuse_when_spent("portal.find.number", number, limit=FINDS_OF_A_NUMBER, window=QUARTER)
    except TooMany:
        return True
    return False


def tidy_number(typed: str) -> str:
    """A number as somebody typed it, in any spelling, or the only one in what was pasted from a letter; what is none comes
    back without the signs that no number has.
    """
    pasted = numbers_in(typed[:200])
    return (
        spelled(typed)
        or (pasted[0] if len(pasted) == 1 else "")
        or re.sub(r"[^0-9A-Z-]", "", fold(typed[:200]).upper())[:24]
    )
