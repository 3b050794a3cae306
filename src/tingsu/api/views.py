"""Programs' access: issue a token, see what there is, revoke it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token, revoke_token
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.people.roles import Role

SCOPES = (
    ("complaints:read", gettext_lazy("Read complaints")),
    ("complaints:write", gettext_lazy("Register complaints and take steps")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """All tokens, and the form for another; the secret is shown once, on the answer to the form."""
    actor = actor_for(request, needs=Can.TOKENS)
    if request.method != "POST":
        return _page(request)
    typed: dict[str, Any] = {
        "name": request.POST.get("name", "").strip(),
        "scopes": request.POST.getlist("scopes"),
        "roles": request.POST.getlist("roles"),
        "acts_for": request.POST.get("acts_for", ""),
    }
    try:
        secret = _issue(actor, typed)
    except InvalidInput as error:
        return _page(request, typed=typed, errors={name: str(one) for name, one in error.fields.items()}, status=422)
    return _page(request, secret=secret)


def _issue(actor: Actor, typed: dict[str, Any]) -> str:
    try:
        acts_for = uuid.UUID(typed["acts_for"])
    except ValueError:
        acts_for = uuid.UUID(int=0)
    _row, text = issue_token(
        actor=actor, name=typed["name"], scopes=typed["scopes"], roles=typed["roles"], acts_for=acts_for
    )
    return text


@require_POST
def revoke(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    revoke_token(actor=actor_for(request, needs=Can.TOKENS), token_id=token_id)
    messages.success(request, _("The token opens nothing any more."))
    return HttpResponseRedirect(reverse("tokens:tokens"), status=303)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = list(ApiToken.objects.order_by("revoked_at", "name"))
    known = people.members_by_id(row.acts_for_id for row in rows)
    context = {
        "tokens": [(row, known.get(row.acts_for_id)) for row in rows],
        "members": people.active_members(),
        "scopes": SCOPES,
        "roles": Role.choices,
        **more,
    }
    return render(request, "api/tokens.html", context, status=status)
