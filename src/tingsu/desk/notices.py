"""In-app notices in words, with the thing they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import timer_name
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Named, names_of
from tingsu.kernel.models import Stream
from tingsu.letters.models import Notice
from tingsu.letters.notices import words_of
from tingsu.pages.pager import Page, page_of

ORDER = ("-created_at", "-pk")
Words = str | Promise

KINDS: dict[str, tuple[Words, str]] = {
    "case.assigned": (pgettext_lazy("notice", "A case was assigned to you"), "user-plus"),
    "case.offered": (pgettext_lazy("notice", "A case waits for you to accept it"), "inbox"),
    "case.taken_over": (pgettext_lazy("notice", "Somebody took over a case of yours"), "users"),
    "case.refused": (pgettext_lazy("notice", "A case you handed over was refused"), "arrow-back-up"),
    "case.supervised": (pgettext_lazy("notice", "A case was put under supervision"), "flag"),
    "case.new_facts": (pgettext_lazy("notice", "The complainant added something"), "message-circle"),
    "case.withdrawn": (pgettext_lazy("notice", "The complainant withdraws the complaint"), "message-circle"),
    "case.renegotiated": (pgettext_lazy("notice", "The other side negotiates again"), "message-circle"),
    "case.archived": (pgettext_lazy("notice", "A file was given into your keeping"), "archive"),
    "approval.asked": (pgettext_lazy("notice", "A solution waits for your approval"), "scale"),
    "approval.given": (pgettext_lazy("notice", "Your solution was approved"), "checks"),
    "approval.returned": (pgettext_lazy("notice", "Your solution was returned"), "arrow-back-up"),
    "solution.sent": (pgettext_lazy("notice", "A solution that concerns you was sent"), "mail"),
    "opinion.given": (pgettext_lazy("notice", "A party answered the solution"), "message-circle"),
    "execution.asked": (pgettext_lazy("notice", "You have something to carry out"), "subtask"),
    "execution.done": (pgettext_lazy("notice", "Everything is carried out and waits for verification"), "checks"),
    "execution.failed": (pgettext_lazy("notice", "A measure could not be carried out"), "alert-triangle"),
    "refusal.reviewed": (pgettext_lazy("notice", "An open refusal of yours was reviewed"), "clock"),
    "rating.low": (pgettext_lazy("notice", "A low rating waits for a callback by somebody else"), "alert-triangle"),
    "callback.exhausted": (pgettext_lazy("notice", "All callback attempts are used; the case can be closed"), "phone"),
}
LEADS_TO = {"post.given": reverse_lazy("people:mine")}
"""Where notices lead that are about no case."""


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One notice as a line."""

    words: str
    icon: str
    at: datetime
    unread: bool
    url: str
    number: str


def _notices_of(actor: Actor) -> QuerySet[Notice]:
    """Whatever a member was told, each with the kind of thing it is about."""
    about = Stream.objects.filter(pk=OuterRef("stream_id")).values("kind")[:1]
    return Notice.objects.filter(member_id=actor.id).annotate(of=Subquery(about))


def recent_notices(actor: Actor, *, unread: bool = False, limit: int = 8) -> list[NoticeLine]:
    rows = _notices_of(actor)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return _shown(rows.order_by("-created_at", "-id")[:limit])


def notice_page(actor: Actor, after: str) -> tuple[list[NoticeLine], Page[Notice]]:
    """One page, newest first: its lines, and where it stands."""
    page = page_of(_notices_of(actor), ORDER, after)
    return _shown(page.rows), page


def _shown(notices: Iterable[Notice]) -> list[NoticeLine]:
    rows = list(notices)
    kinds = {row.stream_id: row.of for row in rows if row.stream_id and row.of}  # type: ignore[attr-defined]
    named = names_of(list(kinds), kinds_known=kinds)
    return [_one(row, named.get(row.stream_id) if row.stream_id else None) for row in rows]


def _one(row: Notice, about: Named | None) -> NoticeLine:
    words, icon = KINDS.get(row.kind) or words_of(row.kind) or (None, "bell")
    return NoticeLine(
        words=str(words) % {"timer": _timer(row.data)} if words else _("Notice about a case"),
        icon=icon,
        at=row.created_at,
        unread=row.read_at is None,
        url=about.url if about else str(LEADS_TO.get(row.kind, "")),
        number=about.name if about else "",
    )


def _timer(data: dict[str, Any]) -> Words:
    return timer_name(str(data.get("kind", "")))
