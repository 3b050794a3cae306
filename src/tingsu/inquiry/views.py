"""The investigation room of a case, and the settings page of the connection behind it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.complaints.access import get_complaint, may_take
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.inquiry import remote, room, scope
from tingsu.inquiry.actions import SECOND_PERSONS, approve_connection, may_approve, set_connection
from tingsu.inquiry.forms import ConnectionForm
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.pages.refusal import first_of, form_page, refusals_on, told
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for, may


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_page(request: HttpRequest, number: str) -> HttpResponse:
    """The room of one case. First it asks what for; then each part comes by itself, so that nothing waits for the slowest."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = get_complaint(actor, number)
    refusal, status = "", 200
    if request.method == "POST":
        typed = request.POST.get("other", "").strip() or request.POST.get("purpose", "")
        try:
            room.open_room(actor, complaint, typed)
        except InvalidInput as error:
            refusal, status = first_of(error), error.status
        else:
            return HttpResponseRedirect(reverse("inquiry:room", args=[complaint.number]), status=303)
    elif not room.may_open(actor, complaint):
        raise NotAllowed(_("Your role has nothing to look up in this case."))
    purpose = "" if refusal else room.purpose_now(actor, complaint)
    with reading(complaint) as read:
        read.everything()
        context = {
            "complaint": complaint,
            "purpose": room.PURPOSES.get(purpose, purpose),
            "purposes": room.PURPOSES.items(),
            "refusal": refusal,
            "typed": request.POST,
            "parts": [(part, scope.PARTS[part]) for part in scope.parts_for(actor, complaint)] if purpose else [],
            "released": [scope.OUTSIDE[part] for part in scope.OUTSIDE if part in room.released_to(actor, complaint)],
            "may_ask": may_take(actor, complaint, PROCESS["ask_release"]),
            "ask_url": _step_url(complaint),
        }
    return render(request, "inquiry/room.html", context, status=status)


def _step_url(complaint: Complaint) -> str:
    return f"{complaint.get_absolute_url()}steps/ask_release/"


@never_cache
@require_safe
def room_part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    """One part, asked now: a piece for the open page, or a page of its own without scripts."""
    actor = actor_for(request, needs=Can.DESK)
    complaint = get_complaint(actor, number)
    if part not in scope.PARTS:
        raise NotFound
    if not room.may_open(actor, complaint):
        raise NotAllowed(_("Your role has nothing to look up in this case."))
    purpose = room.purpose_now(actor, complaint)
    whole = not request.htmx  # type: ignore[attr-defined]
    if not purpose:
        if whole:
            return HttpResponseRedirect(reverse("inquiry:room", args=[complaint.number]), status=303)
        response = render(request, "inquiry/part.html", {"complaint": complaint, "closed_room": True, "name": part})
    else:
        with reading(complaint):
            found = room.read_part(actor, complaint, part, purpose, door="page")
        context = {"complaint": complaint, "part": found, "name": part}
        response = render(request, "inquiry/one.html" if whole else "inquiry/part.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def connection_page(request: HttpRequest) -> HttpResponse:
    """Where customer and order systems answer: enter it, try it, agree to it as the second person."""
    actor = _second_or_first(request)
    row = remote.connection_or_none()
    form = ConnectionForm(request.POST if request.method == "POST" else None, connection=row)
    if request.method == "POST":
        if not may(actor, Can.TOKENS):
            raise NotAllowed
        if form.is_valid():
            given = form.cleaned_data
            with refusals_on(form):
                set_connection(
                    actor=actor, address=given["address"], secret=given["secret"] or None, seconds=given["seconds"],
                    active=given["active"],
                )  # fmt: skip
            if not form.errors:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(reverse("inquiry:connection"), status=303)
    context = {
        "form": form,
        "connection": row,
        "may_set": may(actor, Can.TOKENS),
        "may_approve": row is not None and row.approved_at is None and may_approve(actor, row),
        "set_by": people.staff_identity(row.set_by_id) if row else "",
        "approved_by": people.staff_identity(row.approved_by_id) if row else "",
    }
    return form_page(request, "inquiry/connection.html", context)


def _second_or_first(request: HttpRequest) -> Actor:
    actor = actor_for(request, needs=Can.DESK)
    if not actor.has_role(*SECOND_PERSONS):
        raise NotAllowed
    return actor


@require_POST
def try_connection(request: HttpRequest) -> HttpResponse:
    """Ask the other system who it is; no personal data is sent. What it says, or why it does not, stands on the next page."""
    actor_for(request, needs=Can.TOKENS)
    row = remote.connection_or_none()
    if row is None:
        raise NotFound
    with told(request):
        name = remote.check(row)
        messages.success(request, _("The other system answers: %(name)s") % {"name": name or row.address})
    return HttpResponseRedirect(reverse("inquiry:connection"), status=303)


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    actor = _second_or_first(request)
    with told(request, _("Approved. The connection is in use.")):
        approve_connection(actor=actor, set_at=request.POST.get("set_at", ""))
    return HttpResponseRedirect(reverse("inquiry:connection"), status=303)
