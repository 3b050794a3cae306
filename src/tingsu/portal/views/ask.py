"""The question tree: one page a choice, links alone, at its end an answer, and from each page the way to the form (IN-13)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.clients import counted_as
from tingsu.kernel.limits import count_attempt
from tingsu.knowledge import helping
from tingsu.portal import answers, drafts, guides, shell, tree, tree_counts, wizard
from tingsu.portal.models import PortalDraft
from tingsu.portal.views.follow import only_looks_ahead
from tingsu.portal.views.submit import DRAFTS_AN_HOUR, HOUR, begin_draft


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str = "") -> HttpResponse:
    """What can be chosen here, or the answer. An entry that the tree has no more leads to its beginning.

    A POST looks for words: they travel in no address, for nobody knows what people type (SK-07).
    """
    words = request.POST.get("words", "").replace("\x00", "") if request.method == "POST" else None
    if words is not None:
        code = ""
    chosen = tree.choice_of(code) if code else None
    if code and chosen is None:
        return redirect("portal:ask")
    below = tree.below(code)
    if chosen is not None and not below and not only_looks_ahead(request):
        tree_counts.count(code, "shown")
    back = chosen.trail[-1][0] if chosen and chosen.trail else ""
    found = answers.search(words) if words is not None else []
    articles = guides.search(words) if words is not None else []
    if words is not None and not found and not articles:
        helping.not_found(words, counted_as(request))
    context = {
        "chosen": chosen,
        "below": below,
        "words": words,
        "found": found,
        "guides": articles,
        "helped": request.GET.get("helped") == "1",
        "back_url": reverse("portal:ask_about", args=[back])
        if back
        else reverse("portal:ask" if chosen else "portal:home"),
    }
    return shell.page(request, "portal/ask.html", context)


@never_cache
@require_POST
def leave(request: HttpRequest, code: str = "") -> HttpResponse:
    """The end of the way: the answer was enough, or on to the form, which holds what was chosen."""
    chosen = tree.choice_of(code) if code else None
    count_attempt("portal.ask_tree", counted_as(request), limit=DRAFTS_AN_HOUR, window=HOUR)
    if request.POST.get("go") == "helped" and chosen is not None:
        tree_counts.count(code, "helped")
        return redirect(f"{reverse('portal:ask_about', args=[code])}?helped=1")
    tree_counts.count(code if chosen else "", "registered")
    if chosen is None:
        return redirect(f"{reverse('portal:submit', args=['story'])}?cause=other")
    draft = drafts.find_draft(request)
    if draft is None or draft.state == PortalDraft.State.SENT:
        draft = begin_draft(request, cause=chosen.cause, filled="tree")
    known = {"cause": chosen.cause, "product": chosen.product, "product_type": chosen.product_type}
    filled = wizard.filled(drafts.read_body(draft), {name: value for name, value in known.items() if value})
    found = {"cause": chosen.cause, "problem_type": chosen.problem_type}
    # What was chosen now is what it is about, also where the form was begun with another card.
    drafts.change_draft(draft, **{**filled, "cause": chosen.cause, "found": found})
    response = redirect("portal:submit", "story")
    drafts.remember(response, draft.pk)
    return response
