"""The mail room, and one letter."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tingsu.desk.access import staff
from tingsu.desk.mailroom import STATES, letter_page, open_letter
from tingsu.people.access import Can


@require_GET
def mail_room(request: HttpRequest) -> HttpResponse:
    """Letters to the parties, newest first; by state, one page by key."""
    actor = staff(request, Can.MAILROOM)
    state = request.GET.get("state", "")
    rows, following = letter_page(actor, state=state, after=request.GET.get("after", ""))
    kept = {"state": state} if state in STATES else {}
    context = {
        "letters": rows,
        "next": urlencode({**kept, "after": following}) if following else "",
        "state": state,
        "states": [(code, words) for code, (words, _tone) in STATES.items()],
    }
    return render(request, "desk/mail.html", context)


@require_GET
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """One letter as its addressee reads it."""
    actor = staff(request, Can.MAILROOM)
    return render(request, "desk/letter.html", {"letter": open_letter(actor, letter_id)})
