"""Asking on the telephone: the questionnaire as it is read out, entered as what was told (SC-05, SC-14)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.complaints import access
from tingsu.figures import pictures
from tingsu.figures.access import picturing
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError
from tingsu.pages.refusal import sentences_of
from tingsu.people.access import Can, actor_for
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.satisfaction import answering, asking, inviting, results, shown
from tingsu.satisfaction.models import Invitation


def _found(actor: Actor, number: str, place: int) -> tuple[Entry, Invitation]:
    """Raises NotFound, NotAllowed."""
    entry = get_entry(actor, registers()[inviting.SURVEY], number)
    if not shown.may_call(actor, entry):
        raise NotAllowed
    row = Invitation.objects.filter(entry=entry, place=place).select_related("entry", "complaint").first()
    if row is None:
        raise NotFound
    return entry, row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """Read out, enter what was told with the reference of the recording; or note that nobody was reached."""
    actor = actor_for(request, needs=Can.DESK)
    entry, row = _found(actor, number, place)
    form = answering.questionnaire_of(entry)
    if request.method != "POST":  # sent twice, it is entered already: the actions ask for themselves
        answering.check_open(row)
        answering.not_the_handler(actor, row)
    names = [*answering.asked_fields(form), "comment", "recording"]
    typed = {name: request.POST.get(name, "") for name in names}
    error: TingsuError | None = None
    if request.method == "POST":
        try:
            with once.sent(request, actor) as first:
                if first and request.POST.get("do") == "missed":
                    answering.not_reached(actor=actor, invitation_id=row.pk)
                elif first:
                    given = answering.read(form, typed)
                    answering.answer_by_phone(
                        actor=actor, invitation_id=row.pk, given=given, recording=typed["recording"]
                    )
        except TingsuError as refused:
            error = refused
        else:
            messages.success(request, _("Entered. The next one to call stands below."))
            return HttpResponseRedirect(reverse("registers:entry", args=[inviting.SURVEY, entry.number]), status=303)
    errors = {name: words for name, words in sentences_of(error).items() if name} if error else {}
    case = row.complaint
    context = {
        "entry": entry, "row": row, "form": form, "questions": asking.questions(form, typed, errors), "typed": typed, "errors": errors,
        "refusal": str(error) if error and not errors else "", "once": once.fresh_key(), "case": case,
        "opens": access.visible_to(actor, type(case).objects.filter(pk=case.pk)).exists(), "left": answering.MOST_CALLS - row.calls,
    }  # fmt: skip
    return render(request, "satisfaction/call.html", context, status=error.status if error else 200)


@never_cache
@require_GET
def picture(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The indexes of the surveys with the questionnaire of one, as a picture."""
    entry = get_entry(picturing(request, "survey"), registers()[inviting.SURVEY], number)
    form_of = answering.questionnaire_of(entry)
    drawn = shown.chart_of(results.line(entry.codes["questionnaire"]))
    return pictures.answer(entry.number, f"{form_of.name} · {entry.number}", drawn, form)
