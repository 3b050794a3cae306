"""One list of open cases, as an address and the member's kept views ask for it: the page, its counts and its export read the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from tingsu.complaints import access
from tingsu.complaints.models import Complaint, SavedView
from tingsu.desk import queue
from tingsu.desk.asked import Asked
from tingsu.kernel.actor import Actor
from tingsu.kernel.shapes import counts_of, later, shaped
from tingsu.pages.pager import Page, as_page


@dataclass(frozen=True, kw_only=True)
class Question:
    """One list of open cases: what the address and the member's kept views ask for."""

    actor: Actor
    at: datetime
    asked: Asked
    views: list[queue.View]
    view: queue.View | None
    kept: list[SavedView]
    chosen: SavedView | None

    @property
    def own(self) -> list[SavedView]:
        return [one for one in self.kept if not one.tab]

    @cached_property
    def open_ways(self) -> list[QuerySet[Complaint]]:
        """Every open case that this person sees, one question for each way to them."""
        return queue.open_ways(self.actor)

    @cached_property
    def ways(self) -> list[QuerySet[Complaint]]:
        """Those of them that the list holds."""
        return [self.asked.narrowed(_of(self.view, one)) for one in self.open_ways]

    @cached_property
    def walked(self) -> list[QuerySet[Complaint]]:
        """The same, as a page in the order of work reads them."""
        return [self.asked.narrowed(one) for one in _walked(self.view, self.open_ways)]

    @property
    def is_plain(self) -> bool:
        """A tab as everybody has it."""
        return not self.asked.narrowing and self.chosen is None

    def page(self, *, by_limit: bool) -> Page[Complaint]:
        """The page that the address asks for. The first of a plain tab is a kept question (`kernel.shapes`)."""
        if self.asked.after or not self.is_plain or queue.by_another_clock(self.at):
            return queue.page_of(self.ways if by_limit else self.walked, self.asked.after, by_limit=by_limit)
        key, everything = self.view.key if self.view else "", access.sees_everything(self.actor)
        rows = shaped(_first_page, self.actor, everything, key, by_limit, at=self.at).rows()
        return as_page(rows, queue.order_of(by_limit=by_limit), queue.PAGE)

    def numbers(self, *, by_limit: bool) -> tuple[dict[str, int], dict[str, int]]:
        """How many cases stand in the tabs that an index counts, and in the groups of a plain tab, in one round trip."""
        tabs = tuple(one.key for one in self.views if one.indexed and one.tab)
        grouped = self.is_plain and (self.view is None or self.view.indexed)
        key = (self.view.key if self.view else "") if grouped else None
        facts = (access.sees_everything(self.actor), tabs, key, by_limit)
        found = counts_of(_counted, self.actor, *facts, most=queue.CAP, at=self.at)
        groups = queue.group_conditions(later, by_limit=by_limit) if grouped else ()
        return dict(zip(tabs, found, strict=False)), dict(zip(groups, found[len(tabs) :], strict=True))


def question_of(actor: Actor, query: QueryDict, at: datetime) -> Question:
    """What a list of open cases holds, in any order. One query."""
    asked = Asked.read(actor, query)
    views = queue.shipped_views(actor, at)
    kept = shaped(_saved_views, actor).rows()
    chosen = next((one for one in kept if not one.tab and f"own-{one.pk}" == asked.view), None)
    if chosen:
        asked = Asked.read(actor, {**chosen.filters, "view": asked.view, **{name: query[name] for name in query}})
    view = next((one for one in views if one.key == asked.view), None)
    return Question(actor=actor, at=at, asked=asked, views=views, view=view, kept=kept, chosen=chosen)


def _saved_views(actor: Actor) -> QuerySet[SavedView]:
    return SavedView.objects.filter(member_id=actor.id).order_by("position", "name")


def _of(view: queue.View | None, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return rows.filter(view.where) if view else rows


def _walked(view: queue.View | None, ways: list[QuerySet[Complaint]]) -> list[QuerySet[Complaint]]:
    return [one.filter(part) for one in ways for part in (view.walked if view else (Q(),))]


def _kept_view(actor: Actor, key: str) -> queue.View | None:
    return next((one for one in queue.shipped_views(actor, later) if one.key == key), None)


# What is kept for people of the same roles, `everything` a fact: whether they see every case, which the authority matrix says.


def _first_page(actor: Actor, everything: bool, key: str, by_limit: bool) -> QuerySet[Complaint]:
    view, ways = _kept_view(actor, key), queue.open_ways(actor, everything=everything)
    rows = [_of(view, one) for one in ways] if by_limit else _walked(view, ways)
    return queue.first_of(rows, queue.PAGE + 1, by_limit=by_limit)


def _counted(
    actor: Actor, everything: bool, tabs: tuple[str, ...], key: str | None, by_limit: bool
) -> Iterator[QuerySet[Any]]:
    views = {one.key: one for one in queue.shipped_views(actor, later)}
    ways = queue.open_ways(actor, everything=everything)
    for tab in tabs:
        yield queue.counted(ways, views[tab].where)
    if key is not None:
        inside = [_of(views.get(key), one) for one in ways]
        for where in queue.group_conditions(later, by_limit=by_limit).values():
            yield queue.counted(inside, where)
