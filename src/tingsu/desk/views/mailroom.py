"""The mail room, and one letter."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tingsu.desk.access import staff
from tingsu.desk.mailroom import OpenLetter, letter_page, letters_named, open_letter
from tingsu.governance import formats
from tingsu.kernel.errors import NotAllowed, TingsuError
from tingsu.letters import braille, pauses
from tingsu.letters.actions import send_again
from tingsu.letters.deliveries import STATES
from tingsu.letters.smtp import WHY
from tingsu.pages.pager import PARAMETER, pager
from tingsu.people.access import Can, may


@require_GET
def mail_room(request: HttpRequest) -> HttpResponse:
    """Letters to the parties, newest first; by state, one page by key."""
    actor = staff(request, Can.MAILROOM)
    state = request.GET.get("state", "")
    rows, page = letter_page(actor, state=state, after=request.GET.get(PARAMETER, ""))
    pause = pauses.open_pause()
    context = {
        "letters": rows,
        "pager": pager(request, page),
        "state": state,
        "some_again": any(row.again for row in rows),
        "pause": pause,
        "why": WHY.get(pause.why, pause.why) if pause else "",
        "may_release": may(actor, Can.POST),
        "states": [(code, words) for code, (words, _tone) in STATES.items()],
    }
    return render(request, "desk/mail.html", context)


@require_GET
def letter(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """One letter as its addressee reads it."""
    actor = staff(request, Can.MAILROOM)
    return render(request, "desk/letter.html", {"letter": open_letter(actor, letter_id)})


@require_GET
def letter_text(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The words of a letter as a plain file, for programs that print braille (IN-18)."""
    found = _to_be_made(request, letter_id)
    text = f"\ufeff{found.subject}\r\n\r\n" + "\r\n".join(found.body.splitlines()) + "\r\n"
    return _file(text.encode(), "text/plain; charset=utf-8", f"{found.row.number or letter_id}.txt")


@require_GET
def letter_braille(request: HttpRequest, letter_id: uuid.UUID) -> HttpResponse:
    """The same as a file that a braille printer takes as it is, where the server can write braille (IN-18)."""
    found = _to_be_made(request, letter_id)
    content = braille.brf(f"{found.subject}\n\n{found.body}", found.language)
    return _file(content, "application/x-brf", f"{found.row.number or letter_id}.brf")


def _to_be_made(request: HttpRequest, letter_id: uuid.UUID) -> OpenLetter:
    """For the mail room, and for whoever is to make this letter. Raises NotAllowed, NotFound."""
    actor = staff(request)
    if not formats.may_make(actor, letter_id):
        raise NotAllowed
    return open_letter(actor, letter_id)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send the selected letters once more; each its own transaction, those that cannot be are said."""
    actor = staff(request, Can.POST)
    sent, refusals = 0, []
    for letter_id in letters_named(actor, request.POST.getlist("letter")):
        try:
            send_again(actor=actor, letter_id=letter_id)
            sent += 1
        except TingsuError as refusal:
            refusals.append(str(refusal))
    if sent:
        words = ngettext("%(count)s letter is on its way again.", "%(count)s letters are on their way again.", sent)
        messages.success(request, words % {"count": sent})
    elif not refusals:
        refusals.append(_("Select at least one letter that could not be sent."))
    for refusal in dict.fromkeys(refusals):
        messages.error(request, refusal)
    return redirect("desk:mail")


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """End the pause of the post: what waits is tried at once."""
    if pauses.release(actor=staff(request, Can.POST)):
        messages.success(request, _("The post goes again: letters that waited leave within a minute."))
    return redirect("desk:mail")
