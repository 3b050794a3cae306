"""The wizard: one page a step, every step kept on the server, one registration at the end (P01)."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.complaints.fields import content
from tingsu.complaints.fields.people import CUSTOMER_TYPES, GROUPS
from tingsu.complaints.models import Complaint, Party
from tingsu.intake import handover
from tingsu.intake.actions import register_complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.clients import counted_as
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.limits import count_attempt
from tingsu.portal import answers, content_door, drafts, embedding, guides, promises, runs, session, shell, tree, wizard
from tingsu.portal.causes import BY_CODE, CAUSES, Cause
from tingsu.portal.forms import FormState
from tingsu.portal.models import PortalDraft
from tingsu.portal.uploads import accept, no_room

HOUR = timedelta(hours=1)
SUBMISSIONS_AN_HOUR = settings.LIMIT_SUBMISSIONS
DRAFTS_AN_HOUR = settings.LIMIT_DRAFTS


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    return redirect("portal:submit", "cause")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, name: str) -> HttpResponse:
    """One step. What was typed is kept before it is judged; bad input answers 422 with everything still there."""
    if name not in wizard.STEPS:
        raise NotFound
    draft = drafts.find_draft(request)
    chosen = BY_CODE.get(request.GET.get("cause", ""))
    another = draft is not None and draft.state == PortalDraft.State.SENT
    if another:
        wanted = "another" in request.POST if request.method == "POST" else chosen or name == "cause"
        if not wanted:
            return redirect("portal:received")  # the back button, perhaps the button again: registered once
        draft = None
    body: dict[str, Any] = drafts.read_body(draft) if draft else {}
    if request.method == "POST":
        return SENDERS[name](request, draft, body)
    if chosen:
        body = {**body, "cause": chosen.code}
    if name == "story" and (given := wizard.from_order(request.GET)):
        body = {**body, "story": wizard.completed(body.get("story", {}), given)}
    elif name == "contact" and not body.get("story"):
        return redirect("portal:submit", "story" if body.get("cause") else "cause")
    if name == "check" and (wrong := wizard.first_wrong_step(body, language=language(), zone=zone(request))):
        return redirect("portal:submit", wrong)
    errors, refused = {}, []
    if "wrong" in request.GET and draft is not None:
        errors = wizard.errors_of(body, name, language=language(), zone=zone(request))
        refused = body.get("refused", [])
    response = draw(
        request,
        name,
        draft,
        body,
        errors=errors,
        refused=refused,
        another=another,
        status=422 if errors or refused else 200,
    )
    if draft is None and drafts.seed_of(request) is None:
        drafts.remember(response, uuid.uuid4())
    return response


def send_cause(request: HttpRequest, draft: PortalDraft | None, body: dict[str, Any]) -> HttpResponse:
    return redirect("portal:submit", "story")


def send_typed(name: str, request: HttpRequest, draft: PortalDraft | None, body: dict[str, Any]) -> HttpResponse:
    """Keep a step, then judge it. What is wrong is told by an address of its own, so that a reload sends nothing again."""
    draft = draft or begin_draft(request)
    kept = keep_typed(name, request, draft)
    refused = take_files(request, draft) if name == "story" else []
    body = drafts.read_body(draft)
    place = wizard.STEPS.index(name)
    if not kept:
        response = draw_both(request, name, draft, body)
    elif request.POST.get("go") == "back":
        response = redirect("portal:submit", wizard.STEPS[place - 1])
    elif refused or wizard.errors_of(body, name, language=language(), zone=zone(request)):
        drafts.change_draft(draft, refused=refused)
        runs.refuse(draft.pk, name)
        response = redirect(reverse("portal:submit", args=[name]) + "?wrong=1")
    else:
        runs.reach(draft.pk, wizard.STEPS[place + 1], body.get("cause", ""))
        response = redirect("portal:submit", wizard.STEPS[place + 1])
    drafts.remember(response, draft.pk)
    return response


def draw_both(request: HttpRequest, name: str, draft: PortalDraft, body: dict[str, Any]) -> HttpResponse:
    """Another window wrote newer words: this one's stand in the form, the other's beside it, and the person decides."""
    mine = wizard.typed(name, request.POST)
    other = wizard.differing(name, mine, body.get(name, {}))
    return draw(request, name, draft, {**body, name: mine}, other=other, status=409)


def send_story(request: HttpRequest, draft: PortalDraft | None, body: dict[str, Any]) -> HttpResponse:
    return send_typed("story", request, draft, body)


def send_contact(request: HttpRequest, draft: PortalDraft | None, body: dict[str, Any]) -> HttpResponse:
    return send_typed("contact", request, draft, body)


def send_check(request: HttpRequest, draft: PortalDraft | None, body: dict[str, Any]) -> HttpResponse:
    """Register. The draft's id is the key: a double click, the back button or a lost answer register nothing twice."""
    if draft is None:
        return redirect("portal:submit", "cause")
    if request.POST.get("go") == "back":
        return redirect("portal:submit", "contact")
    count_attempt("portal.submit", counted_as(request), limit=SUBMISSIONS_AN_HOUR, window=HOUR)
    held = drafts.living_files(body)
    if len(held) != len(body.get("files", [])):
        drafts.change_draft(draft, files=held)
        lost = [_("Some files lay here for more than a day and were deleted. Add them again.")]
        return draw(request, "story", draft, drafts.read_body(draft), refused=lost, status=422)
    try:
        intake = wizard.read_draft(body, language=language(), zone=zone(request))
    except InvalidInput:
        return redirect(
            "portal:submit", wizard.first_wrong_step(body, language=language(), zone=zone(request)) or "check"
        )
    intake.verified = wizard.verified(body, intake)
    intake.extra["form_seconds"] = int((now() - draft.created_at).total_seconds())
    done = register_complaint(actor=visitor(request), intake=intake, key=f"portal:{draft.pk}", holder=draft.pk)
    complaint = done.complaint
    runs.send(draft.pk)
    drafts.settle_draft(draft, complaint_id=complaint.pk, shown={"number": complaint.number, "code": done.code})
    writer = writer_of(complaint)
    session.open_case(request, complaint.pk, writer.pk)
    response = redirect("portal:received")
    drafts.remember(response, draft.pk)
    return response


SENDERS = {"cause": send_cause, "story": send_story, "contact": send_contact, "check": send_check}


def visitor(request: HttpRequest) -> Actor:
    """Somebody who writes to us and is no party of a case yet."""
    organisation_id = shell.organisation_of(request).pk
    return Actor(kind="complainant", organisation_id=organisation_id, name="portal", roles=frozenset({"complainant"}))


def writer_of(complaint: Complaint) -> Party:
    """Who filled in the form: the agent if there is one, else the complainant."""
    rows = {party.role: party for party in Party.objects.filter(complaint=complaint)}
    return rows.get("agent") or rows["complainant"]


def begin_draft(request: HttpRequest, *, cause: str = "", filled: str = "") -> PortalDraft:
    """The draft that follows what this browser holds, unless one address begins very many.

    Everything one page sends at once, its photos and its words, begins the same draft.
    """
    seed = drafts.seed_of(request)
    draft_id = drafts.next_id(seed) if seed else new_id()
    known = {row.pk: row for row in PortalDraft.objects.filter(pk=draft_id)}
    if draft_id in known and known[draft_id].state == PortalDraft.State.OPEN:
        return known[draft_id]
    if draft_id in known:
        draft_id = drafts.next_id(draft_id)
    count_attempt("portal.draft", counted_as(request), limit=DRAFTS_AN_HOUR, window=HOUR)
    draft = drafts.start_draft(draft_id)
    cause = cause or request.POST.get("cause", "")
    runs.begin(
        draft.pk,
        cause=cause if cause in BY_CODE else "",
        elder=shell.is_elder(request),
        filled=filled or ("order" if wizard.from_order(request.GET) else ""),
        site=embedding.site_number(request),
    )
    return draft


@never_cache
@require_safe
def filled_in(request: HttpRequest, token: str) -> HttpResponse:
    """The form of somebody who comes from their account or order: what is known stands in it already, and can be changed.

    The link opens once. A form that this browser began before keeps its words; what it left empty is filled in.
    """
    carried = handover.unseal(token)
    draft = drafts.find_draft(request)
    if carried is None or request.method == "HEAD":
        return redirect("portal:submit", "cause")
    draft_id, values = carried
    taken = PortalDraft.objects.filter(pk=draft_id).exists()
    if draft is None or draft.state == PortalDraft.State.SENT:
        if taken:
            return redirect("portal:submit", "cause")
        count_attempt("portal.draft", counted_as(request), limit=DRAFTS_AN_HOUR, window=HOUR)
        draft = drafts.start_draft(draft_id)
        runs.begin(draft.pk, cause=values.get("cause", ""), elder=shell.is_elder(request), filled="account")
    if not taken or draft.pk == draft_id:
        drafts.change_draft(draft, **wizard.filled(drafts.read_body(draft), values))
    response = redirect("portal:submit", "story" if values.get("cause") in BY_CODE else "cause")
    drafts.remember(response, draft.pk)
    return response


def keep_typed(name: str, request: HttpRequest, draft: PortalDraft) -> bool:
    """Keep a step as it was typed; False when another window wrote newer words."""
    parts: dict[str, Any] = {"refused": []}
    if (cause := request.POST.get("cause", "")) in BY_CODE:
        parts["cause"] = cause
    return drafts.write(draft, name, wizard.typed(name, request.POST), drafts.mark_of(request.POST), **parts)


def take_files(request: HttpRequest, draft: PortalDraft) -> list[str]:
    """Take the files of a form; what could not be taken comes back as sentences that name the file."""
    _taken, refused = take_into(request, draft)
    return refused


def take_into(request: HttpRequest, draft: PortalDraft) -> tuple[list[dict[str, Any]], list[str]]:
    """The files of a request for a draft. They belong to it: no other visit can see or use them (PS-11)."""
    body = drafts.read_body(draft)
    taken, refused = accept(
        request,
        request.FILES.getlist("files"),
        visitor(request),
        wizard.FILE_LIMIT - len(body.get("files", [])),
        holder=draft.pk,
        anonymous=body.get("contact", {}).get("identity") == "anonymous",
    )
    late = drafts.add_files(draft, taken, limit=wizard.FILE_LIMIT) if taken else []
    return [file for file in taken if file not in late], refused + no_room(late)


def draw(
    request: HttpRequest, name: str, draft: PortalDraft | None, body: dict[str, Any], *,
    errors: dict[str, str] | None = None, refused: list[str] | None = None, another: bool = False,
    other: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    cause = wizard.cause_of(body) or (BY_CODE["other"] if name != "cause" else None)
    place = wizard.STEPS.index(name)
    previous = reverse("portal:submit", args=[wizard.STEPS[place - 1]]) if place else ""
    context = {
        "cause": cause,
        "draft": draft,
        "another": another,
        "steps": wizard.STEPS,
        "position": place + 1,
        "heading": wizard.TITLES[name],
        "next_title": wizard.TITLES[wizard.STEPS[place + 1]] if place < 3 else "",
        "previous_url": previous,
        "back_url": previous or reverse("portal:home"),
        "last": name == "check",
        "anonymous": name == "check" and body.get("contact", {}).get("identity") == "anonymous",
        "by_page_only": name == "check" and not wizard.reachable(body),
        "has_files": bool(body.get("files")),
        "first_reply": promises.first_reply_words(),
        "help": answers.beside(cause.code) if name == "story" and cause else [],
        "guides": guides.beside(cause.code, str(body.get("story", {}).get("product", "")))
        if name == "story" and cause
        else [],
        "step": (
            step := FormState(
                values=body.get(name, {}), errors=errors or {}, other=other or {}, **drafts.mark_for(body, name)
            )
        ),
        "mark": step,
        **DRAWN[name](request, cause, body, errors or {}),
    }
    if refused:
        context["file_errors"] = refused
    return shell.page(request, f"portal/submit_{name}.html", context, status=status)


def cause_context(
    request: HttpRequest, cause: Cause | None, body: dict[str, Any], errors: dict[str, str]
) -> dict[str, Any]:
    return {"causes": [one for one in CAUSES if one.elder or not shell.is_elder(request)], "tree": bool(tree.below())}


def story_context(request: HttpRequest, cause: Cause, body: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    story = body.get("story", {})
    files = [{**file, "remove_url": reverse("portal:remove_file", args=[file["id"]])} for file in body.get("files", [])]
    return {
        "others": {part: wizard.others(part) for part in ("story", "place")},
        "demands": wizard.wish_rows(cause, FormState(values=story, errors=errors)),
        "more_open": any(story.get(name) or errors.get(name) for name in wizard.PLACE),
        "content": {"kinds": content.KINDS, "rights": content.RIGHTS, "statement": content_door.STATEMENT},
        "files": files,
        "file_limit": wizard.FILE_LIMIT,
        "upload_url": reverse("portal:upload"),
        "resumable_url": reverse("portal:resumable"),
        "provinces": wizard.CHOICES["province"],
        "today": local_date(now(), zone(request)).isoformat(),
    }


def contact_context(request: HttpRequest, cause: Cause, body: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    contact = body.get("contact", {})
    values = {"group": cause.group, "format": "large_print" if shell.is_elder(request) else "", **contact}
    values["language"] = contact.get("language") or ("zh-hans" if language().startswith("zh") else "en")
    return {
        "step": FormState(values=values, errors=errors),
        "others": {part: wizard.others(part) for part in ("reach", "more", "needs")},
        "channels": wizard.CHOICES["preferred_channel"],
        "customer_types": CUSTOMER_TYPES,
        "groups": GROUPS,
        "formats": wizard.CHOICES["format"],
        "languages": wizard.CHOICES["language"],
        "more_open": any(contact.get(name) or errors.get(name) for name in wizard.MORE),
    }


def check_context(request: HttpRequest, cause: Cause, body: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    cause_url, story_url, contact_url = (reverse("portal:submit", args=[name]) for name in wizard.STEPS[:3])
    return {
        "parts": [
            {"title": _("What it is about"), "url": cause_url, "rows": [(_("It is about"), cause.title)]},
            {"title": _("Story and wishes"), "url": story_url, "rows": wizard.story_rows(body)},
            {"title": _("Contact"), "url": contact_url, "rows": wizard.contact_rows(body)},
        ]
    }


DRAWN: dict[str, Any] = {
    "cause": cause_context,
    "story": story_context,
    "contact": contact_context,
    "check": check_context,
}


@require_POST
def autosave(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what is typed, unjudged; the page's script calls it while somebody writes."""
    if name not in wizard.NAMES:
        raise NotFound
    draft = drafts.find_draft(request)
    if draft is None or (draft.state == PortalDraft.State.SENT and "another" in request.POST):
        draft = begin_draft(request)
    response = HttpResponse(status=204 if keep_typed(name, request, draft) else 409)
    drafts.remember(response, draft.pk)
    return response


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """One file of the page's script: 201 with its row, or 422 with the sentence of the refusal."""
    draft = drafts.find_draft(request)
    if draft is None or draft.state == PortalDraft.State.SENT:
        draft = begin_draft(request)
    taken, refused = take_into(request, draft)
    rows = [{**file, "remove_url": reverse("portal:remove_file", args=[file["id"]])} for file in taken]
    response = JsonResponse({"files": rows, "refused": refused}, status=201 if taken else 422)
    drafts.remember(response, draft.pk)
    return response


@require_POST
def remove_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """Take a file out again. Without a script the button sends the whole form, so what is typed is kept first."""
    draft = drafts.find_draft(request)
    if draft is None:
        return redirect("portal:submit", "cause")
    if "description" in request.POST:
        keep_typed("story", request, draft)
    drafts.drop_file(draft, file_id)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("portal:submit", "story")


@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    if draft := drafts.find_draft(request):
        runs.leave(draft.pk)
        drafts.forget_draft(draft)
    response = redirect("portal:submit", "cause")
    response.delete_cookie(drafts.COOKIE, samesite="Lax")
    return response


def language() -> str:
    return (get_language() or "zh-hans").lower()


def zone(request: HttpRequest) -> str:
    return shell.organisation_of(request).time_zone
