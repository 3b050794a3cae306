"""Programs' access: issue a token, see what there is, revoke it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.api.forms import TokenForm
from tingsu.api.models import ApiToken
from tingsu.api.tokens import agree, approve, issue_token, revoke_token, waits_for_consent, waits_for_second_person
from tingsu.api.waiting import tokens_waiting
from tingsu.kernel import once
from tingsu.pages.refusal import form_page, refusals_on
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """All tokens, and the form for another; the secret is shown once, on the answer to the form. Asked for again by a
    reload or by going back, no second token is made.
    """
    actor = actor_for(request, needs=Can.TOKENS)
    form, secret = TokenForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        with refusals_on(form), once.sent(request, actor) as first:
            if not first:
                messages.info(
                    request, _("This token was issued before; it is shown once only. Revoke it if it was not copied.")
                )
                return HttpResponseRedirect(reverse("tokens:tokens"), status=303)
            _row, secret = issue_token(actor=actor, **form.cleaned_data)
            form = TokenForm()
    rows = list(ApiToken.objects.order_by("revoked_at", "name"))
    known = people.members_by_id(one for row in rows for one in (row.acts_for_id, row.made_by_id))
    tokens = [
        {
            "row": row,
            "member": known.get(row.acts_for_id),
            "consent": waits_for_consent(row),
            "second": waits_for_second_person(row),
            "replace": row.made_by_id in known and not known[row.made_by_id].active,
        }
        for row in rows
    ]
    return form_page(
        request, "api/tokens.html", {"form": form, "secret": secret, "tokens": tokens, "once": once.fresh_key()}
    )


@require_safe
def waiting_page(request: HttpRequest) -> HttpResponse:
    """Programs that are to act in my name, and those that wait for me as the second person."""
    actor = actor_for(request, needs=Can.DESK)
    mine, others = tokens_waiting(actor)
    known = people.members_by_id(one.acts_for_id for one in others)
    context = {
        "mine": [(one, people.member_or_none(one.made_by_id)) for one in mine],
        "others": [(one, known.get(one.acts_for_id)) for one in others],
    }
    return render(request, "api/waiting.html", context)


@require_POST
def agree_to(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    agree(actor=actor_for(request, needs=Can.DESK), token_id=token_id)
    messages.success(request, _("You agreed. The program may act in your name."))
    return HttpResponseRedirect(reverse("tokens:waiting"), status=303)


@require_POST
def approve_one(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    approve(actor=actor_for(request, needs=Can.DESK), token_id=token_id)
    messages.success(request, _("The access of the program is approved."))
    return HttpResponseRedirect(reverse("tokens:waiting"), status=303)


@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    revoke_token(actor=actor_for(request, needs=Can.TOKENS), token_id=token_id)
    messages.success(request, _("The token opens nothing any more."))
    return HttpResponseRedirect(reverse("tokens:tokens"), status=303)
