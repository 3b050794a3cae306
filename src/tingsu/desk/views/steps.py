"""A step of the process as a dialog or as a page of its own, made from the process table."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tingsu.complaints.access import get_complaint, may_take
from tingsu.complaints.actions import step_named, take_step
from tingsu.complaints.case_rows import reading
from tingsu.complaints.interference import watched
from tingsu.complaints.models import Complaint
from tingsu.complaints.rehearsal import Rehearsed
from tingsu.desk import step_form, undo
from tingsu.desk.access import staff
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, TingsuError
from tingsu.pages.refusal import told
from tingsu.people.access import Can
from tingsu.process.steps import Step


@require_http_methods(["GET", "POST"])
def step_page(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Show or take one step. Works as a page; inside the case page it is fetched into a dialog."""
    actor = staff(request, Can.DESK)
    taken = step_named(step)
    with watched(actor, step, *([number] if request.method == "POST" else [])):
        complaint = get_complaint(actor, number)
    if request.method == "POST":
        return _take(request, actor, complaint, taken)
    with reading(complaint):
        if not may_take(actor, complaint, taken):
            raise NotAllowed(_("Your role on this case does not allow “%(step)s”."), step=taken.label)
        return _form(request, complaint, step_form.fresh(taken, actor, complaint, request.GET.dict()), actor)


def _take(request: HttpRequest, actor: Actor, complaint: Complaint, step: Step) -> HttpResponse:
    with reading(complaint):
        typed = step_form.sent(request, step, actor, complaint)
    try:
        if "preview" in request.POST:
            return _preview(request, actor, complaint, typed)
        with once.sent(request, actor) as first:
            if not first:
                return _done(request, complaint)
            step_form.take(request, actor, complaint, typed)
    except TingsuError as error:
        complaint = get_complaint(actor, complaint.number)
        with reading(complaint):
            return _form(request, complaint, typed, actor, error)
    undo.offer(request, complaint, step, typed.raw)
    return _done(request, complaint)


def _preview(request: HttpRequest, actor: Actor, complaint: Complaint, typed: step_form.Typed) -> HttpResponse:
    """The form as it was typed, with the letters that it would write; nothing was done."""
    letters = step_form.rehearse(request, actor, complaint, typed)
    complaint = get_complaint(actor, complaint.number)
    with reading(complaint):
        return _form(request, complaint, typed, actor, letters=letters)


@require_POST
def undo_step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a small step back within ten seconds."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    counter = undo.take(request, number)
    if counter is None:
        messages.error(request, _("Too late to undo."))
        return _done(request, complaint)
    step, values = counter
    with told(request, _("Taken back.")):
        take_step(actor=actor, complaint_id=complaint.pk, step=step, values=values)
    return _done(request, complaint)


def _done(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    address = reverse("desk:case", args=[complaint.number])
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(address)
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _form(
    request: HttpRequest,
    complaint: Complaint,
    typed: step_form.Typed,
    actor: Actor,
    error: TingsuError | None = None,
    letters: list[Rehearsed] | None = None,
) -> HttpResponse:
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    template = "desk/parts/step_form.html" if dialog else "desk/step.html"
    context = {**step_form.context_of(request, actor, complaint, typed, error, letters), "dialog": dialog}
    response = render(request, template, context, status=error.status if error else 200)
    response["Vary"] = "HX-Request"
    return response
