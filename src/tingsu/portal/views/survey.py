"""A questionnaire opened by the link of a letter: answered once, without account and without script (SC-05, SC-07).

Whoever only looks ahead (a mail program, a chat) changes nothing: the page is a form, and the link goes on working until it is sent.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.limits import count_attempt
from tingsu.portal import shell
from tingsu.portal.forms import FormState
from tingsu.portal.views.follow import QUARTER, TRIES_OF_AN_ADDRESS
from tingsu.satisfaction import answering, asking, links


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, the thanks, or why the link opens nothing. Bad input answers 422 with everything still there."""
    state = FormState()
    try:
        row = links.behind(token)
        answering.check_open(row)
        form = answering.questionnaire_of(row.entry)
        typed = {name: request.POST.get(name, "") for name in [*answering.asked_fields(form), "comment"]}
        if request.method == "POST":
            if request.POST.get("do") == "refuse":
                answering.refuse(row.pk)
                return shell.page(request, "portal/survey_done.html", {"refused": True})
            try:
                kept = answering.answer(row.pk, answering.read(form, typed))
                return shell.page(request, "portal/survey_done.html", {"late": kept.late})
            except InvalidInput as wrong:
                state = FormState(values=typed, errors={name: str(one) for name, one in wrong.fields.items()})
    except links.SurveyLinkEnded as ended:
        if type(ended) is links.SurveyLinkEnded:  # guessed, not used up
            count_attempt("portal.link", counted_as(request), limit=TRIES_OF_AN_ADDRESS, window=QUARTER)
        return shell.page(request, "portal/survey_ended.html", {"why": str(ended)}, status=ended.status)
    context = {
        "step": state, "form": form, "questions": asking.questions(form, typed, state.errors), "number": row.complaint.number,
        "until": answering.last_day(row.entry), "wish": _("What should we know?"),
    }  # fmt: skip
    return shell.page(request, "portal/survey.html", context, status=422 if state.errors else 200)
