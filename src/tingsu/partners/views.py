"""The partners' door: what waits for the firm, one question with its answer, a complaint handed over and followed (IG-10)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.complaints.actions import take_step
from tingsu.kernel import once
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotFound, TingsuError, Unmet
from tingsu.kernel.fields import in_language
from tingsu.pages.pager import PARAMETER, page_of, pager
from tingsu.pages.refusal import form_page, refusals_on, sentences_of
from tingsu.partners.access import partner_for
from tingsu.partners.forms import HandOverForm
from tingsu.partners.handing import followed, hand_over, handed_by
from tingsu.partners.models import SEEN_FOR, PartnerAccount, PartnerTask
from tingsu.partners.steps.tasks import ANSWER_PARTNER, ANSWERED
from tingsu.process import uploads
from tingsu.process.controls import controls_of
from tingsu.process.values import from_post

PAGE = 30
ORDER = ("-handed_at", "-id")
MOST = 200
"""Questions that are shown at once: a firm with more answers the oldest first."""


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Open questions by their day, those answered lately, and what the firm handed over with its stage."""
    _actor, account = partner_for(request)
    at = now()
    rows = PartnerTask.objects.filter(code=account.code).select_related("complaint__stream")
    page = page_of(handed_by(account.code), ORDER, request.GET.get(PARAMETER, ""), PAGE)
    context = {
        "firm": in_language(account.firm),
        "account": account,
        "open": [_line(row, at) for row in rows.filter(state=PartnerTask.State.OPEN).order_by("due_at", "id")[:MOST]],
        "done": [
            _line(row, at)
            for row in rows.filter(state__in=ANSWERED, answered_at__gt=at - SEEN_FOR).order_by("-answered_at", "-id")[:MOST]
        ],
        "handed": [followed(row) for row in page.rows],
        "pager": pager(request, page),
    }  # fmt: skip
    return render(request, "partners/home.html", context)


def _line(row: PartnerTask, at: Any) -> dict[str, Any]:
    return {"row": row, "question": row.shown("question"), "late": row.is_open and row.due_at < at}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def task_page(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """One question of the own firm with what was given for it; anything else does not exist."""
    actor, account = partner_for(request)
    row = PartnerTask.objects.filter(pk=task_id, code=account.code).select_related("complaint__stream").first()
    if row is None or not row.is_shown(now()):
        raise NotFound
    answerable = row.is_open and row.complaint.state in ANSWER_PARTNER.sources
    raw: dict[str, Any] = {}
    error: TingsuError | None = None
    if request.method == "POST":
        raw = from_post(ANSWER_PARTNER, request.POST) | {"task": str(row.pk)}
        try:
            with once.sent(request, actor) as first:
                if first:
                    if not answerable:
                        raise ConditionsUnmet([Unmet("no_task", _("no question waits for your firm here"))])
                    uploads.take_in(request, actor, ANSWER_PARTNER, raw, purpose="evidence")
                    take_step(actor=actor, complaint_id=row.complaint_id, step=ANSWER_PARTNER.name, values=raw)
            messages.success(request, _("Thank you. Your answer is with us."))
            return HttpResponseRedirect(reverse("partners:home"), status=303)
        except TingsuError as refused:
            error = refused
    fields = [
        one
        for one in controls_of(
            ANSWER_PARTNER.fields, raw=raw, problem=error if isinstance(error, InvalidInput) else None
        )
        if one.name != "task"
    ]
    context = {
        "row": row,
        "texts": {name: row.shown(name) for name in ("question", "given", "answer", "return_reason")},
        "late": row.is_open and row.due_at < now(),
        "answerable": answerable or bool(raw),  # what was typed is never thrown away
        "fields": fields,
        "once": once.fresh_key(),
        "refusal": "" if error is None or any(one.error for one in fields) else " ".join(sentences_of(error).values()),
        "wrong": [one for one in fields if one.error],
    }  # fmt: skip
    return render(request, "partners/task.html", context, status=error.status if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """A complaint that a customer brought to the partner."""
    actor, account = partner_for(request)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = hand_over(
                actor=actor, account=account, given=form.cleaned_data, key=request.POST.get("once", "")[:36]
            )
            messages.success(
                request, _("Handed over. Its number here is %(number)s.") % {"number": made.complaint.number}
            )
            return HttpResponseRedirect(reverse("partners:home"), status=303)
    context = {"form": form, "once": request.POST.get("once", "") or once.fresh_key(), "firm": _firm(account)}
    return form_page(request, "partners/hand_over.html", context)


def _firm(account: PartnerAccount) -> str:
    return in_language(account.firm)
