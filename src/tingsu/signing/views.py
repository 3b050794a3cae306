"""Signing on the screen of a colleague: the person beside them reads, signs, and the screen goes back (RG-05, RG-18, MD-06)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints import access, paperwork
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Reader
from tingsu.complaints.process import PROCESS
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, TingsuError, Unmet
from tingsu.pages.pdf import Part
from tingsu.pages.refusal import sentences_of
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.signing import documents
from tingsu.signing.actions import Signing, sign
from tingsu.signing.below import covered_parts
from tingsu.signing.documents import Document


def given_in(request: HttpRequest, side: str, link_id: Any = None) -> Signing:
    """What the form of a signature hands in, unjudged."""
    post = request.POST
    return Signing(
        document=post.get("document", "")[:120], side=side, way=post.get("way", "typed"), name=post.get("name", ""),
        intent=post.get("intent") == "yes", mark=post.get("mark", "")[:64], drawing=post.get("drawing", ""), link_id=link_id,
    )  # fmt: skip


def form_of(request: HttpRequest, language: str, parts: list[Part], error: TingsuError | None = None) -> dict[str, Any]:
    """What the form of a signature shows: everything typed comes back, the drawing too. `language` is that of the document, which
    may be another than the page's: it is read aloud in its own.
    """
    post = request.POST
    errors = {name: words for name, words in sentences_of(error).items() if name} if error else {}
    return {
        "parts": parts,
        "document_language": language,
        "typed": {"way": post.get("way", ""), "name": post.get("name", ""), "intent": post.get("intent", ""), "drawing": post.get("drawing", "")},
        "errors": errors,
        "refusal": str(error) if error and not errors else "",
    }  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def sign_page(request: HttpRequest, number: str, side: str) -> HttpResponse:
    """Read and sign. A party's document is shown in the clear only after the colleague says that the person is there: that opens it."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = access.get_complaint(actor, number)
    key = request.POST.get("document", "") or request.GET.get("document", "")
    with reading(complaint):
        one = documents.document(complaint, key)
        signer = one.signer(side)
        _check(actor, complaint)
        parts = list(documents.parts_to_sign(complaint, one))
    if signer.member is not None and not signer.member(actor):
        raise NotAllowed(_("This place is for somebody else to sign."))
    beside = signer.member is None
    do = request.POST.get("do", "") if request.method == "POST" else ""
    error: TingsuError | None = None
    if do == "sign":
        try:
            with once.sent(request, actor) as first:
                if first:
                    sign(actor=actor, complaint_id=complaint.pk, given=given_in(request, side))
            messages.success(request, _("Signed."))
            return HttpResponseRedirect(complaint.get_absolute_url(), status=303)
        except TingsuError as refused:
            error = refused
    clear = beside and do in {"show", "sign"}
    if clear:
        _open(actor, complaint, one)
    shown = parts if clear else _masked(actor, complaint, parts)
    context = {
        **form_of(request, complaint.language, shown, error), "complaint": complaint, "one": one, "signer": signer, "beside": beside,
        "ready": clear or not beside, "mark": documents.mark_of(documents.written(parts)), "once": once.fresh_key(),
    }  # fmt: skip
    return render(request, "signing/sign.html", context, status=error.status if error else 200)


def _check(actor: Actor, complaint: Complaint) -> None:
    """Raises NotAllowed, ConditionsUnmet."""
    if not access.may_take(actor, complaint, PROCESS["sign_document"]):
        raise NotAllowed
    still_open(complaint)


def still_open(complaint: Complaint) -> None:
    """Raises ConditionsUnmet for a case whose file is locked."""
    if complaint.state not in PROCESS["sign_document"].sources:
        raise ConditionsUnmet([Unmet("archived", _("the case is archived and its file is locked"))])


def _open(actor: Actor, complaint: Complaint, one: Document) -> None:
    """A person of the case reads it on this screen: opening it is a reveal with its purpose, like any other. Raises NotAllowed."""
    masked = documents.written(_masked(actor, complaint, list(documents.parts_to_sign(complaint, one))))
    if masked != documents.written(documents.parts_to_sign(complaint, one)) and not paperwork.may_have_clear(actor):
        log_access(actor, "refused", complaint.pk, f"document.{one.paper.code}", "", "page")
        raise NotAllowed(_("You may not open personal data. Ask for the signature by a link instead."))
    log_access(
        actor, "revealed", complaint.pk, f"document.{one.paper.code}", _("signing in the person's presence"), "page"
    )


def _masked(actor: Actor, complaint: Complaint, parts: list[Part]) -> list[Part]:
    with reading(complaint):
        return covered_parts(Reader(actor=actor, complaint=complaint, windows={}), parts)
