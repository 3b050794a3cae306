"""One feedback to several complainants: each case its own transaction, each refusal told with its number."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tingsu.complaints.access import get_complaint
from tingsu.complaints.actions import take_step
from tingsu.complaints.process import PROCESS
from tingsu.desk.access import staff
from tingsu.kernel import once
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.kernel.punctuation import after_label
from tingsu.people.access import Can
from tingsu.process.controls import controls_of
from tingsu.process.steps import Step
from tingsu.process.values import clean, from_post

MOST_AT_ONCE = 50


def step_for_several() -> Step:
    """The step that may be taken on several cases at once."""
    return next(step for step in PROCESS.values() if step.several)


@require_POST
def feedback(request: HttpRequest) -> HttpResponse:
    """First the selected cases and an empty form ("prepare"), then the message to all of them."""
    actor = staff(request, Can.WORK_CASES)
    step = step_for_several()
    numbers = list(dict.fromkeys(request.POST.getlist("case")))[:MOST_AT_ONCE]
    if not numbers:
        messages.error(request, _("Select at least one case first."))
        return _queue()
    if "prepare" in request.POST:
        return _form(request, numbers, {})
    raw = from_post(step, request.POST)
    try:
        clean(step, raw, zone=request.organisation.time_zone)  # type: ignore[attr-defined]
    except InvalidInput as error:
        return _form(request, numbers, raw, error)
    done, refused = 0, []
    try:
        with once.sent(request, actor) as first:
            if not first:
                return _queue()
            for number in numbers:
                try:
                    take_step(actor=actor, complaint_id=get_complaint(actor, number).pk, step=step.name, values=raw)
                    done += 1
                except TingsuError as error:
                    refused.append((number, str(error)))
    except once.SentBefore as error:
        return _form(request, numbers, raw, error)
    if refused and not done:
        once.release(actor, request.POST.get("once", ""))
        return _form(request, numbers, raw, refused=refused)
    for number, words in refused:
        messages.error(request, after_label(number, words))
    messages.success(
        request, ngettext("Feedback given in %(n)s case.", "Feedback given in %(n)s cases.", done) % {"n": done}
    )
    return _queue()


def _queue() -> HttpResponse:
    response = HttpResponseRedirect(reverse("desk:queue"))
    response.status_code = 303
    return response


def _form(
    request: HttpRequest,
    numbers: list[str],
    raw: dict[str, Any],
    error: TingsuError | None = None,
    refused: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    context = {
        "numbers": numbers,
        "fields": controls_of(
            step_for_several().fields, raw=raw, problem=error if isinstance(error, InvalidInput) else None
        ),
        "error": error,
        "refused": refused or [],
        "once": once.fresh_key(),
    }
    return render(request, "desk/several.html", context, status=error.status if error else 422 if refused else 200)
