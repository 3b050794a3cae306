"""The list of an issue tracker, read line by line (IG-09)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tingsu.files.arriving import list_in
from tingsu.improvement import tracker
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.punctuation import listed
from tingsu.people.access import Can, actor_for

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def tracker_file(request: HttpRequest) -> HttpResponse:
    """Bring the tracker's own list; each line is taken or refused with why, and the same list again changes nothing."""
    actor = actor_for(request, needs=Can.DESK)
    error, verdicts = "", None
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("Choose a file.")
        elif (upload.size or 0) > tracker.MOST_BYTES:
            error = _("The file is larger than 2 MB: leave out what is no list.")
        else:
            try:
                verdicts = tracker.take_file(actor, list_in(upload))
            except TingsuError as refused:
                error = str(refused)
    context: dict[str, Any] = {
        "error": error, "verdicts": verdicts, "refused": verdicts.refused[:SHOWN] if verdicts else [],
        "titles": [(tracker.title_words(name), listed(titles)) for name, titles in tracker.TITLES.items()],
        "states": [(words, listed(tracker.WORDS[code])) for code, words in tracker.STATES],
    }  # fmt: skip
    return render(request, "improvement/tracker.html", context, status=422 if error else 200)
