"""Asking for a call by appointment, and what was agreed (IN-14)."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.complaints.fields.people import GROUPS
from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.limits import count_attempt
from tingsu.kernel.once import SentBefore
from tingsu.portal import callback, shell
from tingsu.portal.forms import FormState
from tingsu.portal.views.submit import visitor

HOUR = timedelta(hours=1)
FIELDS = ("group", "name", "phone", "slot", "words")
BOOKED = "portal_callback"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Whom it is for, at which number, and when. Bad input answers 422 with everything still there."""
    if request.method != "POST":
        chosen = request.GET.get("group", "")
        given = chosen if chosen in dict(GROUPS) else "elderly" if shell.is_elder(request) else ""
        return draw(request, FormState(values={"group": given, "booking": str(uuid.uuid4())}))
    typed = {name: request.POST.get(name, "") for name in (*FIELDS, "booking")}
    values, errors = callback.read(typed)
    try:
        booking = uuid.UUID(typed["booking"])
    except ValueError:
        booking = uuid.uuid4()
    if errors:
        return draw(request, FormState(values={**typed, "booking": str(booking)}, errors=errors), status=422)
    if before := callback.told_otherwise(booking, values):
        sentence = _(
            "This form reached us before: that call is booked under number %(number)s. What you typed now differs and is kept. "
            "Send it again only if you want another call."
        )
        typed["booking"] = str(uuid.uuid4())
        state = FormState(values=typed, errors={"slot": sentence % {"number": before}})
        return draw(request, state, status=SentBefore.status)
    count_attempt("portal.callback", counted_as(request), limit=settings.LIMIT_SUBMISSIONS, window=HOUR)
    try:
        entry = callback.book(visitor(request), booking, values)
    except InvalidInput as taken:
        state = FormState(values={**typed, "booking": str(booking)}, errors={"slot": str(taken.fields["slot"])})
        return draw(request, state, status=taken.status)
    request.session[BOOKED] = {"number": entry.number, "from": values["call_from"], "until": values["call_until"]}
    return redirect("portal:callback_booked")


def draw(request: HttpRequest, step: FormState, *, status: int = 200) -> HttpResponse:
    context = {"step": step, "slots": callback.options(), "groups": GROUPS}
    return shell.page(request, "portal/callback.html", context, status=status)


@never_cache
@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """What was agreed, for whoever asked in this browser."""
    known = request.session.get(BOOKED)
    if not known:
        return redirect("portal:callback")
    context = {
        "number": known["number"],
        "start": datetime.fromisoformat(known["from"]),
        "end": datetime.fromisoformat(known["until"]),
    }
    return shell.page(request, "portal/callback_booked.html", context)
