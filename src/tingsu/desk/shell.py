"""The frame of every staff page: who is here, where they may go, what waits for them. Built once a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.desk import navigation
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now

THEMES = frozenset({"light", "dark"})


@dataclass(kw_only=True)
class Frame:
    """What ``desk/base.html`` draws around a page."""

    now: datetime
    theme: str
    person_id: str = ""
    person_name: str = ""
    role_words: str = ""
    groups: list[dict[str, Any]] = field(default_factory=list)
    person_menu: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0
    warnings: list[str | Promise] = field(default_factory=list)
    home: str = "/"
    search: str = ""
    register: str = ""
    notices: str = ""
    help: str = ""
    sign_out: str = ""
    script_texts: dict[str, str] = field(default_factory=dict)

    @property
    def unread_words(self) -> str:
        return navigation.capped(self.unread) if self.unread < 100 else "99+"


def frame_for(request: HttpRequest) -> Frame:
    """The frame of this request; the same object for every piece of one page."""
    known = getattr(request, "_desk_frame", None)
    if known is None:
        known = _build(request)
        request._desk_frame = known  # type: ignore[attr-defined]
    return known


def theme_of(request: HttpRequest) -> str:
    """Light or dark as chosen on this device, else as saved with the account, else the system's (empty)."""
    chosen = request.COOKIES.get("tingsu_theme") or getattr(request.user, "theme", "")
    return chosen if chosen in THEMES else ""


def script_texts() -> dict[str, str]:
    """The sentences that scripts show, in the page's language."""
    return {
        "yes": _("Yes"),
        "close": _("Close"),
        "undo": _("Undo"),
        "copied": _("Copied"),
        "left": _("{length} left"),
        "over": _("{length} over"),
        "days": _("{days} d"),
        "days_hours": _("{days} d {hours} h"),
        "draft_saved": _("Draft kept {time}"),
        "draft_restored": _("Your draft was brought back"),
        "not_sent": _("Not sent. What you typed is kept; try again."),
        "refused": _("This did not work (answer {status}). What you typed is kept."),
    }


def _build(request: HttpRequest) -> Frame:
    from tingsu.people.access import actor_for

    frame = Frame(now=now(), theme=theme_of(request), script_texts=script_texts())
    if not request.user.is_authenticated:
        return frame
    actor = actor_for(request)
    frame.person_id = str(actor.id)
    _fill_person(frame, request, actor)
    return frame


def _fill_person(frame: Frame, request: HttpRequest, actor: Actor) -> None:
    frame.groups = navigation.groups_for(request, actor, {})
