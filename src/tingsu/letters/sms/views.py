"""The settings page of text messages: the account, a trial that shows the provider's own words, where reports go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.actor import Actor
from tingsu.kernel.ids import new_id
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rulebooks import in_force
from tingsu.letters import second_look
from tingsu.letters.events import SMS_EVENTS
from tingsu.letters.models import SmsAccount
from tingsu.letters.preview import NAMES
from tingsu.letters.providers import stays_here
from tingsu.letters.sms import account, gateway, short
from tingsu.letters.sms.account import FIELDS
from tingsu.letters.sms.forms import SmsAccountForm, SmsTrialForm
from tingsu.letters.smtp import WHY, NotSent
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.refusal import form_page, told
from tingsu.people.access import Can, actor_for, may, require


def _who(request: HttpRequest, *, changes: bool) -> Actor:
    """Whoever may open the settings; to change or try the account, answers for outgoing post as well. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.SETTINGS)
    if changes:
        require(actor, Can.POST)
    return actor


@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show and keep the account; its secret is never shown again."""
    actor = _who(request, changes=request.method == "POST")
    row = account.account_or_none()
    initial = {name: getattr(row, name) for name in FIELDS} if row else None
    form = SmsAccountForm(request.POST or None, initial=initial, fresh=row is None)
    if request.method == "POST" and form.is_valid():
        kept = account.set_account(actor=actor, values=form.cleaned_data)
        messages.success(request, _("The account is kept. Send yourself a trial message now."))
        if kept.waits_since:
            messages.warning(request, _("It is used after a second person has looked at it; those who may were told."))
        return redirect("letters:sms")
    return form_page(request, "letters/sms.html", _context(actor, row, form))


@require_POST
def try_page(request: HttpRequest) -> HttpResponse:
    """Send a trial message and say what the provider answered."""
    actor = _who(request, changes=True)
    row = account.account_or_none()
    if row is None or stays_here():
        return redirect("letters:sms")
    initial = {name: getattr(row, name) for name in FIELDS}
    context = _context(actor, row, SmsAccountForm(initial=initial))
    trial = SmsTrialForm(request.POST, kinds=_kinds())
    context["trial_form"] = trial
    if trial.is_valid():
        context |= _tried(row, trial.cleaned_data["number"], trial.cleaned_data["kind"])
    return form_page(request, "letters/sms.html", context)


@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    """Another address for reports; the old one is answered no more."""
    actor = _who(request, changes=True)
    with told(request, _("Enter the new address at the provider: the old one is answered no more.")):
        account.move_reports(actor=actor)
    return redirect("letters:sms")


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """The second person lets the account be used."""
    actor = _who(request, changes=False)
    with told(request):
        row = account.agree(actor=actor, read_at=request.POST.get("read_at", ""))
        messages.success(request, second_look.approved_words(row))
    return redirect("letters:sms")


def _kinds() -> list[tuple[str, Any]]:
    language = get_language() or "zh-hans"
    texts = in_force(short.KIND).body["texts"]
    return [(one["code"], TEMPLATES[one["code"]].label) for one in texts if short.approved(one["code"], language)]


def _context(actor: Actor, row: SmsAccount | None, form: SmsAccountForm) -> dict[str, Any]:
    kinds, may_change = _kinds(), may(actor, Can.POST)
    return {
        "form": form,
        "row": row,
        "why": WHY.get(row.why, row.why) if row and row.why else "",
        "stays_here": stays_here(),
        "may_change": may_change,
        "kinds": kinds,
        "trial_form": SmsTrialForm(kinds=kinds),
        "address": _report_address(row) if row and may_change else "",
        "trial": None,
        "may_look": row is not None and second_look.may_look(actor, row),
        "history": second_look.history(actor, SMS_EVENTS, SmsAccountForm),
    }


def _report_address(row: SmsAccount) -> str:
    token = account.token_of(row)
    return public(f"/o/{current_organisation().slug}/hooks/sms/{token}/") or reverse("letter_hooks:sms", args=[token])


def _tried(row: SmsAccount, number: str, kind: str) -> dict[str, Any]:
    """What came of a message in which every place holds its own name."""
    language = get_language() or "zh-hans"
    values = {name: str(words)[:12] for name, words in NAMES.items()} | {"link_key": "trial"}
    text = short.shortened(kind, language, values) if kind else None
    why, said = "", ""
    try:
        made = gateway.Text(
            to=number, code=text.code if text else "", values=text.values if text else (), mark=new_id().hex
        )
        said = gateway.send(account.access_of(row), made)
        account.note_worked()
    except NotSent as refusal:
        why, said = str(refusal.data["why"]), refusal.said
    return {
        "trial": {"why": WHY.get(why, why), "said": said, "number": number},
        "parts": short.parts_of(text.text, row.sign) if text else 0,
    }
