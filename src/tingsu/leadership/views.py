"""Pages of values and policy beside their registers: reading and confirming, who has read, beginning from an example."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound, TingsuError
from tingsu.leadership import adopting, feedback, queries, shown, terms, understanding
from tingsu.people.access import Can, actor_for
from tingsu.registers import reading, receipts
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.models import Entry


def _found(request: HttpRequest, number: str) -> tuple[Actor, Entry]:
    """Who asks for which statement. Raises SignInNeeded, NotAllowed, NotFound."""
    actor = actor_for(request, needs=Can.DESK)
    return actor, get_entry(actor, register_of(terms.STATEMENT), number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, number: str) -> HttpResponse:
    """Read a statement in force, answer its questions, confirm. After a wrong answer the passage stands beside the question."""
    actor, entry = _found(request, number)
    if entry.state != terms.IN_FORCE or not entry.codes.get("to_read"):
        raise NotFound
    asked = understanding.questions_of(entry, actor)
    given = {one.name: request.POST.get(one.name, "") for one in asked}
    means, error = request.POST.get("means", terms.MEANS[0][0]), None
    if request.method == "POST":
        try:
            understanding.understand(actor=actor, entry=entry, answers=given, means=means)
        except (NotAllowed, NotFound):
            raise
        except TingsuError as refused:
            error = refused
        else:
            messages.success(request, _("Thank you. That you have understood it is on record."))
            return HttpResponseRedirect(reverse("registers:entry", args=[terms.STATEMENT, entry.number]), status=303)
    wrong = error.fields if isinstance(error, InvalidInput) else {}
    texts = reading.texts_seen(actor, register_of(terms.STATEMENT), entry, "page")
    context = {
        "entry": entry, "kind": terms.kind_words(entry.codes["kind"]), "texts": texts, "edition": entry.codes.get("edition"),
        "receipt": receipts.receipt_of(actor, entry), "means": terms.MEANS, "chosen_means": means, "error": error,
        "means_error": wrong.get("means"),
        "questions": [
            {
                "asked": one, "given": given[one.name], "error": wrong.get(one.name),
                "again": wrong.get(one.name) is not None and wrong[one.name].code == "wrong_answer",
            }
            for one in asked
        ],
    }  # fmt: skip
    return render(request, "leadership/read.html", context, status=error.status if error else 200)


@never_cache
@require_GET
def readers(request: HttpRequest, number: str) -> HttpResponse:
    """Who has understood a statement, and who has not."""
    actor, entry = _found(request, number)
    if not shown.follows(actor):
        raise NotAllowed
    kind = terms.kind_words(entry.codes["kind"])
    return render(request, "leadership/readers.html", {"entry": entry, "kind": kind, **shown.readers_of(entry)})


@require_POST
def adopt(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft with an example text."""
    actor = actor_for(request, needs=Can.DESK)
    entry = adopting.adopt(actor=actor, kind=kind)
    messages.success(request, _("A draft with an example text. Make it your own before anybody approves it."))
    return HttpResponseRedirect(reverse("registers:entry", args=[terms.STATEMENT, entry.number]), status=303)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_page(request: HttpRequest) -> HttpResponse:
    """What an employee says of how the values are lived, in the round that collects now."""
    actor = actor_for(request, needs=Can.DESK)
    typed, error = {name: request.POST.get(name, "") for name in ("score", "said")}, None
    if request.method == "POST":
        try:
            with once.sent(request, actor) as first:
                if first:
                    feedback.tell(actor=actor, score=typed["score"], said=typed["said"])
        except NotAllowed:
            raise
        except TingsuError as refused:
            error = refused
        else:
            messages.success(request, _("Thank you. It is counted in the present round of feedback."))
            return HttpResponseRedirect(reverse("registers:list", args=[terms.STATEMENT]), status=303)
    context = {
        "round": feedback.open_round(), "values": queries.in_force(terms.VALUES), "typed": typed, "error": error, "scores": feedback.SCORES,
        "wrong": error.fields if isinstance(error, InvalidInput) else {}, "once": once.fresh_key(),
    }  # fmt: skip
    return render(request, "leadership/feedback.html", context, status=error.status if error else 200)
