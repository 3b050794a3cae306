"""The case page: head, timeline, composer, panels; presence and fresh state by polling."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.complaints.access import get_complaint, may_take
from tingsu.complaints.actions import take_step
from tingsu.complaints.case_rows import reading
from tingsu.complaints.covering import written
from tingsu.complaints.models import Complaint
from tingsu.complaints.presence import look
from tingsu.complaints.registry import notes_on_head
from tingsu.complaints.rehearsal import letters_of_step
from tingsu.complaints.waiting import cause_of, shown_text
from tingsu.desk import cases, timeline, uploads
from tingsu.desk.access import may, staff
from tingsu.desk.archive import opening
from tingsu.desk.composer import Refused, chosen_step, composer_of, open_ways, step_that_sends, values_of
from tingsu.desk.conflicts import version_of
from tingsu.desk.rail import stops_of
from tingsu.desk.views.archive import ask_purpose
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ChangedMeanwhile, NotFound, TingsuError
from tingsu.kernel.punctuation import listed
from tingsu.kernel.typed import page_number
from tingsu.letters.actions import withdraw_letter
from tingsu.letters.models import Letter
from tingsu.pages.refusal import told
from tingsu.pages.timeline import drawn_timeline
from tingsu.people.access import Can
from tingsu.people.queries import alias_of
from tingsu.privacy.log import log_access
from tingsu.privacy.purposes import PURPOSES
from tingsu.process.steps import Step


@require_http_methods(["GET", "POST"])
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case. A POST comes from the composer: reply, note or call record."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    if request.method == "POST":
        return _compose(request, actor, complaint)
    with reading(complaint) as read:
        read.everything()
        purpose = opening(request, actor, complaint)
        if purpose is None:
            return ask_purpose(complaint)
        log_access(actor, "opened", stream_id=complaint.pk, purpose=purpose)
        return _page(request, actor, complaint)


def _page(
    request: HttpRequest, actor: Actor, complaint: Complaint, back: Refused | None = None, status: int = 200
) -> HttpResponse:
    at = now()
    show = request.GET.get("show", "all")
    entries, older = timeline.entries_of(actor, complaint, show=show, before=page_number(request.GET.get("before", "")))
    outline = timeline.outline_of(complaint)
    promises = cases.promises_of(complaint)
    cause = cause_of(complaint)
    previous, following = cases.neighbours(actor, complaint)
    last_look, present = look(actor, complaint, at)
    timeline.mark_new(entries, actor, last_look)
    address = reverse("desk:case", args=[complaint.number])
    context = {
        "at": at,
        "complaint": complaint,
        "case": {
            "number": complaint.number,
            "title": shown_text(actor, complaint, "summary") or cause,
            "risk": complaint.risk,
            "repeat_count": complaint.repeat_count,
            "facts": cases.facts_of(complaint, cause, at),
            "owner": alias_of(complaint.owner_id),
            "waiting": cases.waiting_words(complaint),
            "offered": cases.offered_words(complaint),
            "notes": notes_on_head(actor, complaint),
            "version": complaint.version,
        },
        "others": _names(present),
        "list": {"url": reverse("desk:queue"), "label": _("Queue")}
        if may(actor, Can.SEE_QUEUE)
        else {"url": reverse("desk:work"), "label": _("My work")},
        "pulse_url": f"{reverse('desk:pulse', args=[complaint.number])}?version={complaint.version}",
        "previous_url": reverse("desk:case", args=[previous]) if previous else "",
        "next_url": reverse("desk:case", args=[following]) if following else "",
        "actions": cases.buttons_of(actor, complaint, at, promises),
        "stops": stops_of(complaint, outline.left_at, at),
        "clocks": cases.clocks_of(complaint, promises),
        "timeline_tabs": [
            {"url": f"{address}?show={key}", "label": label, "count": outline.counts[key], "current": key == show}
            for key, (label, _kinds) in timeline.SHOWS.items()
        ],
        "entries": entries,
        "drawn_entries": drawn_timeline(entries),
        "older_url": f"{address}?show={show}&before={older}" if older else "",
        "composer": composer_of(actor, complaint, at, promises, back, request.GET.get("reply", "")),
        "panels": cases.panels_of(actor, complaint, request),
        "top_panels": cases.panels_of(actor, complaint, request, "top"),
        "main_panels": cases.panels_of(actor, complaint, request, "main"),
    }
    context |= {"written": written(actor, complaint), "purposes": list(PURPOSES.items()), "number": complaint.number}
    return render(request, "desk/case.html", context, status=status)


def _compose(request: HttpRequest, actor: Actor, complaint: Complaint) -> HttpResponse:
    """Send what the composer holds through the process; a refusal keeps every word."""
    step = chosen_step(request.POST)
    way = step.composed
    assert way is not None  # noqa: S101 every one of them is composed
    version = version_of(request, complaint) if way.sends else None
    values = values_of(step, request.POST)
    try:
        if "preview" in request.POST and way.sends:
            return _rehearse(request, actor, complaint, step, values, version)
        with once.sent(request, actor) as first:
            if not first:
                return _back(complaint, way.mode)
            uploads.take_in(request, actor, step, values, prefix=f"{way.mode}-")
            take_step(actor=actor, complaint_id=complaint.pk, step=step.name, values=values, version=version)
    except TingsuError as error:
        complaint.refresh_from_db()
        with reading(complaint) as read:
            read.everything()
            theirs: list[timeline.Entry] = []
            if isinstance(error, ChangedMeanwhile):
                theirs = timeline.entries_since(actor, complaint, request.POST.get("seen", ""))
            back = Refused(step=step, typed=request.POST, error=error, theirs=theirs, files=values.get(way.files, []))
            if not open_ways(actor, complaint):
                raise
            return _page(request, actor, complaint, back, status=error.status)
    if way.sends:
        _offer_undo(request, complaint)
    return _back(complaint, way.mode)


def _rehearse(
    request: HttpRequest, actor: Actor, complaint: Complaint, step: Step, values: dict[str, Any], version: int | None
) -> HttpResponse:
    """The page with what was typed and the letter that it would write; nothing was sent."""
    way = step.composed
    assert way is not None  # noqa: S101 every one of them is composed
    uploads.take_in(request, actor, step, values, prefix=f"{way.mode}-")
    letters = letters_of_step(actor=actor, complaint_id=complaint.pk, step=step.name, values=values, version=version)
    back = Refused(step=step, typed=request.POST, letters=letters, files=values.get(way.files, []))
    complaint.refresh_from_db()
    with reading(complaint) as read:
        read.everything()
        return _page(request, actor, complaint, back)


def _offer_undo(request: HttpRequest, complaint: Complaint) -> None:
    """A letter is held for ten seconds; until then it can be taken back."""
    letter = (
        Letter.objects.filter(stream_id=complaint.pk, state="queued", send_after__gt=now())
        .order_by("-created_at")
        .first()
    )
    if letter is not None:
        url = reverse("desk:withdraw_letter", args=[complaint.number, letter.pk])
        messages.success(request, _("It leaves in ten seconds."), extra_tags=f"undo={url}")


@require_POST
def withdraw(request: HttpRequest, number: str, letter_id: uuid.UUID) -> HttpResponse:
    """Take a letter back before it left; what was said stays in the ledger, with the event that it was withdrawn."""
    actor = staff(request, Can.WORK_CASES)
    complaint = get_complaint(actor, number)
    if not Letter.objects.filter(pk=letter_id, stream_id=complaint.pk).exists() or not may_take(
        actor, complaint, step_that_sends()
    ):
        raise NotFound
    with told(request, _("Taken back before it was sent.")):
        withdraw_letter(actor=actor, letter_id=letter_id)
    response = HttpResponseRedirect(reverse("desk:case", args=[complaint.number]))
    response.status_code = 303
    return response


def _back(complaint: Complaint, mode: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('desk:case', args=[complaint.number])}?sent={mode}#composer")
    response.status_code = 303
    return response


@require_GET
def pulse(request: HttpRequest, number: str) -> HttpResponse:
    """Who else is here, and whether the case changed since the page was drawn (every 20 s while it is looked at)."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    _last, present = look(actor, complaint, now())
    context = {
        "others": _names(present),
        "changed": request.GET.get("version", "") != str(complaint.version),
        "case_url": reverse("desk:case", args=[complaint.number]),
    }
    return render(request, "desk/parts/presence.html", context)


def _names(present: list[uuid.UUID]) -> str:
    return listed(name for one in present if (name := alias_of(one)))


def _preview(request: HttpRequest, actor: Actor, complaint: Complaint) -> HttpResponse:
    at = now()
    context = {
        "at": at,
        "complaint": complaint,
        "title": shown_text(actor, complaint, "summary") or cause_of(complaint),
        "description": shown_text(actor, complaint, "description"),
        "clocks": cases.clocks_of(complaint, cases.promises_of(complaint)),
        "actions": cases.buttons_of(actor, complaint, at),
        "owner": alias_of(complaint.owner_id),
    }
    template = "desk/parts/preview.html" if request.htmx else "desk/preview.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """A case at a glance, from the queue: what happened, what is due, what comes next."""
    actor = staff(request, Can.DESK)
    complaint = get_complaint(actor, number)
    with reading(complaint):
        purpose = opening(request, actor, complaint)
        if purpose is None:
            return ask_purpose(complaint)
        log_access(actor, "opened", stream_id=complaint.pk, purpose=purpose)
        response = _preview(request, actor, complaint)
    response["Vary"] = "HX-Request"
    return response
