"""In-app notices in words, with the thing they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.clocks.timers import timer_name
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Named, names_of
from tingsu.kernel.models import Stream
from tingsu.kernel.together import Asking, Reader
from tingsu.letters.models import Notice
from tingsu.letters.notices import address_of, words_of
from tingsu.pages.pager import Page, page_of

ORDER = ("-created_at", "-pk")
Words = str | Promise


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


@Asking
def recent_notices(actor: Actor, *, unread: bool = False, limit: int = 8) -> Reader[list[NoticeLine]]:
    """The newest of them. Two queries."""
    rows = _notices_of(actor)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    (found,) = yield [rows.order_by("-created_at", "-id")[:limit]]
    return (yield from _shown.reader(found))


def notice_page(actor: Actor, after: str) -> tuple[list[NoticeLine], Page[Notice]]:
    """One page, newest first: its lines, and where it stands."""
    page = page_of(_notices_of(actor), ORDER, after)
    return _shown(page.rows), page


@Asking
def _shown(notices: Iterable[Notice]) -> Reader[list[NoticeLine]]:
    rows = list(notices)
    kinds = {row.stream_id: row.of for row in rows if row.stream_id and row.of}  # type: ignore[attr-defined]
    named = yield from names_of.reader(list(kinds), kinds_known=kinds)
    return [_one(row, named.get(row.stream_id) if row.stream_id else None) for row in rows]


def _one(row: Notice, about: Named | None) -> NoticeLine:
    words, icon = words_of(row.kind) or (None, "bell")
    return NoticeLine(
        words=str(words) % {"timer": _timer(row.data)} if words else _("Notice about a case"),
        icon=icon,
        at=row.created_at,
        unread=row.read_at is None,
        url=about.url if about else address_of(row.kind),
        number=about.name if about else "",
    )


def _timer(data: dict[str, Any]) -> Words:
    return timer_name(str(data.get("kind", "")))
