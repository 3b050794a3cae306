"""Pages of event records: the list, a new one, one record with its complaints and its log (MS-23)."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError
from tingsu.people.access import Can, actor_for, may, require
from tingsu.people.queries import alias_of
from tingsu.privacy.show import show_text
from tingsu.triage import major_events
from tingsu.triage.forms import ClosingForm, EventForm, NoteForm, ShowsRefusals, StatementForm
from tingsu.triage.models import MajorEvent, MajorEventEntry

PAGE = 50
MOST = 200
FORMS: dict[str, type[ShowsRefusals]] = {"note": NoteForm, "statement": StatementForm, "close": ClosingForm}


@require_safe
def events_page(request: HttpRequest) -> HttpResponse:
    """Open records first, then the closed ones, newest first; the oldest are found by their number."""
    actor = actor_for(request, needs=Can.SEE_QUEUE)
    known = (
        MajorEvent.objects.select_related("stream").annotate(complaints=Count("cases")).order_by("-opened_at", "-id")
    )
    rows = [*known.filter(closed_at=None)[:PAGE], *known.exclude(closed_at=None)[:PAGE]]
    lines = [{"event": row, "name": _seen(actor, row.shown("name")), "opener": alias_of(row.opened_by)} for row in rows]
    return render(request, "triage/events.html", {"lines": lines, "may_write": may(actor, Can.WORK_CASES)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, needs=Can.SEE_QUEUE)
    require(actor, Can.WORK_CASES)
    form = EventForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            event = major_events.open_event(actor=actor, **form.cleaned_data)
        except TingsuError as error:
            form.refuse(error)
        else:
            return _to(event.number)
    return render(request, "triage/new_event.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def event_page(request: HttpRequest, number: str) -> HttpResponse:
    """One record. What is done on it says so in `do`: note, statement, approve, issue, close."""
    actor = actor_for(request, needs=Can.SEE_QUEUE)
    event = MajorEvent.objects.select_related("stream").filter(number=number).first()
    if event is None:
        raise NotFound
    bound: dict[str, ShowsRefusals] = {}
    if request.method == "POST":
        done = request.POST.get("do", "")
        if done in FORMS:
            bound[done] = form = FORMS[done](request.POST)
            if form.is_valid() and _written(actor, number, done, form):
                return _to(number)
        else:
            _decide(request, actor, number, done)
            return _to(number)
    context = {**_context(actor, event), **{name: bound.get(name) or kind() for name, kind in FORMS.items()}}
    return render(request, "triage/event.html", context, status=422 if bound else 200)


def _written(actor: Actor, number: str, done: str, form: ShowsRefusals) -> bool:
    action: Any = {
        "note": major_events.add_note,
        "statement": major_events.write_statement,
        "close": major_events.close_event,
    }[done]
    try:
        action(actor=actor, number=number, **form.cleaned_data)
    except TingsuError as error:
        form.refuse(error)
        return False
    return True


def _decide(request: HttpRequest, actor: Actor, number: str, done: str) -> None:
    """Approve a statement, or note that it went out. A refusal is told on the page."""
    action = {"approve": major_events.approve_statement, "issue": major_events.note_issued}.get(done)
    try:
        entry_id = uuid.UUID(request.POST.get("entry", ""))
    except ValueError as error:
        raise NotFound from error
    if action is None:
        raise NotFound
    try:
        action(actor=actor, number=number, entry_id=entry_id)
    except (NotFound, NotAllowed):
        raise
    except TingsuError as error:
        messages.error(request, str(error))


def _context(actor: Actor, event: MajorEvent) -> dict[str, Any]:
    ids = event.cases.order_by("joined_at", "id").values("complaint_id")[:MOST]
    cases = visible_to(actor, Complaint.objects.filter(pk__in=ids)).order_by("received_at", "id")
    rows = MajorEventEntry.objects.filter(event=event).order_by("-written_at", "-id")[:MOST]
    is_open = event.closed_at is None
    return {
        "event": event,
        "name": _seen(actor, event.shown("name")),
        "story": _seen(actor, event.shown("story")),
        "conclusion": _seen(actor, event.shown("conclusion")),
        "opener": alias_of(event.opened_by),
        "closer": alias_of(event.closed_by),
        "cases": list(cases),
        "entries": [_line(actor, event, row) for row in rows],
        "may_write": is_open and may(actor, Can.WORK_CASES),
        "may_close": is_open and may(actor, Can.EVENTS),
    }


def _line(actor: Actor, event: MajorEvent, row: MajorEventEntry) -> dict[str, Any]:
    row.event = event
    open_statement = event.closed_at is None and row.kind == MajorEventEntry.Kind.STATEMENT
    return {
        "row": row,
        "means": _seen(actor, row.shown("means")),
        "text": _seen(actor, row.shown("text")),
        "author": alias_of(row.author_id),
        "approver": alias_of(row.approver_id),
        "may_approve": open_statement
        and row.approved_at is None
        and row.author_id != actor.id
        and may(actor, Can.EVENTS),
        "may_issue": open_statement
        and row.approved_at is not None
        and row.issued_at is None
        and may(actor, Can.WORK_CASES),
    }


def _seen(actor: Actor, text: str) -> str:
    """What colleagues wrote, as this reader may see it."""
    return show_text(actor, "history", "note", text) if text else ""


def _to(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("triage:event", args=[number]), status=303)
