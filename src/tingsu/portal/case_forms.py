"""The forms of the open case: what was typed and not sent is kept on the server, with its files, until it is sent.

A form that was refused comes back by an address of its own, so that a reload asks for the page and never sends old words
over newer ones. Two windows of one person never overwrite each other silently (`drafts.write`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tingsu.complaints.moves import Move, known_moves
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.portal import drafts, session
from tingsu.portal.forms import FormState
from tingsu.portal.models import PortalDraft

FILES_AT_ONCE = 9


def state_of(name: str, draft: PortalDraft | None, *, wrong: bool = False) -> FormState:
    """One form as it is drawn: what was typed, its files, and, of one that was refused just now, why."""
    body = drafts.read_body(draft) if draft else {}
    refused = body.get("refused", {}) if wrong else {}
    return FormState(
        values=body.get("typed", {}),
        errors=refused.get("errors", {}),
        refusal=refused.get("refusal", ""),
        other=refused.get("other", {}),
        files=[{**file, "remove_url": drop_url(name, file["id"])} for file in body.get("files", [])],
        status=refused.get("status", 422) if refused else 200,
        **drafts.mark_for(body, "typed"),
    )


def states(request: HttpRequest, names: Iterable[str], *, wrong: str = "") -> dict[str, FormState]:
    """Every form of a page; one query."""
    kept = session.form_drafts(request, names)
    return {name: state_of(name, kept.get(name), wrong=name == wrong) for name in names}


def returning(request: HttpRequest) -> str:
    """The form whose words were kept when the page closed itself: where the person goes on. Once."""
    for name, draft in session.form_drafts(request, known_moves()).items():
        if drafts.read_body(draft).get("return_to"):
            drafts.change_draft(draft, return_to=False)
            return name
    return ""


def write(request: HttpRequest, move: Move) -> PortalDraft | None:
    """Keep what a form holds; None when another window wrote newer words, or no case was ever opened here."""
    typed = move.typed(request.POST)
    draft = session.form_draft(request, move.name)
    return draft if draft and drafts.write(draft, "typed", typed, drafts.mark_of(request.POST)) else None


def keep(request: HttpRequest, actor: Actor, move: Move) -> bool:
    """`write` for words that the page saves by itself; False when another window wrote newer ones.

    A saving that was on its way while the form was sent says nothing new: those words have arrived. It is looked at before and
    after, because a form is claimed first and its draft forgotten after: whichever of the two comes last, no draft is left.
    """
    key = request.POST.get("once", "")
    if once.is_claimed(actor, key):
        return True
    if (draft := write(request, move)) is None:
        return False
    if once.is_claimed(actor, key):
        draft.delete()
    return True


def keep_refused(request: HttpRequest, name: str, typed: Mapping[str, Any], **refused: Any) -> None:
    """A form that was refused: its words and why."""
    if draft := session.form_draft(request, name):
        drafts.write(draft, "typed", dict(typed), drafts.Mark(), refused=refused)


def carry_over(request: HttpRequest, name: str, to: str, text: str, **refused: Any) -> None:
    """Words of a form that is closed now go into one that is open, after what it holds already."""
    draft = session.form_drafts(request, [to]).get(to)
    held = str(drafts.read_body(draft).get("typed", {}).get("text", "")) if draft else ""
    keep_refused(request, to, {"text": held if text in held else f"{held}\n\n{text}".strip()}, **refused)
    forget(request, name)


def forget(request: HttpRequest, name: str) -> None:
    """The form was sent."""
    PortalDraft.objects.filter(pk__in=session.draft_ids(request, [name])).delete()


def drop_url(name: str, file_id: str) -> str:
    return reverse("portal:case_drop_file", args=[name, file_id])
