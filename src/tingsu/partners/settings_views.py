"""Settings → Partner accounts: who of which partner may sign in, bound to secrecy until when (IG-10, PS-13)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Stream
from tingsu.pages.pager import PARAMETER, page_of, pager
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.partners import accounts, programs
from tingsu.partners.access import today
from tingsu.partners.forms import CommitmentForm, PartnerAccountForm
from tingsu.partners.models import PartnerAccount
from tingsu.people import second_factor
from tingsu.people.access import Can, actor_for
from tingsu.people.models import Account

PAGE = 100
ORDER = ("code", "opened_at", "id")


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Accounts by firm, closed ones on demand."""
    actor_for(request, needs=Can.PEOPLE)
    former = request.GET.get("show") == "former"
    page = page_of(PartnerAccount.objects.filter(active=not former), ORDER, request.GET.get(PARAMETER, ""), PAGE)
    streams = Stream.objects.in_bulk([one.pk for one in page.rows])
    day = today(now())
    rows = [
        {
            "account": one, "firm": in_language(one.firm), "bound": one.is_bound(day),
            "name": streams[one.pk].key().open(one.name, accounts.name_context(one)) if one.name else "",
        }
        for one in page.rows
    ]  # fmt: skip
    return render(request, "partners/accounts.html", {"rows": rows, "former": former, "pager": pager(request, page)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """Open an account; the answer shows the first password, once."""
    actor = actor_for(request, needs=Can.PEOPLE)
    form = PartnerAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = accounts.open_partner_account(actor=actor, **form.cleaned_data)
            return _shown_once(request, made.account, made.username, made.password or "")
    return form_page(request, "partners/new_account.html", {"form": form})


def _shown_once(request: HttpRequest, account: PartnerAccount, username: str, password: str) -> HttpResponse:
    context = {"account": account, "firm": in_language(account.firm), "username": username, "password": password}
    return render(request, "partners/password_once.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one_page(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """One account: its commitment, a new password, its end."""
    actor = actor_for(request, needs=Can.PEOPLE)
    account = accounts.account_or_404(account_id)
    before = {name: getattr(account, name) for name in ("contract", "bound_on", "bound_until")}
    form = CommitmentForm(request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        with refusals_on(form):
            accounts.bind_anew(actor=actor, account_id=account.pk, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return _back(account_id)
    context = {
        "form": form,
        "account": account,
        "firm": in_language(account.firm),
        "bound": account.is_bound(today(now())),
        "programs": programs.of_account(account.pk, now()),
        "factor": second_factor.is_on(account.account_id),
        "signs_in": Account.objects.filter(pk=account.account_id).values_list("username", flat=True).first(),
    }
    return form_page(request, "partners/account.html", context)


def _back(account_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("partner_accounts:one", args=[account_id]), status=303)


@never_cache
@require_POST
def password(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """A new first password, shown once."""
    actor = actor_for(request, needs=Can.PEOPLE)
    made = None
    with told(request):
        made = accounts.give_partner_password(actor=actor, account_id=account_id)
    return _shown_once(request, *made) if made else _back(account_id)


@require_POST
def take_factor(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Take away a lost second factor; a second person decides."""
    actor = actor_for(request, needs=Can.PEOPLE)
    with told(request, _("The second factor is taken away. The next sign-in sets up a new one.")):
        accounts.reset_partner_factor(actor=actor, account_id=account_id)
    return _back(account_id)


@require_POST
def end_program(request: HttpRequest, account_id: uuid.UUID, program_id: uuid.UUID) -> HttpResponse:
    """A program of a partner opens nothing any more."""
    actor = actor_for(request, needs=Can.PEOPLE)
    with told(request, _("This program opens nothing any more.")):
        programs.end(actor=actor, account_id=account_id, program_id=program_id)
    return _back(account_id)


@require_POST
def close(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.PEOPLE)
    with told(request, _("The account opens nothing any more. Its history stays.")):
        accounts.close_partner_account(actor=actor, account_id=account_id)
    return _back(account_id)
