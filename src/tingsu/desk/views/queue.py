"""The queue: page, fresh counts, saved views, assigning several cases."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tingsu.complaints import kept_filters
from tingsu.complaints.access import get_complaint
from tingsu.complaints.actions import take_step
from tingsu.complaints.interference import watched
from tingsu.complaints.models import SavedView
from tingsu.complaints.options import receiving_members
from tingsu.complaints.steps.ownership import ASSIGN, WITHDRAW_OFFER
from tingsu.desk import looks, queue
from tingsu.desk.access import may, staff
from tingsu.desk.asked import Asked, own_id
from tingsu.desk.narrowing import chips_of, dropped_words, form_of
from tingsu.desk.navigation import capped
from tingsu.desk.question import question_of
from tingsu.desk.rows import CaseLine, rows_of
from tingsu.desk.templatetags import case_ui
from tingsu.intake import special_groups
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.spelling import tidy
from tingsu.kernel.typed import within_time
from tingsu.pages.compiled import drawn
from tingsu.pages.pager import Page, pager
from tingsu.pages.refusal import told
from tingsu.pages.templatetags import tingsu_ui
from tingsu.people.access import Can, require

MOST_AT_ONCE = 100
UNDO = "desk_undo_assign"
UNDO_WITHIN = timedelta(seconds=15)
"""Ten seconds to decide, and some for the way."""


@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """The queue of open cases, one page by key; filters, tab and paging stand in the URL."""
    actor = staff(request, Can.SEE_QUEUE)
    at = now()
    known = question_of(actor, request.GET, at)
    asked, views = known.asked, known.views
    look = looks.look_of(known.kept, asked.view)
    page = known.page(by_limit=look.by_limit)
    counts, totals = known.numbers(by_limit=look.by_limit)
    context = {
        "at": at,
        "page": {"title": _("Queue")},
        "view": {"key": asked.view},
        "unstaffed": special_groups.report() if asked.view == "special" else "",
        "tabs": _tabs(actor, asked, views, counts, known.own),
        "counts_url": f"{reverse('desk:tab_counts')}{asked.url()}",
        "groups": _groups(actor, page, totals, at, by_limit=look.by_limit),
        "filters": form_of(actor, asked) if "more" in request.GET else None,
        "filters_url": f"{reverse('desk:filters')}{asked.url()}",
        "more_filters": f"{reverse('desk:queue')}{asked.url()}&more=1",
        "dropped": dropped_words(asked),
        "chips": chips_of(asked),
        "clear_url": asked.bare_url(),
        "asked": asked,
        "own_view": known.chosen.pk if known.chosen else "",
        "can_save": bool(asked.narrowing) and len(known.own) < kept_filters.MOST_VIEWS,
        "look": look,
        "pager": pager(request, page),
        "empty": _empty(asked, actor, at),
        "can_reply": may(actor, Can.WORK_CASES),
        "export_url": f"{reverse('registers:new', args=['export'])}?{urlencode({'filters': asked.url().lstrip('?')})}"
        if may(actor, Can.EXPORT)
        else "",
        "assignees": receiving_members(None) if may(actor, Can.ASSIGN) else [],
        "once": once.fresh_key(),
        "fresh_url": f"{reverse('desk:fresh')}{asked.url()}&since={at.isoformat()}".replace("+", "%2B"),
    }
    return render(request, "desk/queue.html", context)


def _tabs(
    actor: Actor, asked: Asked, views: list[queue.View], known: dict[str, int], own: list[SavedView]
) -> list[dict[str, Any]]:
    tabs: list[dict[str, Any]] = [
        {
            "label": one.label,
            "url": Asked(view=one.key).url(),
            "current": one.key == asked.view,
            "count": capped(known[one.key]) if one.key in known else "",
            "late": one.late and known.get(one.key, 0) > 0,
        }
        for one in views
        if one.tab or one.key == asked.view
    ]
    for saved in own:
        key = f"own-{saved.pk}"
        url = Asked.read(actor, {**saved.filters, "view": key}).url()
        tabs.append({"label": saved.name, "url": url, "current": key == asked.view, "count": ""})
    return tabs


def _groups(
    actor: Actor, page: Page[Any], totals: dict[str, int], at: datetime, *, by_limit: bool
) -> list[dict[str, Any]]:
    midnight = queue.end_of_day(at)
    by_case = {one.pk: queue.group_of(one, at, midnight, by_limit=by_limit) for one in page.rows}
    rows = rows_of(actor, page.rows, by_case)
    groups = []
    for key, title in queue.GROUPS:
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
            case_ui.row_marks(row.level, row.fair),
            tingsu_ui.avatar(row.owner),
            case_ui.stage_bars(row.position),
            tingsu_ui.clock(row.promise, row.promise_name, at=at) if row.promise else None,
        )
        for row in rows
    ]
    return drawn("desk/queue_rows.html", rows=pieces, select=_("Select"), unassigned=_("Unassigned"))


def _empty(asked: Asked, actor: Actor, at: datetime) -> dict[str, Any]:
    if asked.narrowing:
        return {
            "fact": _("No open complaint fits these filters."),
            "url": asked.bare_url(),
            "action": _("Clear filters"),
        }
    if asked.view == "late":
        return {
            "fact": _("Nothing is overdue."),
            "url": Asked(view="today").url(),
            "action": _("See what is due today"),
        }
    return {"fact": _("No open complaint here."), "url": Asked(view="all").url(), "action": _("See all open")}


@require_GET
def filters_form(request: HttpRequest) -> HttpResponse:
    """The form of all filters, asked for when its menu is opened: no page of the queue carries it along."""
    actor = staff(request, Can.SEE_QUEUE)
    asked = question_of(actor, request.GET, now()).asked
    context = {"filters": form_of(actor, asked), "view": {"key": asked.view}, "clear_url": asked.bare_url()}
    return render(request, "desk/parts/queue_filters.html", context)


@require_GET
def tab_counts(request: HttpRequest) -> HttpResponse:
    """The tabs with every number, and how many a narrowed list holds, asked for once the page is there: some are not
    counted by an index alone.
    """
    actor = staff(request, Can.SEE_QUEUE)
    at = now()
    known = question_of(actor, request.GET, at)
    narrowed = known.asked.narrowing or known.chosen
    of_list = (
        [queue.counted(known.ways, where) for where in (Q(), *queue.urgency_conditions(at).values())]
        if narrowed
        else []
    )
    told_of = [one for one in known.views if one.tab or one.key == known.asked.view]
    numbers = queue.counts([*(queue.counted(known.open_ways, one.where) for one in told_of), *of_list])
    counts = {one.key: number for one, number in zip(told_of, numbers, strict=False)}
    totals = None
    if narrowed:
        total, late, soon, today, _later = numbers[len(told_of) :]
        totals = {"total": capped(total), "late": capped(late), "today": capped(soon + today)}
    context = {
        "tabs": _tabs(actor, known.asked, known.views, counts, known.own),
        "totals": totals,
    }
    return render(request, "desk/parts/queue_counts.html", context)


@require_GET
def fresh(request: HttpRequest) -> HttpResponse:
    """How many cases of this view changed since the page was drawn: a link, never a list that moves by itself."""
    actor = staff(request, Can.SEE_QUEUE)
    try:
        since = within_time(datetime.fromisoformat(request.GET.get("since", "")))
    except (ValueError, OverflowError):
        return HttpResponse(status=204)
    asked = Asked.read(actor, request.GET)
    view = next((one for one in queue.shipped_views(actor, now()) if one.key == asked.view), None)
    ways = [asked.narrowed(one.filter(view.where) if view else one) for one in queue.open_ways(actor)]
    (number,) = queue.counts([queue.counted(ways, queue.registered_after(since))])
    if not number:
        return HttpResponse("")
    return render(request, "desk/parts/fresh.html", {"number": number, "url": f"{reverse('desk:queue')}{asked.url()}"})


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name, as a tab of one's own."""
    actor = staff(request, Can.SEE_QUEUE)
    asked = Asked.read(actor, request.POST)
    name = tidy(request.POST.get("name", ""))
    if not name or not asked.narrowing:
        messages.error(request, _("Choose at least one filter and give the view a name."))
        return HttpResponseRedirect(f"{reverse('desk:queue')}{asked.url()}")
    look = looks.look_of(SavedView.objects.filter(member_id=actor.id), asked.view)
    view = asked.view
    with told(request):
        saved = kept_filters.save_view(
            actor,
            name=name,
            filters=asked.narrowing,
            look={"hidden": sorted(look.hidden), "compact": look.compact, "by_limit": look.by_limit},
        )
        view = f"own-{saved.pk}"
    return HttpResponseRedirect(reverse("desk:queue") + asked.url(view=view))


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
    look: kept_filters.Look = {
        "hidden": hidden,
        "compact": request.POST.get("density") == "compact",
        "by_limit": request.POST.get("order") == "limit",
    }
    if view in {one.key for one in queue.shipped_views(actor, now())}:
        kept_filters.keep_look(actor, tab=view, look=look)
    elif own := own_id(view):
        kept_filters.keep_look(actor, view_id=own, look=look)
    return _back(request)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Assign several cases, one transaction each; each refusal is told with its number and its reason."""
    actor = staff(request, Can.DESK)
    numbers = request.POST.getlist("case")[:MOST_AT_ONCE]
    with watched(actor, ASSIGN.name, *numbers):
        require(actor, Can.ASSIGN)
    assign_several(request, actor, [(number, request.POST.get("member", "")) for number in numbers])
    return _back(request)


def assign_several(
    request: HttpRequest, actor: Actor, wanted: list[tuple[str, str]], reasons: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Give each case to its person and say what was done, with ten seconds to take it back.

    Case and person are claimed one by one: a list gone back to, ticked anew and sent again does what is new in it.
    """
    done: list[list[str]] = []
    key, repeated = request.POST.get("once", ""), 0
    for number, member in wanted:
        claim = f"{key} {number} {member}" if key else ""
        with (
            told(request, before=number, but=()),
            watched(actor, ASSIGN.name, number),
            once.claimed(actor, claim) as new,
        ):
            if not new:
                repeated += 1
                continue
            complaint = get_complaint(actor, number)
            before = str(complaint.owner_id)
            take_step(
                actor=actor,
                complaint_id=complaint.pk,
                step=ASSIGN.name,
                values={"member": member, "choice": reasons.get(number, "")},
            )
            done.append([number, before])
    if done:
        request.session[UNDO] = {"at": now().isoformat(), "cases": done}
        words = ngettext("%(n)s case assigned.", "%(n)s cases assigned.", len(done)) % {"n": len(done)}
        messages.success(request, words, extra_tags=f"undo={reverse('desk:undo_assign')}")
    elif not wanted:
        messages.error(request, _("Select at least one case first."))
    elif repeated == len(wanted):
        messages.info(request, _("These cases were assigned like this before. Nothing was done again."))


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
    return HttpResponseRedirect(back if safe else reverse("desk:queue"), status=303)
