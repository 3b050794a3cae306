"""How mail leaves here: the server, a trial that shows its own words, and what the firm's domain should say."""

from email.utils import parseaddr

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import pauses, providers, smtp
from tingsu.pages.fields import EmailField
from tingsu.pages.refusal import form_page
from tingsu.people.access import Can, actor_for, may

SECURITY = {
    "starttls": gettext_lazy("encrypted after greeting (STARTTLS)"),
    "implicit": gettext_lazy("encrypted from the first byte (TLS, port 465)"),
    "none": gettext_lazy("not encrypted"),
}


class TrialForm(forms.Form):
    """To whom the trial letter goes; empty: only connection and sign-in are tried."""

    address = EmailField(
        label=gettext_lazy("Send a trial letter to"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Empty: only connection, encryption, sign-in and sender are tried."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@require_http_methods(["GET", "POST"])
def outgoing(request: HttpRequest) -> HttpResponse:
    """The state of outgoing mail; trying it is for those who answer for the post."""
    actor = actor_for(request, needs=Can.POST if request.method == "POST" else Can.SETTINGS)
    pause = pauses.open_pause()
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    context = {
        "stays_here": providers.stays_here(),
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else "",
        "security": SECURITY[settings.EMAIL_SECURITY],
        "user": settings.EMAIL_HOST_USER,
        "sender": sender,
        "domain": sender.rpartition("@")[2],
        "reply_to": organisation_with(current_organisation_id()).email,
        "pause": pause,
        "pause_why": smtp.WHY.get(pause.why, pause.why) if pause else "",
        "may_try": may(actor, Can.POST) and not providers.stays_here(),
        "form": TrialForm(request.POST or None),
    }
    form = context["form"]
    if request.method == "POST" and form.is_valid():  # type: ignore[attr-defined]
        address = form.cleaned_data["address"]  # type: ignore[attr-defined]
        trial = smtp.try_out(
            address, _("Trial letter"), _("This letter shows that mail leaves from here.") if address else ""
        )
        context |= {"trial": trial, "trial_why": smtp.WHY.get(trial.why, trial.why), "tried": address}
    return form_page(request, "letters/outgoing.html", context)
