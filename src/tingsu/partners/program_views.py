"""The partners' door: the programs that ask in the name of the partner's person (IG-10)."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.clock import now
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.partners import programs as actions
from tingsu.partners.access import partner_for
from tingsu.partners.forms import ProgramForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def programs(request: HttpRequest) -> HttpResponse:
    """The accesses that hold; a new one is shown once, in the answer that made it."""
    actor, account = partner_for(request)
    form = ProgramForm(request.POST if request.method == "POST" else None)
    token = ""
    if form.is_valid():
        with refusals_on(form):
            _program, token = actions.make(
                actor=actor, account=account, name=form.cleaned_data["program"], days=form.cleaned_data["days"]
            )
    context = {
        "form": ProgramForm() if token else form, "programs": actions.of_account(account.pk, now()), "token": token,
        "address": request.build_absolute_uri(reverse("partner-api-1:tasks")),
    }  # fmt: skip
    if token:
        return render(request, "partners/programs.html", context)
    return form_page(request, "partners/programs.html", context)


@require_POST
def end(request: HttpRequest, program_id: uuid.UUID) -> HttpResponse:
    """One of them opens nothing any more."""
    actor, account = partner_for(request)
    with told(request, _("This program opens nothing any more.")):
        actions.end(actor=actor, account_id=account.pk, program_id=program_id)
    return HttpResponseRedirect(reverse("partners:programs"), status=303)
