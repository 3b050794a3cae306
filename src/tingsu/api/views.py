"""Programs' access: issue a token, see what there is, revoke it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.api.forms import TokenForm
from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token, revoke_token
from tingsu.pages.refusal import form_page, refusals_on
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """All tokens, and the form for another; the secret is shown once, on the answer to the form."""
    actor = actor_for(request, needs=Can.TOKENS)
    form, secret = TokenForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        with refusals_on(form):
            _row, secret = issue_token(actor=actor, **form.cleaned_data)
            form = TokenForm()
    rows = list(ApiToken.objects.order_by("revoked_at", "name"))
    known = people.members_by_id(row.acts_for_id for row in rows)
    tokens = [(row, known.get(row.acts_for_id)) for row in rows]
    return form_page(request, "api/tokens.html", {"form": form, "secret": secret, "tokens": tokens})


@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    revoke_token(actor=actor_for(request, needs=Can.TOKENS), token_id=token_id)
    messages.success(request, _("The token opens nothing any more."))
    return HttpResponseRedirect(reverse("tokens:tokens"), status=303)
