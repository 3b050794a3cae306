"""Pages of knowledge beside its registers: use and ratings, versions side by side, the search on a case, knowledge made of a case."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.complaints.access import get_complaint
from tingsu.documents.writing import blocks
from tingsu.files.arriving import list_in
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.punctuation import listed
from tingsu.knowledge import community, learning, panels, queries, questions, shown, terms, uses
from tingsu.pages.refusal import told
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.registers import actions, reading
from tingsu.registers.access import get_entry, may_open, register_of
from tingsu.registers.models import Entry

SHOWN, NAME_LIMIT = 100, 80


def _found(request: HttpRequest, number: str) -> tuple[Actor, Entry]:
    """An entry of which a version is in use. Raises NotFound."""
    actor = actor_for(request, needs=Can.DESK)
    entry = get_entry(actor, register_of(terms.NAME), number)
    if queries.in_use(entry.pk) is None:
        raise NotFound
    return actor, entry


@require_POST
def use(request: HttpRequest, number: str) -> HttpResponse:
    """It was put to use: who did hears of changes."""
    actor, entry = _found(request, number)
    uses.note_use(actor=actor, entry=entry)
    return HttpResponse(status=204)


@require_POST
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Of use or not, with what is missing as a comment."""
    actor, entry = _found(request, number)
    with told(request, _("Thank you: noted for whoever keeps it.")):
        uses.rate(actor=actor, entry=entry, useful=request.POST.get("useful") == "yes")
        if words := request.POST.get("words", "").strip():
            actions.comment(actor=actor, register=register_of(terms.NAME), entry=entry, text=words)
    return HttpResponseRedirect(reading.address_of(entry), status=303)


@require_GET
def compare(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """A version and the one before it side by side."""
    actor = actor_for(request, needs=Can.DESK)
    entry = get_entry(actor, register_of(terms.NAME), number)
    found = shown.comparison(entry, version)
    if not found:
        raise NotFound
    labels = register_of(terms.NAME).by_name
    context = {
        "entry": entry, "before": version - 1, "after": version,
        "parts": [{"label": labels[one["field"]].label, "lines": one["lines"]} for one in found],
    }  # fmt: skip
    return render(request, "knowledge/compare.html", context)


@require_GET
def find(request: HttpRequest, number: str) -> HttpResponse:
    """Knowledge by words, on a case: a part of its page, or a page of its own without scripts."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = get_complaint(actor, number)
    words = request.GET.get("words", "").replace("\x00", "").strip()[:100]
    if words:
        log_access(actor, "searched", field="words")
        found: dict[str, Any] = {"lines": panels.lines(actor, complaint, queries.search(words))}
    else:
        found = panels.beside(actor, complaint)
    context = {**found, "words": words, "number": complaint.number}
    whole = not request.headers.get("HX-Request")
    return render(request, "knowledge/find.html" if whole else "knowledge/found.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def learn(request: HttpRequest, number: str) -> HttpResponse:
    """What a closed case teaches, of nobody: looked at, then kept as a draft of a model case or of a lesson."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = get_complaint(actor, number)
    if complaint.state not in learning.ENDED or not may_open(actor, register_of(terms.NAME)):
        raise NotFound
    if request.method == "POST":
        entry = learning.learn(actor=actor, complaint=complaint, kind=request.POST.get("kind", ""))
        return HttpResponseRedirect(reading.address_of(entry), status=303)
    taught = learning.learned(complaint, terms.CASE)
    context = {"taught": taught, "blocks": blocks(taught.body), "number": complaint.number}
    return render(request, "knowledge/learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def community_file(request: HttpRequest) -> HttpResponse:
    """Bring the list of the user community; each line is taken, renewed, or refused with why, and the same list again changes nothing."""
    actor = actor_for(request, needs=Can.DESK)
    error, verdicts, name = "", None, request.POST.get("community", "").strip()
    if request.method == "POST":
        upload = request.FILES.get("file")
        if not name or len(name) > NAME_LIMIT:
            error = _("Say what the community is called, in at most 80 characters.")
        elif upload is None:
            error = _("Choose a file.")
        elif (upload.size or 0) > community.MOST_BYTES:
            error = _("The file is larger than 2 MB: leave out what is no list.")
        else:
            try:
                verdicts = community.take_file(actor, list_in(upload), name)
            except TingsuError as refused:
                error = str(refused)
    labels = register_of(questions.NAME).by_name
    context: dict[str, Any] = {
        "error": error, "verdicts": verdicts, "refused": verdicts.refused[:SHOWN] if verdicts else [], "community": name,
        "titles": [(labels[one].label, listed(titles)) for one, titles in community.TITLES.items()],
    }  # fmt: skip
    return render(request, "knowledge/community.html", context, status=422 if error else 200)
