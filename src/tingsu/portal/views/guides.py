"""Usage help for complainants: all articles with a search, one article, and whether it helped (SK-07)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.documents.writing import blocks
from tingsu.kernel.clients import counted_as
from tingsu.knowledge import helping, queries, terms
from tingsu.knowledge.queries import Piece
from tingsu.portal import answers, guides, shell
from tingsu.portal.views.follow import only_looks_ahead


@require_http_methods(["GET", "HEAD", "POST"])
def guides_page(request: HttpRequest) -> HttpResponse:
    """Every article by card; a POST looks for words, which travel in no address."""
    words = request.POST.get("words", "").replace("\x00", "") if request.method == "POST" else None
    found = guides.search(words) if words is not None else []
    told = answers.search(words) if words is not None else []
    if words is not None and not found and not told:
        helping.not_found(words, counted_as(request))
    return shell.page(
        request, "portal/guides.html", {"topics": guides.topics(), "words": words, "found": found, "answers": told}
    )


@require_safe
def guide(request: HttpRequest, number: str) -> HttpResponse:
    """One article, in the language of the page."""
    piece = _found(number)
    if not only_looks_ahead(request):
        helping.count(piece.id, "shown", counted_as(request))
    topic = (piece.codes.get("topics") or [""])[0]
    context = {
        "piece": piece, "blocks": blocks(piece.body), "said": request.GET.get("helped", ""), "topic": topic,
        "more": guides.beside(topic, less=(piece.number,)),
    }  # fmt: skip
    return shell.page(request, "portal/guide.html", context)


@never_cache
@require_POST
def helped(request: HttpRequest, number: str) -> HttpResponse:
    """Yes or no: a number, and nothing of who said it."""
    piece = _found(number)
    said = "yes" if request.POST.get("helped") == "yes" else "no"
    helping.count(piece.id, said, counted_as(request))
    return redirect(f"{reverse('portal:guide', args=[piece.number])}?helped={said}#helped")


def _found(number: str) -> Piece:
    piece = queries.numbered(number)
    if piece is None or piece.kind != terms.HELP:
        raise Http404
    return piece
