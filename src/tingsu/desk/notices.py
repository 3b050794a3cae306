"""In-app notices in words, with the thing they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.clocks.timers import timer_name
from tingsu.desk.shell import forget_unread
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.kinds import Named, matters_of, names_of
from tingsu.kernel.models import Stream
from tingsu.kernel.together import Asking, Reader, gathered
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
    times: int = 1
    """How often the same was told of the same thing, one after the other."""


@dataclass(frozen=True, kw_only=True)
class NoticeGroup:
    """What was told of one thing, newest first; of nothing in particular each notice stands alone."""

    number: str
    url: str
    matter: str
    lines: list[NoticeLine]

    @property
    def unread(self) -> bool:
        return any(line.unread for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Told:
    """Notices as a page shows them, and those of things that the reader may not open (any more): nobody is told of these."""

    groups: list[NoticeGroup]
    hidden: list[Notice]

    def put_away(self, request: HttpRequest) -> None:
        """What is not shown is not counted: neither on this page nor later."""
        unread = [one.pk for one in self.hidden if one.read_at is None]
        if not unread:
            return
        Notice.objects.filter(pk__in=unread).update(read_at=now())
        forget_unread(request, len(unread))


def _notices_of(actor: Actor) -> QuerySet[Notice]:
    """Whatever a member was told, each with the kind of thing it is about."""
    about = Stream.objects.filter(pk=OuterRef("stream_id")).values("kind")[:1]
    return Notice.objects.filter(member_id=actor.id).annotate(of=Subquery(about))


@Asking
def recent_notices(actor: Actor, *, unread: bool = False, limit: int = 8) -> Reader[Told]:
    """The newest of them, by the thing they are about. Two queries."""
    rows = _notices_of(actor)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    (found,) = yield [rows.order_by("-created_at", "-id")[:limit]]
    return (yield from _grouped.reader(actor, found))


def notice_page(actor: Actor, after: str) -> tuple[Told, Page[Notice]]:
    """One page, newest first, by the thing they are about; and where it stands."""
    page = page_of(_notices_of(actor), ORDER, after)
    return _grouped(actor, page.rows), page


@Asking
def _grouped(actor: Actor, notices: Iterable[Notice]) -> Reader[Told]:
    """Notices of one thing stand together where its newest stands, with its matter; of what the reader may not open there are
    none, whoever wrote them for whatever reason.
    """
    rows = list(notices)
    kinds = {row.stream_id: row.of for row in rows if row.stream_id and row.of}  # type: ignore[attr-defined]
    named, matters = yield from gathered(
        names_of.reader(list(kinds), kinds_known=kinds, opens_for=actor),
        matters_of.reader(actor, kinds),
    )
    by_thing: dict[Any, list[Notice]] = {}
    for row in rows:
        by_thing.setdefault(row.stream_id if row.stream_id in named else row.pk, []).append(row)
    groups: list[NoticeGroup] = []
    hidden: list[Notice] = []
    for thing, told in by_thing.items():
        about = named.get(thing)
        if about is not None and not about.opens:
            hidden += told
            continue
        lines = _together([_one(row, about) for row in told])
        number, url = (about.name, about.url) if about else ("", "")
        groups.append(NoticeGroup(number=number, url=url, matter=matters.get(thing, ""), lines=lines))
    return Told(groups=groups, hidden=hidden)


def _together(lines: list[NoticeLine]) -> list[NoticeLine]:
    """The same words several times one after the other are one line, at the newest moment."""
    found: list[NoticeLine] = []
    for line in lines:
        if found and (found[-1].words, found[-1].unread) == (line.words, line.unread):
            found[-1] = replace(found[-1], times=found[-1].times + 1)
        else:
            found.append(line)
    return found


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
