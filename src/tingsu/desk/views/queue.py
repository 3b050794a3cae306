"""The queue: page, fresh counts, saved views, assigning several cases."""

import uuid
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tingsu.complaints import filters, kept_filters
from tingsu.complaints.access import get_complaint
from tingsu.complaints.actions import take_step
from tingsu.complaints.fields import CaseField, case_field
from tingsu.complaints.models import SavedView
from tingsu.complaints.options import receiving_members
from tingsu.complaints.steps.ownership import ASSIGN, WITHDRAW_OFFER
from tingsu.desk import looks, queue
from tingsu.desk.access import may, staff
from tingsu.desk.navigation import capped
from tingsu.desk.rows import CaseLine, rows_of
from tingsu.desk.templatetags import case_ui
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.spelling import tidy
from tingsu.pages.compiled import drawn
from tingsu.pages.pager import Page, pager
from tingsu.pages.refusal import told
from tingsu.pages.templatetags import tingsu_ui
from tingsu.people.access import Can

MOST_AT_ONCE = 100
CLOSED = frozenset({"closed", "archived"})
"""The queue holds open complaints only."""
LONG_LIST = 20
"""Filters with more choices than this (provinces, categories) stand on the page of all filters."""
UNDO = "desk_undo_assign"
UNDO_WITHIN = timedelta(seconds=15)
"""Ten seconds to decide, and some for the way."""


@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """The queue of open cases, one page by key; filters, tab and paging stand in the URL."""
    actor = staff(request, Can.SEE_QUEUE)
    at = now()
    asked = queue.Asked.read(actor, request.GET)
    views = queue.shipped_views(actor, at)
    kept = list(SavedView.objects.filter(member_id=actor.id).order_by("position", "name"))
    own = [one for one in kept if not one.tab]
    chosen = next((one for one in own if f"own-{one.pk}" == asked.view), None)
    if chosen:
        asked = queue.Asked.read(actor, {**chosen.filters, "view": asked.view, **request.GET.dict()})
    view = next((one for one in views if one.key == asked.view), None)
    open_rows = queue.open_cases(actor)
    rows = asked.narrowed(open_rows.filter(view.where) if view else open_rows)
    page = queue.page_of(rows, asked.after)
    quick = [one for one in views if one.indexed]
    whole = queue.urgency_conditions(at) if not asked.filters and (view is None or view.indexed) and not chosen else {}
    numbers = queue.counts(
        [*(open_rows.filter(one.where) for one in quick), *(rows.filter(where) for where in whole.values())]
    )
    known = {one.key: number for one, number in zip(quick, numbers, strict=False)}
    context = {
        "at": at,
        "page": {"title": _("Queue")},
        "view": {"key": asked.view},
        "tabs": _tabs(actor, asked, views, known, own),
        "counts_url": f"{reverse('desk:tab_counts')}{asked.url()}",
        "groups": _groups(actor, page, dict(zip(whole, numbers[len(quick) :], strict=True)), at),
        "filters": _filters(actor, asked, every="more" in request.GET),
        "more_filters": "" if "more" in request.GET else f"{reverse('desk:queue')}{asked.url()}&more=1",
        "dropped": _dropped(asked),
        "chips": _chips(asked),
        "clear_url": asked.url(filters={}, owner=None),
        "asked": asked,
        "own_view": chosen.pk if chosen else "",
        "can_save": bool(asked.filters) and len(own) < kept_filters.MOST_VIEWS,
        "look": looks.look_of(kept, asked.view),
        "pager": pager(request, page),
        "empty": _empty(asked, actor, at),
        "can_reply": may(actor, Can.WORK_CASES),
        "assignees": receiving_members(None) if may(actor, Can.ASSIGN) else [],
        "fresh_url": f"{reverse('desk:fresh')}{asked.url()}&since={at.isoformat()}".replace("+", "%2B"),
    }
    return render(request, "desk/queue.html", context)


def _filters(actor: Actor, asked: queue.Asked, *, every: bool) -> list[dict[str, Any]]:
    """The filters as plain selects, so that they work without scripts; long lists only where they are asked for."""
    language = get_language() or ""
    return [
        {"name": name, "label": one.field.label, "options": _options(one, asked.filters.get(name, ""), language)}
        for name, one in filters.filters_for(actor).items()
        if every or name in asked.filters or len(filters.choices(one)) <= LONG_LIST
    ]


def _options(one: CaseField, chosen: str, language: str) -> SafeString:
    """Lists of the enterprise's own are drawn anew, for a rulebook may change them."""
    drawing = _drawn_options if isinstance(one.field.options, tuple) else _drawn_options.__wrapped__
    return drawing(one.name, chosen, language)


@lru_cache(maxsize=512)
def _drawn_options(name: str, chosen: str, language: str) -> SafeString:
    choices = [("", _("Any")), *(pair for pair in filters.choices(case_field(name)) if pair[0] not in CLOSED)]
    picked = mark_safe(" selected")
    # Every page of the queue carries some two hundred of these: no end tags, and no quotes about a plain word, which HTML
    # leaves to the reader.
    rows = ((_value(code), picked if code == chosen else "", word) for code, word in choices)
    return format_html_join("", "<option value={}{}>{}", rows)


def _value(code: str) -> str:
    return code if code.isascii() and code.replace("_", "").replace("-", "").isalnum() else format_html('"{}"', code)


def _dropped(asked: queue.Asked) -> str:
    """What of the address was left out, in words."""
    return ", ".join(f"{case_field(name).field.label}: {value[:40]}" for name, value in asked.dropped.items())


def _tabs(
    actor: Actor, asked: queue.Asked, views: list[queue.View], known: dict[str, int], own: list[SavedView]
) -> list[dict[str, Any]]:
    tabs: list[dict[str, Any]] = [
        {
            "label": one.label,
            "url": queue.Asked(view=one.key).url(),
            "current": one.key == asked.view,
            "count": capped(known[one.key]) if one.key in known else "",
            "late": one.late and known.get(one.key, 0) > 0,
        }
        for one in views
    ]
    for saved in own:
        key = f"own-{saved.pk}"
        url = queue.Asked.read(actor, {**saved.filters, "view": key}).url()
        tabs.append({"label": saved.name, "url": url, "current": key == asked.view, "count": ""})
    return tabs


def _groups(actor: Actor, page: Page[Any], totals: dict[str, int], at: datetime) -> list[dict[str, Any]]:
    midnight = queue.end_of_day(at)
    by_case = {one.pk: queue.urgency(one, at, midnight) for one in page.rows}
    rows = rows_of(actor, page.rows, by_case)
    groups = []
    for key, title in queue.URGENCIES:
        inside = [row for row in rows if row.group == key]
        if inside:
            shown = str(len(inside)) + ("+" if page.following and inside[-1] is rows[-1] else "")
            count = capped(max(totals[key], len(inside))) if key in totals else shown
            groups.append({"key": key, "title": title, "count": count, "rows": inside, "drawn": _drawn(inside, at)})
    return groups


def _drawn(rows: list[CaseLine], at: datetime) -> SafeString:
    pieces = [
        (
            row,
            case_ui.risk_badge(row.risk),
            case_ui.rung_mark(row.level),
            tingsu_ui.avatar(row.owner),
            case_ui.stage_bars(row.position),
            tingsu_ui.clock(row.promise, row.promise_name, at=at) if row.promise else None,
        )
        for row in rows
    ]
    return drawn("desk/queue_rows.html", rows=pieces, select=_("Select"), unassigned=_("Unassigned"))


def _chips(asked: queue.Asked) -> list[dict[str, Any]]:
    chips = []
    for name, value in asked.filters.items():
        one = case_field(name)
        rest = {key: other for key, other in asked.filters.items() if key != name}
        words = {str(code): label for code, label in filters.choices(one)}
        chips.append({"label": one.field.label, "value": words[value], "remove": asked.url(filters=rest, dropped={})})
    return chips


def _empty(asked: queue.Asked, actor: Actor, at: datetime) -> dict[str, Any]:
    if asked.filters or asked.owner:
        return {
            "fact": _("No open complaint fits these filters."),
            "url": asked.url(filters={}, owner=None),
            "action": _("Clear filters"),
        }
    if asked.view == "late":
        return {
            "fact": _("Nothing is overdue."),
            "url": queue.Asked(view="today").url(),
            "action": _("See what is due today"),
        }
    return {"fact": _("No open complaint here."), "url": queue.Asked(view="all").url(), "action": _("See all open")}


@require_GET
def tab_counts(request: HttpRequest) -> HttpResponse:
    """The tabs with every number, asked for once the page is there: some are not counted by an index alone."""
    actor = staff(request, Can.SEE_QUEUE)
    asked = queue.Asked.read(actor, request.GET)
    views = queue.shipped_views(actor, now())
    open_rows = queue.open_cases(actor)
    numbers = queue.counts(open_rows.filter(one.where) for one in views)
    own = list(SavedView.objects.filter(member_id=actor.id, tab="").order_by("position", "name"))
    known = {one.key: number for one, number in zip(views, numbers, strict=True)}
    return render(request, "desk/parts/queue_tabs.html", {"tabs": _tabs(actor, asked, views, known, own)})


@require_GET
def fresh(request: HttpRequest) -> HttpResponse:
    """How many cases of this view changed since the page was drawn: a link, never a list that moves by itself."""
    actor = staff(request, Can.SEE_QUEUE)
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return HttpResponse(status=204)
    if since.tzinfo is None:
        return HttpResponse(status=204)
    asked = queue.Asked.read(actor, request.GET)
    view = next((one for one in queue.shipped_views(actor, now()) if one.key == asked.view), None)
    rows = queue.open_cases(actor).filter(registered_at__gt=since)
    (number,) = queue.counts([asked.narrowed(rows.filter(view.where) if view else rows)])
    if not number:
        return HttpResponse("")
    return render(request, "desk/parts/fresh.html", {"number": number, "url": f"{reverse('desk:queue')}{asked.url()}"})


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name, as a tab of one's own."""
    actor = staff(request, Can.SEE_QUEUE)
    asked = queue.Asked.read(actor, request.POST)
    name = tidy(request.POST.get("name", ""))
    if not name or not asked.filters:
        messages.error(request, _("Choose at least one filter and give the view a name."))
        return HttpResponseRedirect(f"{reverse('desk:queue')}{asked.url()}")
    look = looks.look_of(SavedView.objects.filter(member_id=actor.id), asked.view)
    with told(request):
        kept_filters.save_view(actor, name=name, filters=dict(asked.filters), hidden=look.hidden, compact=look.compact)
    saved = SavedView.objects.filter(member_id=actor.id, tab="", name=name).first()
    if saved is None:
        return HttpResponseRedirect(f"{reverse('desk:queue')}{asked.url()}")
    return HttpResponseRedirect(
        f"{reverse('desk:queue')}{queue.Asked.read(actor, {**asked.filters, 'view': f'own-{saved.pk}'}).url()}"
    )


@require_POST
def remove_view(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """Remove one of one's own views."""
    actor = staff(request, Can.SEE_QUEUE)
    kept_filters.remove_view(actor, view_id)
    return HttpResponseRedirect(reverse("desk:queue"))


@require_POST
def keep_look(request: HttpRequest) -> HttpResponse:
    """Keep which columns a view has and how dense it is, for this person; works for shipped tabs and one's own views."""
    actor = staff(request, Can.SEE_QUEUE)
    view = request.POST.get("view", "")
    shown = set(request.POST.getlist("column"))
    hidden = [name for name in looks.COLUMNS if name not in shown]
    compact = request.POST.get("density") == "compact"
    if view in {one.key for one in queue.shipped_views(actor, now())}:
        kept_filters.keep_look(actor, tab=view, hidden=hidden, compact=compact)
    elif own := queue.own_id(view):
        kept_filters.keep_look(actor, view_id=own, hidden=hidden, compact=compact)
    return _back(request)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Assign several cases, one transaction each; each refusal is told with its number and its reason."""
    actor = staff(request, Can.ASSIGN)
    numbers = request.POST.getlist("case")[:MOST_AT_ONCE]
    done: list[list[str]] = []
    for number in numbers:
        with told(request, before=number, but=()):
            complaint = get_complaint(actor, number)
            before = str(complaint.owner_id)
            take_step(
                actor=actor,
                complaint_id=complaint.pk,
                step=ASSIGN.name,
                values={"member": request.POST.get("member", "")},
            )
            done.append([number, before])
    if done:
        request.session[UNDO] = {"at": now().isoformat(), "cases": done}
        words = ngettext("%(n)s case assigned.", "%(n)s cases assigned.", len(done)) % {"n": len(done)}
        messages.success(request, words, extra_tags=f"undo={reverse('desk:undo_assign')}")
    elif not numbers:
        messages.error(request, _("Select at least one case first."))
    return _back(request)


@require_POST
def undo_assign(request: HttpRequest) -> HttpResponse:
    """Take the last assignment back within ten seconds: a counter-step with its own event, nothing leaves the ledger."""
    actor = staff(request, Can.ASSIGN)
    kept = request.session.pop(UNDO, None)
    if not kept or now() - datetime.fromisoformat(kept["at"]) > UNDO_WITHIN:
        messages.error(request, _("Too late to undo. Assign the cases anew."))
        return _back(request)
    for number, before in kept["cases"]:
        with told(request, before=number, but=()):
            complaint = get_complaint(actor, number)
            step, values = (
                (WITHDRAW_OFFER.name, {}) if complaint.offered_member_id else (ASSIGN.name, {"member": before})
            )
            take_step(actor=actor, complaint_id=complaint.pk, step=step, values=values)
    messages.success(request, _("Taken back."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("desk:queue"))
