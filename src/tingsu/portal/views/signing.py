"""Signing a document by a link that opens once, or on the own page of the case (RG-05, RG-18, MD-06).

The link itself shows nothing but that something waits: whoever looks ahead opens nothing. The button opens it, for this browser
alone and for the last time.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.complaints import access, paperwork
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Wanted
from tingsu.kernel import once
from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotFound, TingsuError
from tingsu.kernel.fingerprints import tail_key
from tingsu.kernel.limits import count_attempt
from tingsu.pages.pdf import as_download
from tingsu.portal import session, shell
from tingsu.portal.forms import FormState
from tingsu.portal.views.follow import QUARTER, TRIES_OF_AN_ADDRESS, only_looks_ahead
from tingsu.privacy.log import log_access
from tingsu.signing import documents, links
from tingsu.signing.actions import may_be_signed, sign
from tingsu.signing.documents import Document
from tingsu.signing.models import Signature, SigningLink
from tingsu.signing.state import states
from tingsu.signing.views import form_of, given_in, still_open

KEY = "portal_signing"
"""The link that this browser opened, and the signature given by it."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Who sits before which document, and how they came there."""

    complaint: Complaint
    party: Party
    one: Document
    side: str
    link: SigningLink | None = None

    @property
    def actor(self) -> Any:
        return access.party_actor(self.party, self.complaint.organisation_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The door of a link: what it is for, the question for the last digits, and the button that opens it once."""
    if only_looks_ahead(request):
        return HttpResponse(status=204)
    step = FormState()
    try:
        row = links.found(token)
        if request.method == "POST":
            row = links.open_once(token, tail_key(request.POST.get("tail", "")[:40]))
            return _let_in(request, row)
    except links.LinkEnded as ended:
        count_attempt("portal.link", counted_as(request), limit=TRIES_OF_AN_ADDRESS, window=QUARTER)
        return _ended(request, ended)
    except InvalidInput as wrong:
        step = FormState(errors={name: str(one) for name, one in wrong.fields.items()})
    context = {"step": step, "asks": links.asks_for_digits(row)}
    return shell.page(request, "portal/sign_link.html", context, status=422 if step.errors else 200)


def _let_in(request: HttpRequest, row: SigningLink) -> HttpResponse:
    request.session.cycle_key()
    request.session[KEY] = {"organisation": str(row.organisation_id), "link": str(row.pk), "signed": ""}
    party = Party.objects.get(pk=row.party_id)
    log_access(
        access.party_actor(party, row.organisation_id),
        "opened",
        row.complaint_id,
        field=f"document.{row.document}",
        door="portal",
    )
    answer = redirect("portal:sign")
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, row.complaint.language, samesite="Lax")
    return answer


def _ended(request: HttpRequest, why: TingsuError) -> HttpResponse:
    return shell.page(request, "portal/sign_ended.html", {"why": str(why)}, status=why.status)


def _kept(request: HttpRequest) -> dict[str, str]:
    kept: dict[str, str] = request.session.get(KEY) or {}
    return kept if kept.get("organisation") == str(shell.organisation_of(request).pk) else {}


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest) -> HttpResponse:
    """The document behind the link that this browser opened; once signed, the page that says so."""
    kept = _kept(request)
    if kept.get("signed"):
        return shell.page(request, "portal/sign_done.html", {"copy": True})
    row = SigningLink.objects.filter(pk=kept["link"]).select_related("complaint__stream").first() if kept else None
    try:
        if row is None:
            raise links.LinkEnded
        links.check(row, opened=True)
        with reading(row.complaint):
            one = documents.document(row.complaint, f"{row.document}:{row.item}")
    except (links.LinkEnded, NotFound) as ended:
        return _ended(request, ended if isinstance(ended, links.LinkEnded) else links.LinkEnded())
    seat = Seat(complaint=row.complaint, party=Party.objects.get(pk=row.party_id), one=one, side=row.side, link=row)
    signed, answer = _page(request, seat)
    if signed is not None:
        request.session[KEY] = {**kept, "signed": str(signed)}
        return redirect("portal:sign")
    return answer


@never_cache
@require_safe
def copy(request: HttpRequest) -> HttpResponseBase:
    """What was just signed by the link of this browser, as PDF."""
    kept = _kept(request)
    row = (
        Signature.objects.filter(pk=kept["signed"]).select_related("version", "complaint__stream").first()
        if kept.get("signed")
        else None
    )
    if row is None or row.party_id is None:
        raise NotFound
    party = Party.objects.get(pk=row.party_id)
    version = row.version
    item = f"{version.document}:{version.item}:{version.number}"
    actor = access.party_actor(party, row.organisation_id)
    large = row.complaint.format == "large_print"
    made = paperwork.make(
        actor, row.complaint, "signed_document", Wanted(item=item, large=large), door="portal", own=True
    )
    return as_download(made.name, made.file)


@never_cache
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, code: str, item: str = "") -> HttpResponse:
    """Signing on the own page, which number and access code have opened."""
    opened = session.current_case(request)
    if opened is None:
        return redirect("portal:open_with_code")
    session.extend_case(request)
    with reading(opened.complaint):
        one = documents.document(opened.complaint, f"{code}:{item}")
    side = next((signer.side for signer in one.signers if opened.party.role in signer.parties), None)
    if side is None:
        raise NotFound
    signed, answer = _page(request, Seat(complaint=opened.complaint, party=opened.party, one=one, side=side))
    if signed is not None:
        return shell.page(request, "portal/sign_done.html", {"own": True})
    return answer


def to_sign(complaint: Complaint, party: Party) -> list[dict[str, str]]:
    """What this party may still sign on the own page: forms at any time, the record of a mediation once it has sessions."""
    if not may_be_signed(complaint):
        return []
    with reading(complaint):
        return [
            {"code": one.document.paper.code, "item": one.document.item, "words": one.document.words}
            for one in states(complaint)
            for place in one.places
            if party.role in one.document.signer(place.side).parties and place.state != "signed"
        ]


def _page(request: HttpRequest, seat: Seat) -> tuple[uuid.UUID | None, HttpResponse]:
    """The document with its form, and the signature that was given, if one was."""
    error: TingsuError | None = None
    with reading(seat.complaint):
        parts = list(documents.parts_to_sign(seat.complaint, seat.one))
    try:
        still_open(seat.complaint)
    except ConditionsUnmet as closed:
        return None, _ended(request, closed)
    if request.method == "POST":
        try:
            given = given_in(request, seat.side, seat.link.pk if seat.link else None)
            with once.sent(request, seat.actor) as first:
                if first:
                    row = sign(actor=seat.actor, complaint_id=seat.complaint.pk, given=given)
                    return row.pk, HttpResponse()
            return None, redirect("portal:case" if seat.link is None else "portal:sign")
        except links.LinkEnded as ended:
            return None, _ended(request, ended)
        except TingsuError as refused:
            error = refused
    context = {
        **form_of(request, seat.complaint.language, parts, error), "one": seat.one, "number": seat.complaint.number, "once": once.fresh_key(),
        "mark": documents.mark_of(documents.written(parts)), "back": seat.link is None,
    }  # fmt: skip
    return None, shell.page(request, "portal/sign.html", context, status=error.status if error else 200)
