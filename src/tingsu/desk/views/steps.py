"""A step of the process as a dialog or as a page of its own, made from the process table."""

from typing import Any

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
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import shown_text
from tingsu.desk import timeline, undo, uploads
from tingsu.desk.access import staff
from tingsu.desk.cases import reasons_of
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ChangedMeanwhile, ConditionsUnmet, InvalidInput, NotAllowed, TingsuError
from tingsu.kernel.typed import whole_number
from tingsu.pages.refusal import told
from tingsu.people.access import Can
from tingsu.process.controls import controls_of
from tingsu.process.registry import posted, starting_values
from tingsu.process.steps import Step
from tingsu.process.values import from_post
from tingsu.triage.steps.assessment import ASSESS_AND_GRADE


@require_http_methods(["GET", "POST"])
def step_page(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Show or take one step. Works as a page; inside the case page it is fetched into a dialog."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    taken = step_named(step)
    if request.method == "POST":
        return _take(request, actor, complaint, taken)
    with reading(complaint):
        if not may_take(actor, complaint, taken):
            raise NotAllowed(_("Your role on this case does not allow “%(step)s”."), step=taken.label)
        given = request.GET.dict()
        raw = {
            **starting_values(taken, actor, complaint),
            **{one.name: given[one.name] for one in taken.fields if one.name in given},
        }
        return _form(request, actor, complaint, taken, raw)


def _take(request: HttpRequest, actor: Actor, complaint: Complaint, step: Step) -> HttpResponse:
    with reading(complaint):
        raw = posted(step, from_post(step, request.POST), actor, complaint)
    try:
        with once.claimed(actor, request.POST.get("once", "")) as first:
            if not first:
                return _done(request, complaint)
            uploads.take_in(request, actor, step, raw)
            take_step(
                actor=actor,
                complaint_id=complaint.pk,
                step=step.name,
                values=raw,
                version=whole_number(request.POST.get("version", "")),
            )
    except TingsuError as error:
        complaint = get_complaint(actor, complaint.number)
        with reading(complaint):
            return _form(request, actor, complaint, step, raw, error)
    undo.offer(request, complaint, step, raw)
    return _done(request, complaint)


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
    actor: Actor,
    complaint: Complaint,
    step: Step,
    raw: dict[str, Any],
    error: TingsuError | None = None,
) -> HttpResponse:
    problem = error if isinstance(error, InvalidInput) else None
    seen = request.POST.get("seen", "")
    context = {
        "case": {
            "number": complaint.number,
            "title": shown_text(actor, complaint, "summary"),
            "version": complaint.version,
        },
        "seen": complaint.stream.last_seq,
        "once": once.fresh_key(),
        "step": step,
        "fields": controls_of(
            step.fields, raw=raw, problem=problem, subject=complaint, people=uploads.source(actor, complaint, raw)
        ),
        "multipart": any(one.kind == "files" for one in step.fields),
        "reasons": reasons_of(actor, complaint, step, now()) if error is None else [],
        "suggestion": complaint.get_suggested_grade_display()
        if step is ASSESS_AND_GRADE and not complaint.grade
        else "",
        "error": error,
        "unmet": [str(one) for one in error.unmet] if isinstance(error, ConditionsUnmet) else [],
        "theirs": timeline.entries_since(actor, complaint, seen) if isinstance(error, ChangedMeanwhile) else [],
    }
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    template = "desk/parts/step_form.html" if dialog else "desk/step.html"
    response = render(request, template, {**context, "dialog": dialog}, status=error.status if error else 200)
    response["Vary"] = "HX-Request"
    return response
