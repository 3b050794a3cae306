"""The documents of a case: each at its own address, masked as the page is; with a purpose in the clear (RC-11, PS-06)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints import paperwork
from tingsu.complaints.access import get_complaint
from tingsu.complaints.case_rows import reading
from tingsu.complaints.openings import may_read_openings
from tingsu.desk.access import staff
from tingsu.desk.archive import opening
from tingsu.desk.views.archive import ask_purpose
from tingsu.kernel.errors import TingsuError
from tingsu.pages.pdf import as_download
from tingsu.pages.refusal import sentences_of
from tingsu.people.access import Can
from tingsu.privacy.purposes import PURPOSES


@never_cache
@require_http_methods(["GET", "POST"])
def papers_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Every document of the case in both languages, and the one form that asks for one in the clear."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    if opening(request, actor, complaint) is None:
        return ask_purpose(complaint)
    refusal, status = "", 200
    code, _colon, item = request.POST.get("document", "").partition(":")
    if request.method == "POST":
        purpose = request.POST.get("other", "").strip() or request.POST.get("purpose", "")
        if not purpose.strip():
            refusal, status = _("Say what you need it for."), 422
        else:
            try:
                wanted = paperwork.Wanted(language=request.POST.get("language", ""), item=item, purpose=purpose)
                made = paperwork.make(actor, complaint, code, wanted)
                return as_download(made.name, made.file)
            except TingsuError as error:
                refusal, status = " ".join(sentences_of(error)), error.status
    with reading(complaint):
        offers = paperwork.offers(actor, complaint)
    context = {
        "complaint": complaint,
        "offers": offers,
        "chosen": f"{code}:{item}",
        "languages": LANGUAGES,
        "purposes": PURPOSES.items() if paperwork.may_have_clear(actor) else (),
        "refusal": refusal,
        "typed": request.POST,
        "address": reverse("desk:papers", args=[complaint.number]),
        "openings": reverse("desk:openings", args=[complaint.number]) if may_read_openings(actor) else "",
    }
    return render(request, "desk/papers.html", context, status=status)


LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


@never_cache
@require_http_methods(["GET"])
def paper(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """One document as a download. `lang`: zh-hans or en; `item`: which one of several; `size=large` for large print."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    opened_for = opening(request, actor, complaint)
    if opened_for is None:
        return ask_purpose(complaint)
    asked = request.GET
    wanted = paperwork.Wanted(
        language=asked.get("lang", ""),
        item=asked.get("item", ""),
        large=asked.get("size") == "large",
        opened_for=opened_for,
    )
    made = paperwork.make(actor, complaint, code, wanted)
    return as_download(made.name, made.file)
