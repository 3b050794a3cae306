"""The complainant's own case page and the steps taken on it. Every change goes through `take_step` (invariant 1)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.aftercare.moves import may_rate, sides
from tingsu.clocks.queries import promises_of
from tingsu.complaints import moves, paperwork
from tingsu.complaints.handed_in import handed_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import PartyRole, State
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.governance import own_requests
from tingsu.kernel import once
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.letters.actions import note_shown
from tingsu.letters.enclosures import copy_for_outside
from tingsu.pages.pdf import as_download
from tingsu.pages.refusal import sentences_of
from tingsu.people.queries import public_identity
from tingsu.portal import after, asks, case_forms, drafts, grounds, session, shell, story, told
from tingsu.portal.case_forms import FILES_AT_ONCE
from tingsu.portal.forms import FormState
from tingsu.portal.mediations import mediation_for
from tingsu.portal.uploads import accept, no_room
from tingsu.portal.views.follow import only_looks_ahead
from tingsu.portal.views.received import can_be_reached
from tingsu.portal.views.signing import to_sign
from tingsu.portal.ways import ways_of_redress
from tingsu.privacy.log import log_access
from tingsu.privacy.masking import NOBODY
from tingsu.privacy.show import show_field, show_parties

NEW_CODE = "portal_new_code"
"""The case whose new access code this browser has made and not been shown yet."""
SHOWN_TEXTS = ("description", "order_number", "event_place", "remedy_text")


@never_cache
@require_safe
def case_page(request: HttpRequest) -> HttpResponse:
    """Stage, next date, what waits for the complainant, messages, files (AK-06, AK-11)."""
    opened = session.current_case(request)
    if opened is None:
        return redirect("portal:open_with_code")
    session.extend_case(request)
    opened = session.current_case(request) or opened
    if (move := moves.known_moves().get(case_forms.returning(request))) and move.own_page:
        return redirect("portal:case_step", move.name)
    wrong = request.GET.get("wrong", "")
    states = case_forms.states(request, moves.known_moves(), wrong=wrong)
    forms = {name: states[name] for name, move in moves.known_moves().items() if not move.own_page}
    with timezone.override(shell.organisation_of(request).time_zone):
        context = case_context(opened)
    if not context["respondent"] and not only_looks_ahead(request):
        note_shown(actor=opened.actor, stream_id=opened.complaint.pk)
    closed = [state for name, state in states.items() if name not in context["moves"]]
    context["left"] = [state.values["text"] for state in closed if state.values.get("text")]
    context |= {"forms": forms, "file_limit": FILES_AT_ONCE, "once": uuid.uuid4().hex}
    if request.method == "GET" and request.session.pop(NEW_CODE, "") == str(opened.complaint.pk):
        context["new_code"] = opened.complaint.text("code")
    context |= {"score_rows": [(one.name, one.label) for one in PROCESS["rate"].fields if one.name in sides()]}
    status = max((one.status for one in forms.values()), default=200)
    return shell.page(request, "portal/case.html", context, status=status)


def case_context(opened: session.OpenCase) -> dict[str, Any]:
    complaint, party, actor = opened.complaint, opened.party, opened.actor
    context: dict[str, Any] = {
        "open": opened,
        "number": complaint.number,
        "respondent": party.role == PartyRole.RESPONDENT,
        "proposal": asks.proposal_for(complaint, party),
    }
    promises = promises_of(complaint.pk)
    context["answer_by"] = story.answer_by(promises)
    context["agreed"] = after.agreed_for(complaint, party)
    context["moves"] = [move.name for move in moves.open_moves(complaint, actor)]
    context["mediation"] = mediation_for(complaint, party)
    context["to_sign"] = to_sign(complaint, party)
    if context["respondent"]:
        return {**context, "not_accepted": after.did_not_accept(complaint, party)}
    at = now()
    context |= {
        "requests": after.requests_for(complaint, at, party),
        "data_requests": own_requests.of_case(complaint.pk),
        "call": after.call_after_low_rating(complaint, promises),
        "told": told.rows(complaint),
    }
    events = story.events_of(complaint)
    due = story.next_reply_at(complaint, promises)
    said = story.messages(complaint, party, events, at)
    answer = next((one for one in said if one.answers), None)
    return {
        **context,
        "title": show_field(actor, complaint, "summary", "page", known=NOBODY, own=True).value,
        "stages": story.stages(
            complaint, events, promises, answered=bool(context["proposal"] and context["proposal"].said)
        ),
        "next_at": due,
        "by_page_only": not can_be_reached(complaint),
        "late": (late := due is not None and due < at),
        "new_time": story.new_time(complaint, promises, at) if late else None,
        "responsible": public_identity(complaint.owner_id),
        "changed": story.handler_change(complaint, events),
        "answer": answer if (waits := complaint.state == State.ANSWERING and bool(complaint.answered_at)) else None,
        "answer_grounds": grounds.of_answer(complaint) if answer and waits else None,
        "decided": None
        if context["proposal"] or context["agreed"] or waits
        else grounds.last_decision(complaint, party, answer.text if answer else ""),
        "may_rate": "rate" in context["moves"] and may_rate(complaint),
        "messages_said": said,
        "ways": ways_of_redress(complaint.province) if complaint.state == State.EXTERNAL_ROUTE else [],
        "files": own_files(complaint),
        "papers": [(one.code, one.title) for one in paperwork.papers() if one.open_to(actor) and not one.missing(complaint)],
        "record": [shown for name in SHOWN_TEXTS if (shown := show_field(actor, complaint, name, "page", known=NOBODY, own=True)).value],
        "parties": show_parties(actor, [one for one in complaint.parties.all() if one.role != PartyRole.RESPONDENT], "page"),
        "complaint": {"product": complaint.product, "received_at": complaint.received_at, "withdrawn": complaint.withdrawn,
                      "confirmed": complaint.record_confirmed_at, "open": complaint.is_open, "anonymous": complaint.anonymous,
                      "outside": complaint.state == State.EXTERNAL_ROUTE},
    }  # fmt: skip


def own_files(complaint: Complaint) -> list[dict[str, Any]]:
    """The files this side handed in, with the note that they were received (RG-09)."""
    rows = StoredFile.objects.filter(handed_in(complaint), stream_id=complaint.pk, erased_at=None).order_by(
        "received_at"
    )
    return [
        {"id": row.pk, "name": store.name_of(row), "size": row.size, "at": row.acknowledged_at or row.received_at}
        for row in rows
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, name: str) -> HttpResponse:
    """One step of the complainant: its page with what follows, and the taking of it."""
    move = moves.known_moves().get(name)
    if move is None:
        raise NotFound
    opened = session.current_case(request)
    if opened is None:
        if request.method == "POST":
            session.keep_text(request, name, move.typed(request.POST))
        messages.info(request, _("This page was closed for your safety. Open it again; what you typed is kept."))
        return redirect("portal:open_with_code")
    session.extend_case(request)
    if request.method == "POST":
        return send_move(request, opened, move)
    if not move.own_page:
        return redirect("portal:case")
    kept = session.form_drafts(request, [name]).get(name)
    return draw_move(request, opened, move, case_forms.state_of(name, kept, wrong="wrong" in request.GET))


@require_POST
def keep(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what is typed, unjudged, while somebody writes: 409 when another window wrote newer words."""
    move = moves.known_moves().get(name)
    if move is None:
        raise NotFound
    opened = session.current_case(request)
    if opened is None:
        session.keep_text(request, name, move.typed(request.POST))
        return HttpResponse(status=204)
    return HttpResponse(status=204 if case_forms.keep(request, opened.actor, move) else 409)


def send_move(request: HttpRequest, opened: session.OpenCase, move: moves.Move) -> HttpResponse:
    typed = move.typed(request.POST)
    key = request.POST.get("once", "")
    if once.is_claimed(opened.actor, key, once.said_in(request, opened.actor)):
        return redirect("portal:case")
    offered = {one.name for one in moves.open_moves(opened.complaint, opened.actor)}
    if move.name not in offered:
        return not_now(request, move, typed, offered)
    ready = {file["id"]: file for file in kept_files(request, move)}
    taken, refused = take_into(request, opened, FILES_AT_ONCE - len(ready)) if move.files else ([], [])
    if taken and (draft := session.form_draft(request, move.name)):
        drafts.add_files(draft, taken, limit=FILES_AT_ONCE)
    files = [*ready, *(file["id"] for file in taken if file["id"] not in ready), *request.POST.getlist("file_ids")]
    errors, refusal = {}, ""
    if refused:
        refusal = " ".join(refused)
    else:
        try:
            with once.sent(request, opened.actor) as first:
                if not first:
                    return redirect("portal:case")
                said = moves.make(move, opened.speaker, typed, files[:FILES_AT_ONCE])
        except TingsuError as error:
            errors = {move.typed_as(field): sentence for field, sentence in sentences_of(error).items() if field}
            refusal = "" if errors else str(error)
        else:
            case_forms.forget(request, move.name)
            if move.tells_code:
                session.stay_open(request, opened.complaint.pk)
                request.session[NEW_CODE] = str(opened.complaint.pk)
            messages.success(request, said)
            return redirect("portal:case")
    case_forms.keep_refused(request, move.name, typed, errors=errors, refusal=refusal)
    return back_to(move)


def back_to(move: moves.Move) -> HttpResponse:
    """The refused form again, by an address that a reload may ask for."""
    if move.own_page:
        return redirect(reverse("portal:case_step", args=[move.name]) + "?wrong=1")
    return redirect(reverse("portal:case") + f"?wrong={move.name}#{move.name}")


def kept_files(request: HttpRequest, move: moves.Move) -> list[dict[str, Any]]:
    """Files that lie ready for a form and are still in the store."""
    draft = session.form_drafts(request, [move.name]).get(move.name) if move.files else None
    return drafts.living_files(drafts.read_body(draft)) if draft else []


def take_into(
    request: HttpRequest, opened: session.OpenCase, room: int = FILES_AT_ONCE
) -> tuple[list[dict[str, Any]], list[str]]:
    """The files of a request for an open case; an anonymous complainant's without metadata (PS-17)."""
    anonymous = opened.complaint.anonymous and opened.party.role != PartyRole.RESPONDENT
    return accept(request, request.FILES.getlist("files"), opened.actor, room, anonymous=anonymous)


def not_now(request: HttpRequest, move: moves.Move, typed: dict[str, Any], offered: set[str]) -> HttpResponse:
    """The stage has moved on while somebody wrote: what they wrote stands in the form that is open, else on the page itself."""
    sentence = _("This is not possible at this stage.")
    if typed.get("text") and "add" in offered:
        case_forms.carry_over(request, move.name, "add", typed["text"], refusal=sentence, status=409)
        return back_to(moves.known_moves()["add"])
    if typed.get("text"):
        case_forms.keep_refused(request, move.name, typed)
    messages.info(request, sentence)
    return redirect("portal:case")


def draw_move(request: HttpRequest, opened: session.OpenCase, move: moves.Move, step: FormState) -> HttpResponse:
    """The page of one step. A step that the stage does not offer leads back to the case."""
    offered = {one.name for one in moves.open_moves(opened.complaint, opened.actor)}
    if move.name not in offered:
        return not_now(request, move, dict(step.values), offered)
    context = {
        "open": opened,
        "number": opened.complaint.number,
        "move": move,
        "step": step,
        "proposal": asks.proposal_for(opened.complaint, opened.party),
        "once": uuid.uuid4().hex,
        "upload_url": reverse("portal:case_upload", args=[move.name]),
        "file_limit": FILES_AT_ONCE,
    }
    if move.choice:
        context |= {
            "chosen": step.values.get(move.choice.name, ""),
            "choice_error": step.errors.get(move.choice.name, ""),
        }
    return shell.page(request, "portal/move.html", context, status=step.status)


@require_POST
def upload(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the page's script for one form, loose until the step that names it is taken."""
    opened, move = session.current_case(request), moves.known_moves().get(name)
    draft = session.form_draft(request, name) if opened and move and move.files else None
    if opened is None or draft is None:
        raise NotFound
    taken, refused = take_into(request, opened)
    if late := drafts.add_files(draft, taken, limit=FILES_AT_ONCE):
        refused += no_room(late)
        taken = [file for file in taken if file not in late]
    rows = [{**file, "remove_url": case_forms.drop_url(name, file["id"])} for file in taken]
    return JsonResponse({"files": rows, "refused": refused}, status=201 if taken else 422)


@require_POST
def drop_file(request: HttpRequest, name: str, file_id: uuid.UUID) -> HttpResponse:
    """Take a file out of a form again. Without a script the button sends the whole form, so what is typed is kept first."""
    move = moves.known_moves().get(name)
    if move is None or session.current_case(request) is None:
        raise NotFound
    if "text" in request.POST:
        case_forms.write(request, move)
    if draft := session.form_drafts(request, [name]).get(name):
        drafts.drop_file(draft, file_id)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("portal:case_step", name) if move.own_page else redirect(reverse("portal:case") + f"#{name}")


@never_cache
@require_safe
def own_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """A file that this side handed in, or that we sent it, as a download."""
    opened = session.current_case(request)
    if opened is None or opened.party.role == PartyRole.RESPONDENT:
        raise NotFound
    row = StoredFile.objects.filter(handed_in(opened.complaint), pk=file_id, stream_id=opened.complaint.pk).first()
    if row is not None:
        name, content = store.name_of(row), store.open_file(row)
    elif (sent := story.file_sent(opened.complaint, opened.party, file_id, now())) is not None:
        name, _media_type, content = copy_for_outside(sent)
    else:
        raise NotFound
    log_access(opened.actor, "downloaded", opened.complaint.pk, field="file", door="portal")
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@never_cache
@require_safe
def own_copy(request: HttpRequest, number: str) -> HttpResponse:
    """The copy of what is recorded about this person, while it is to be fetched; each time is noted (RC-07)."""
    opened = session.current_case(request)
    found = None
    if opened is not None and opened.party.role != PartyRole.RESPONDENT:
        found = own_requests.copy_of(opened.complaint.pk, number)
    if opened is None or found is None:
        raise NotFound
    entry, file = found
    content = store.open_file(file)
    log_access(opened.actor, "downloaded", entry.pk, field="data_request.copy", door="portal")
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, store.name_of(file)) or "attachment"
    return response


@never_cache
@require_safe
def own_paper(request: HttpRequest, code: str) -> HttpResponseBase:
    """A document of the own case in the own language, with everything in the clear and the access code on it (RC-11, CA-58)."""
    opened = session.current_case(request)
    if opened is None or opened.party.role == PartyRole.RESPONDENT:
        raise NotFound
    wanted = paperwork.Wanted(large=opened.complaint.format == "large_print")
    made = paperwork.make(opened.actor, opened.complaint, code, wanted, door="portal", own=True)
    return as_download(made.name, made.file)


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Stay: the time begins anew. Answers with the new end for the page's script."""
    if session.current_case(request) is None:
        return redirect("portal:open_with_code")
    session.extend_case(request)
    opened = session.current_case(request)
    if request.headers.get("X-Requested-With") == "fetch" and opened is not None:
        return JsonResponse({"until": opened.until.isoformat()})
    return redirect("portal:case")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the case on this device."""
    session.leave_case(request)
    messages.success(request, _("The complaint is closed on this device. Number and access code open it again."))
    return redirect("portal:home")
