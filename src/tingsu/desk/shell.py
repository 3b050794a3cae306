"""The frame of every staff page: who is here, where they may go, what waits for them. Built once a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.calendars.queries import calendar_warnings
from tingsu.complaints.process import PROCESS
from tingsu.complaints.shipped_entries import number_offered
from tingsu.desk import navigation, queue
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.organisations import current_organisation, practice_copy_of
from tingsu.kernel.shapes import counts_of
from tingsu.letters.models import Notice
from tingsu.people.access import Can, actor_for, rights_of
from tingsu.people.queries import alias_of
from tingsu.people.roles import Role
from tingsu.people.sessions import seconds_left
from tingsu.setup import checklist

THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True, kw_only=True)
class Warned:
    """A lasting note above every page. One with a name can be put away by each person."""

    words: str | Promise
    name: str = ""
    address: str = ""


@dataclass(kw_only=True)
class Frame:
    """What ``pages/staff.html`` draws around a page."""

    now: datetime
    theme: str
    person_id: str = ""
    person_name: str = ""
    role_words: str = ""
    groups: list[dict[str, Any]] = field(default_factory=list)
    person_menu: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0
    warnings: list[Warned] = field(default_factory=list)
    home: str = "/"
    search: str = ""
    queue: str = ""
    register: str = ""
    notices: str = ""
    help: str = ""
    sign_out: str = ""
    account: str = ""
    settings: str = ""
    session_left: int = 0
    """For how many seconds the session lasts on if nobody works, rounded up to minutes: the page asks before it ends anything. 0
    where nothing is known of it.
    """
    row_steps: str = ""
    """Letters that take a step on the row of a list: "m:link p:…"."""

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
        "total": _("Total {amount}"),
        "draft_saved": _("Draft kept {time}"),
        "draft_restored": _("Your draft was brought back"),
        "not_sent": _("Not sent. What you typed is kept; try again."),
        "no_answer": _(
            "No answer came back, so nobody knows yet whether it was kept. What you typed is still here: press again, nothing is done twice."
        ),
        "no_answer_look": _(
            "No answer came back, so nobody knows yet whether it was kept. Look in another window whether it was, before you press again."
        ),
        "story": _("the story"),
        "problem_type": _("the problem type"),
        "contact": _("a way to reach the caller, or anonymous"),
        "comma": pgettext("list", ", "),
        "missing": _("Still missing: {what}"),
        "nothing_missing": _("Nothing is missing."),
        "refused": _("This did not work (answer {status}). What you typed is kept."),
    }


def _build(request: HttpRequest) -> Frame:
    frame = Frame(now=now(), theme=theme_of(request))
    if not request.user.is_authenticated or getattr(request, "organisation", None) is None:
        return frame
    actor = actor_for(request)
    rights = rights_of(actor)
    frame.person_id = str(actor.id)
    frame.person_name = alias_of(actor.id) or request.user.get_username()
    frame.role_words = " · ".join(str(Role(role).label) for role in sorted(actor.roles) if role in Role.values)
    waiting, frame.unread, _more = waiting_counts(request, actor)
    frame.groups = navigation.groups_for(request, rights, waiting)
    frame.warnings += [one for one in dismissible() if one.name not in getattr(request.user, "dismissed", ())]
    frame.warnings += [Warned(words=words) for words in checklist.warnings_for(current_organisation(), rights)]
    frame.home = reverse("desk:work")
    frame.search = reverse("desk:search")
    frame.queue = reverse("desk:queue") if Can.SEE_QUEUE in rights else ""
    frame.register = reverse("desk:register") if Can.REGISTER in rights else ""
    frame.notices = reverse("desk:notices")
    frame.help = reverse("desk:help")
    frame.sign_out = reverse("account_logout")
    frame.account = reverse("desk:account")
    frame.row_steps = " ".join(f"{step.key}:{step.name}" for step in PROCESS.values() if step.on_rows)
    frame.settings = reverse("desk:settings")
    frame.session_left = -(-seconds_left(request) // 60) * 60
    frame.person_menu = [{"url": frame.account, "icon": "user", "label": _("My account")}]
    if practice_copy_of(current_organisation()) is not None:
        frame.person_menu.append({"url": reverse("practice:home"), "icon": "copy", "label": _("Practice copy")})
    return frame


def dismissible() -> list[Warned]:
    """What stands above every page until each person has put it away: next year's holidays are missing (SL-02)."""
    return [
        Warned(words=words, name=f"calendar:{code}", address=reverse("desk:dismiss"))
        for code, words in calendar_warnings(now())
    ]


def waiting_counts(
    request: HttpRequest, actor: Actor, *more: QuerySet[Any]
) -> tuple[dict[str, int], int, tuple[int, ...]]:
    """The numbers beside navigation entries (my open cases and offers), unread notices, and those of `more` questions.

    One round trip a page: a page that counts asks first, with its own questions, and the frame takes what is known.
    """
    known = getattr(request, "_desk_counts", None)
    if known is None or more:
        numbers = queue.counts([*_framing(actor), *more]) if more else counts_of(_framing, actor, most=queue.CAP)
        mine, offered, notices, *rest = numbers
        known = {"work": mine + offered, "mine": mine, "offered": offered}, notices, tuple(rest)
        request._desk_counts = known  # type: ignore[attr-defined]
    return known


def _framing(actor: Actor) -> list[QuerySet[Any]]:
    unread = Notice.objects.filter(member_id=actor.id, read_at__isnull=True)
    return [queue.own_cases(actor), queue.offered_to(actor), unread]


def forget_unread(request: HttpRequest, gone: int) -> None:
    """Some of the unread notices that this page counted are none of this person's: they are left out of its numbers."""
    if known := getattr(request, "_desk_counts", None):
        numbers, unread, rest = known
        request._desk_counts = numbers, max(0, unread - gone), rest  # type: ignore[attr-defined]


def sections_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The settings pages this person may open, by group, the current one marked."""
    rights = rights_of(actor_for(request))
    shown = []
    for section in navigation.sections():
        if section.needs is not None and section.needs not in rights:
            continue
        shown.append((section, reverse(section.url_name)))
    index = request.path == reverse("desk:settings")
    here = max((url for _section, url in shown if request.path.startswith(url)), key=len, default="")
    found = []
    for key, title in navigation.SECTION_GROUPS.items():
        items = [
            {
                "title": section.title,
                "hint": section.hint,
                "icon": section.icon,
                "url": url,
                "current": url == here,
                "offered": number_offered(section.name) if index else 0,
            }
            for section, url in shown
            if section.group == key
        ]
        if items:
            found.append({"title": title, "items": items})
    return found
