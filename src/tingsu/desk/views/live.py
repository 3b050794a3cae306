"""The live board: the page, what it asks again by itself, the cases behind each number, and the board on a wall (QC-06, OG-18)."""

from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import RECEIVING_KINDS, RECEIVING_ROLES
from tingsu.complaints.steps.ownership import ASSIGN
from tingsu.desk import live
from tingsu.desk.access import staff
from tingsu.desk.asked import Asked
from tingsu.desk.narrowing import options_drawn
from tingsu.figures import counting, indicators
from tingsu.figures import live as figures
from tingsu.figures.behind import page_behind
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.models import Fact
from tingsu.figures.periods import Days
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.access import Can

EVERY = 15
"""Seconds after which a board that is looked at asks again (look and feel §5)."""
NEWEST = ("-received_at", "-id")
NEXT_DUE = ("next_due_at", "id")


def _asked(request: HttpRequest) -> tuple[Actor, Asked, str]:
    actor = staff(request, Can.REPORTS)
    span = request.GET.get(live.SPAN, "")
    asked = Asked.read(actor, request.GET)
    # By owner and group alone: nothing on the page says what else would narrow it, and the lists behind its numbers would not.
    asked = replace(asked, filters={}, dropped={}, since=None, until=None)
    return actor, asked, span if span in figures.SPANS else figures.TODAY


def _context(actor: Actor, asked: Asked, span: str) -> dict[str, Any]:
    at = now()
    told = live.live_of(actor, at, asked, span)
    narrowing = {**asked.narrowing, **({live.SPAN: span} if span != figures.TODAY else {})}
    return {
        "at": at,
        "live": told,
        "board": told.board,
        "span": span,
        "spans": [(key, words, _query({**asked.narrowing, live.SPAN: key})) for key, words in figures.SPANS.items()],
        "span_words": figures.SPANS[span],
        "narrowed": asked.owner or asked.unit,
        "may_share": actor.has_role(*ASSIGN.who),
        "query": _query(narrowing),
        "every": EVERY,
    }


def _query(named: dict[str, str]) -> str:
    return f"?{urlencode(named)}" if named else ""


@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """The board; of one owner or group where the address names one, narrowed like the queue. Works without scripts."""
    actor, asked, span = _asked(request)
    owners = [(str(one.pk), people.staff_identity(one.pk)) for one in people.active_members(roles=RECEIVING_ROLES)]
    groups = [(str(unit.pk), people.unit_name(unit.pk)) for unit in people.units(kind=RECEIVING_KINDS)]
    context = {
        **_context(actor, asked, span),
        "owners": options_drawn(owners, str(asked.owner or "")),
        "groups": options_drawn(groups, str(asked.unit or "")),
    }
    return render(request, "desk/board.html", context)


@require_GET
def board_live(request: HttpRequest) -> HttpResponse:
    """The same numbers alone, asked for again and again: 304 where nothing of them changed."""
    actor, asked, span = _asked(request)
    return _piece(request, "desk/parts/live.html", _context(actor, asked, span))


@require_GET
def board_wall(request: HttpRequest) -> HttpResponse:
    """The board for a screen that everybody sees: large, of groups, without a name, a number of a case or a link."""
    actor, _asked_for, span = _asked(request)
    context = _context(actor, Asked(), span)
    if "piece" in request.GET:
        return _piece(request, "desk/parts/wall.html", context)
    return render(request, "desk/wall.html", context)


def _piece(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    body = render_to_string(template, context, request).encode()
    tag = quote_etag(sha256(body).hexdigest()[:32])
    known = tag in parse_etags(request.headers.get("If-None-Match", ""))
    answer = HttpResponse(status=304) if known else HttpResponse(body)
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-store, private"
    answer["X-Tingsu-Time"] = timezone.localtime(context["at"]).strftime("%H:%M:%S")
    return answer


@require_GET
def board_cases(request: HttpRequest) -> HttpResponse:
    """The complaints behind one number of the board, as far as the reader may see them, a page by key (invariant 11)."""
    actor, asked, span = _asked(request)
    title, rows, order = _behind(request, actor, asked, span)
    context = {
        "title": title,
        **page_behind(request, rows, order),
        "back": _query({**asked.narrowing, live.SPAN: span}),
    }
    return render(request, "desk/board_cases.html", context)


Behind = tuple[str, QuerySet[Complaint], tuple[str, ...]]


def _behind(request: HttpRequest, actor: Actor, asked: Asked, span: str) -> Behind:
    """What a number is of: its words, its rows and their order. Raises NotFound for a number that there is not."""
    of = request.GET.get("of", "")
    if of == "due":
        return _due(request, actor, asked)
    at = now()
    days = figures.span_of(span, local_date(at, current_organisation().time_zone))
    if (day := _day(request.GET.get("day", ""))) is not None:
        days = Days(day, date.fromordinal(day.toordinal() + 1))
    facts: Any
    if of in {"received", "closed", "missed"}:
        column = "closed_on" if of == "closed" else "received_on"
        facts = Fact.objects.filter(**{f"{column}__gte": days.first, f"{column}__lt": days.end})
        title = {
            "received": pgettext("cases", "Received"),
            "closed": pgettext("cases", "Closed"),
            "missed": _("Received, with a limit missed"),
        }[of]
        if of == "missed":
            facts = facts.filter(limits_missed__gte=1)
        if of == "closed" and "at_once" in request.GET:
            facts, title = facts.filter(solved_at_once=True), _("Solved at the first contact")
        if "province" in request.GET:
            province = DIMENSIONS["province"]
            value = province.read(request.GET["province"])
            facts, title = facts.filter(province=value), f"{title} · {province.told(value)}"
    else:
        one = indicators.indicators().get(of)
        if one is None or of not in figures.OBLIGATIONS or one.kind not in counting.OF_DAYS:
            raise NotFound
        sort = request.GET.get("sort", "")
        whole = "part" if one.kind == "count" else "whole"
        facts = counting.behind(one, days, sort if sort in {"part", "rest"} else whole)
        title = one.name
    told = f"{days.first:%Y-%m-%d}" if days.first == days.last else f"{days.first:%Y-%m-%d} – {days.last:%Y-%m-%d}"
    return f"{title} · {told}", visible_to(actor, Complaint.objects.filter(pk__in=facts.values("pk"))), NEWEST


def _due(request: HttpRequest, actor: Actor, asked: Asked) -> Behind:
    since, until = _instant(request.GET.get("since", "")), _instant(request.GET.get("until", ""))
    if until is None:
        raise NotFound
    rows = live.due_between(actor, now(), asked, since, until)
    told = timezone.localtime(until).strftime("%Y-%m-%d %H:%M")
    if since is None:
        return _("Limits that run out by %(until)s") % {"until": told}, rows, NEXT_DUE
    begins = timezone.localtime(since).strftime("%Y-%m-%d %H:%M")
    return _("Limits that run out from %(since)s to %(until)s") % {"since": begins, "until": told}, rows, NEXT_DUE


def _instant(written: str) -> datetime | None:
    """An instant as an address has it, on the wall clock of the reader's page."""
    try:
        found = datetime.strptime(written, live.WRITTEN)  # noqa: DTZ007 the time zone follows
    except ValueError:
        return None
    return timezone.make_aware(found) if 1970 < found.year < 9000 else None


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if 1970 < found.year < 9000 else None
