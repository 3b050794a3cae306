"""Settings pages of subscriptions: make one, look at what became of each event, send it again."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.hooks import actions
from tingsu.hooks.forms import AgainForm, DecisionForm, LogForm, SubscriptionForm
from tingsu.hooks.models import Attempt, Delivery, Subscription
from tingsu.hooks.words import WHY_NOT_SENT, WHY_PAUSED, said_of, subscribable
from tingsu.kernel import once, outgoing
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue, NotFound
from tingsu.kernel.events import words_of
from tingsu.kernel.models import Event
from tingsu.pages.pager import PARAMETER, page_of, pager
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for

ORDER = ("-created_at", "-pk")
PER_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_page(request: HttpRequest) -> HttpResponse:
    """All subscriptions, and the form for another; its secret stands on the answer to the form and nowhere else."""
    actor = actor_for(request, needs=Can.TOKENS)
    form, secret = SubscriptionForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        with refusals_on(form), once.sent(request, actor) as first:
            if not first:
                messages.info(
                    request, _("This subscription was made before; give it a new secret if the first was not copied.")
                )
                return HttpResponseRedirect(reverse("hooks:list"), status=303)
            _row, secret = actions.subscribe(actor=actor, kinds=form.kinds, **_given(form))
            form = SubscriptionForm()
    rows = list(Subscription.objects.order_by("state", "name"))
    owners = people.members_by_id(row.owner_id for row in rows)
    context = {
        "form": form, "secret": secret, "once": once.fresh_key(),
        "rows": [(row, owners.get(row.owner_id), WHY_PAUSED.get(row.why, "")) for row in rows],
    }  # fmt: skip
    return form_page(request, "hooks/list.html", context)


def _given(form: SubscriptionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "address", "unit_id", "product", "personal")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One subscription: how it stands, the log of what was sent, and the form that changes it."""
    actor = actor_for(request, needs=Can.TOKENS)
    row = _row(id)
    form = SubscriptionForm(request.POST if request.method == "POST" else None, subscription=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.change(actor=actor, id=id, kinds=form.kinds, **_given(form))
        if not form.errors:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("hooks:one", args=[id]), status=303)
    return form_page(request, "hooks/one.html", _context(request, actor, row) | {"form": form})


def _row(id: uuid.UUID) -> Subscription:
    row = Subscription.objects.select_related("stream").filter(pk=id).first()
    if row is None:
        raise NotFound
    return row


def _context(request: HttpRequest, actor: Actor, row: Subscription) -> dict[str, Any]:
    log = LogForm(request.GET or None, kinds=_kinds(row))
    asked = {}
    if log.is_bound:
        if not log.is_valid():
            raise InvalidValue(code="choice")
        asked = {name: value for name, value in log.cleaned_data.items() if value}
    attempts = Prefetch("attempts", Attempt.objects.order_by("at"))
    found = Delivery.objects.filter(subscription=row, **asked).prefetch_related(attempts)
    page = page_of(found, ORDER, request.GET.get(PARAMETER, ""), PER_PAGE)
    history = Event.objects.filter(stream_id=row.pk).order_by("-seq")[:50]
    words = subscribable()
    return {
        "row": row,
        "owner": people.staff_identity(row.owner_id),
        "why": WHY_PAUSED.get(row.why, ""),
        "kinds": [words.get(one, one) for one in row.kinds],
        "unit": people.unit_name(row.unit_id),
        "log": log,
        "deliveries": [(one, said_of(one.kind), _tries(one)) for one in page.rows],
        "pager": pager(request, page),
        "waiting": Delivery.objects.filter(subscription=row, state=Delivery.State.WAITING).count(),
        "history": [(one.at, people.staff_identity(one.actor_id), words_of(one)) for one in history],
        "again": AgainForm(),
        "decision": DecisionForm(),
        "may_decide": row.personal == "asked" and actions.may_decide(actor) and row.owner_id != actor.id,
        "is_owner": row.owner_id == actor.id,
    }


def _kinds(row: Subscription) -> list[str]:
    names = Delivery.objects.filter(subscription=row).order_by("kind").values_list("kind", flat=True)
    return list(names.distinct())


def _tries(one: Delivery) -> list[tuple[Attempt, str]]:
    return [(each, str(outgoing.WHY.get(each.why) or WHY_NOT_SENT.get(each.why, ""))) for each in one.attempts.all()]


@never_cache
@require_POST
def do(request: HttpRequest, id: uuid.UUID, what: str) -> HttpResponse:
    """One button of the page. A new secret stands on the answer to it and nowhere else."""
    actor = actor_for(request, needs=Can.TOKENS)
    row = _row(id)
    with told(request):
        if what == "secret":
            secret = actions.turn_secret(actor=actor, id=id)
            fresh = {"form": SubscriptionForm(subscription=row), "secret": secret}
            return form_page(request, "hooks/one.html", _context(request, actor, _row(id)) | fresh)
        if what not in BUTTONS:
            raise NotFound
        messages.success(request, BUTTONS[what](request, actor, id))
    return HttpResponseRedirect(reverse("hooks:one", args=[id]), status=303)


def _test(request: HttpRequest, actor: Actor, id: uuid.UUID) -> str:
    outcome = actions.try_out(actor=actor, id=id)
    if outcome.status is None:
        return str(outgoing.WHY.get(outcome.why) or WHY_NOT_SENT.get(outcome.why, "")) % {"seconds": 10, "limit": 1}
    return _("The other side answered %(status)s within %(ms)s ms.") % {
        "status": outcome.status,
        "ms": outcome.milliseconds,
    }


def _replay(request: HttpRequest, actor: Actor, id: uuid.UUID) -> str:
    form = AgainForm(request.POST)
    if not form.is_valid():
        raise InvalidValue(code="datetime")
    count = actions.replay(actor=actor, id=id, since=form.cleaned_data["since"])
    return _("%(count)s events are sent again.") % {"count": count}


def _again(request: HttpRequest, actor: Actor, id: uuid.UUID) -> str:
    try:
        delivery_id = uuid.UUID(request.POST.get("delivery", ""))
    except ValueError as error:
        raise NotFound from error
    actions.send_again(actor=actor, id=id, delivery_id=delivery_id)
    return _("It is sent again.")


def _decide(request: HttpRequest, actor: Actor, id: uuid.UUID) -> str:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidValue(code="required")
    granted = form.cleaned_data["answer"] == "granted"
    actions.decide_personal(actor=actor, id=id, granted=granted, reason=form.cleaned_data["reason"])
    return _("Saved.")


def _simply(action: Callable[..., None], request: HttpRequest, actor: Actor, id: uuid.UUID) -> str:
    action(actor=actor, id=id)
    return _("Saved.")


BUTTONS: dict[str, Callable[[HttpRequest, Actor, uuid.UUID], str]] = {
    "pause": partial(_simply, actions.pause),
    "resume": partial(_simply, actions.resume),
    "end": partial(_simply, actions.stop),
    "test": _test,
    "replay": _replay,
    "again": _again,
    "decide": _decide,
}
