"""What waits for a person: lists that apps declare for the things they know; *My work* draws them (OG-08).

An app says who must do what (`declare_list`); the shell asks them all and knows none of them by name.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tingsu.kernel.actor import Actor
from tingsu.kernel.shapes import Build, shaped
from tingsu.kernel.spelling import cut
from tingsu.kernel.together import Asking, Reader, gathered

MOST = 100
"""Lines of one page of a list."""
BATCH = 101
"""Rows looked at together where only the program can choose."""
LAST_PAGE = 1000
TITLE = 60
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A time limit as a clock wants it: from when to when."""

    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a list of things that wait."""

    title: str | Promise
    """Words and address may be made when they are drawn: of many lines that are found few are shown."""
    number: str
    note: str | Promise
    url: str | Promise
    promise: Due | None = None
    promise_name: str | Promise = ""
    badge: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """As much of a list as fits a page."""

    items: list[Item]
    page: int = 1
    more: bool = False
    """There is a next page."""

    @property
    def count(self) -> str:
        """How many there are, as far as this page knows."""
        known = (self.page - 1) * MOST + len(self.items)
        return f"{known}+" if self.more else str(known)

    def top(self, most: int) -> "Part":
        """Its first items, for a short list that leads to the whole."""
        return replace(self, items=self.items[:most], more=self.more or len(self.items) > most)


Waiting = Asking[..., Part]
"""From the person, the moment, the number of a page, and how many lines of it at most (0: a page): who shows few lines does not
have a hundred of each kind made.
"""


@dataclass(frozen=True, kw_only=True)
class WaitingList:
    """One kind of things that wait. `part` gives a page of them for a person at a moment, nearest deadline first."""

    name: str
    title: str | Promise
    part: Waiting
    order: int = 100
    whole: str = ""
    """The name of the address that shows the whole list; "" for one that stands among the duties only."""
    any_rows: Callable[[Actor], QuerySet[Any]] | None = None
    """For a list that is mostly empty: rows without which it is. Counted together with others, in one round trip."""


_lists: dict[str, WaitingList] = {}


def declare_list(declared: WaitingList) -> None:
    """Add a list, once each, when the app loads. Raises RuntimeError for a second of the same name."""
    if declared.name in _lists:
        raise RuntimeError(f"two lists of things that wait are called {declared.name}")
    _lists[declared.name] = declared


def waiting_lists(*, whole: bool) -> list[WaitingList]:
    """The declared lists with a page of their own, or those that stand among the duties, in their order."""
    found = [one for one in _lists.values() if bool(one.whole) is whole]
    return sorted(found, key=lambda one: (one.order, one.name))


def waiting_list(name: str) -> WaitingList:
    """A list by its name. Raises KeyError."""
    return _lists[name]


def rare_lists() -> list[WaitingList]:
    """The lists of which a page asks first whether they can hold anything: making their questions costs more than asking."""
    return [one for one in _lists.values() if one.any_rows is not None]


@Asking
def part_unless_empty(name: str, actor: Actor, at: datetime, empty: Collection[str], most: int = 0) -> Reader[Part]:
    """The first of a list, not asked for where it is known to hold nothing; of more than ``most`` lines the rest may be missing."""
    return Part(items=[]) if name in empty else (yield from waiting_list(name).part.reader(actor, at, 1, most))


@Asking
def duties_part(actor: Actor, at: datetime, empty: Collection[str] = (), most: int = 0) -> Reader[Part]:
    """The first of everything that waits without a page of its own, nearest deadline first, and whether that is all.

    ``empty`` names lists that are known to hold nothing: they are not asked. Of more than ``most`` lines the rest may be missing.
    """
    lists = [one for one in waiting_lists(whole=False) if one.name not in empty]
    parts = yield from gathered(*(one.part.reader(actor, at, 1, most) for one in lists))
    return Part(items=in_order(item for part in parts for item in part.items), more=any(part.more for part in parts))


def duties_of(actor: Actor, at: datetime) -> list[Item]:
    """The lines of `duties_part`."""
    return duties_part(actor, at).items


def in_order(items: Iterable[Item]) -> list[Item]:
    """Nearest deadline first; what has none last."""
    return sorted(items, key=lambda item: item.promise.due_at if item.promise else NEVER)


def window(page: int, most: int = 0) -> slice:
    """The rows of one page and one more, which tells that there is another; a page has ``most`` rows, else `MOST`."""
    most = min(most or MOST, MOST)
    return slice((page - 1) * most, page * most + 1)


def page_of(rows: QuerySet[Any], page: int, most: int = 0) -> Reader[tuple[list[Any], bool]]:
    """The rows of one page, and whether there are more. One query."""
    most = min(most or MOST, MOST)
    (found,) = yield [rows[window(page, most)]]
    return found[:most], len(found) > most


def page_shaped(
    build: Build, actor: Actor, page: int, *facts: Hashable, most: int = 0
) -> Reader[tuple[list[Any], bool]]:
    """The same of rows that ``build`` asks for a person, put into SQL once (`kernel.shapes`)."""
    most = min(most or MOST, MOST)
    (found,) = yield [shaped(build, actor, *facts, part=window(page, most))]
    return found[:most], len(found) > most


def page_of_those(
    rows: QuerySet[Any], page: int, fits: Callable[[Any], bool], most: int = 0
) -> Reader[tuple[list[Any], bool]]:
    """The same of rows among which only the program can choose. One query for each hundred rows looked at, after a first look at
    one page.
    """
    most = min(most or MOST, MOST)
    found: list[Any] = []
    start, batch_size = 0, min(BATCH, most + 1)
    while len(found) <= page * most:
        (batch,) = yield [rows[start : start + batch_size]]
        found += [row for row in batch if fits(row)]
        if len(batch) < batch_size:
            break
        start, batch_size = start + batch_size, BATCH
    return found[(page - 1) * most : page * most], len(found) > page * most


def short(words: str) -> str:
    """Words on one line, cut for a title."""
    line = " ".join(words.split())
    return cut(line, TITLE)
