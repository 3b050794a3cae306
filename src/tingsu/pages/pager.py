"""Lists by key: each page begins after the last row of the one before, however long the list (architecture §5.13).

Pages by number would count and skip; pages by key cost the same at the end of a million rows as at the beginning, and
neither miss nor repeat a row when others come in between.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from tingsu.kernel.errors import UnknownPage
from tingsu.kernel.typed import within_time

Row = TypeVar("Row", bound=Model)
PARAMETER = "after"
SIZE = 50
LONGEST_KEY = 500


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list. ``following`` is the key of the next page, empty at the end."""

    rows: list[Row]
    following: str = ""
    later: bool = False
    """Pages stand before this one."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One of several ways to the rows of a list, each walked in the list's order by an index of its own.

    A condition that says "this or that or the other" is answered by none: the database would look at every row, or gather
    all that it finds and sort it. Of pieces it walks as many rows as a page shows, in each.
    """

    rows: QuerySet[Any]
    order: Sequence[str]
    """The list's order in the words of this table: its columns hold the same values."""
    leads_to: str = "pk"
    """The column with the id of the list's row."""


def page_of(
    rows: QuerySet[Row],
    order: Sequence[str],
    after: str = "",
    size: int = SIZE,
    pieces: Sequence[Piece] = (),
) -> Page[Row]:
    """The page that follows a key. One query.

    ``order`` names columns, the last of them unique ("-received_at", "-pk"); only the first may be empty, and ascending:
    what has none stands last, for which a page may take a second query. With ``pieces`` the list holds what any of them
    leads to, and ``rows`` say only what is read of it. Raises UnknownPage for a key that nobody made.
    """
    key = _read(rows, order, after)
    return as_page(_found(rows, order, key, size + 1, pieces), order, size, later=key is not None)


def as_page(found: list[Row], order: Sequence[str], size: int, *, later: bool = False) -> Page[Row]:
    """The page of rows that were read in this order, of which one more than it shows tells that others follow."""
    more = len(found) > size
    found = found[:size]
    return Page(rows=found, following=_key_of(found[-1], order) if more else "", later=later)


def in_pages(rows: QuerySet[Row], order: Sequence[str], size: int = 500, pieces: Sequence[Piece] = ()) -> Iterator[Row]:
    """All rows, asked for a page at a time: for exports, which hold neither a cursor nor a long transaction."""
    page = page_of(rows, order, "", size, pieces)
    yield from page.rows
    while page.following:
        page = page_of(rows, order, page.following, size, pieces)
        yield from page.rows


def first_of(
    rows: QuerySet[Row], order: Sequence[str], most: int, pieces: Sequence[Piece] = (), key: list[Any] | None = None
) -> QuerySet[Row]:
    """The first rows of a list, or those after a key, as one question."""
    if not pieces:
        return _after(rows, order, key).order_by(*order)[:most]
    walked = [_after(one.rows, one.order, key).order_by(*one.order).values_list(one.leads_to)[:most] for one in pieces]
    led_to = walked[0].union(*walked[1:], all=True) if len(walked) > 1 else walked[0]
    return rows.filter(pk__in=led_to).order_by(*order)[:most]


def pager(request: HttpRequest, page: Page[Any], parameter: str = PARAMETER) -> dict[str, str]:
    """Addresses of the first and the next page for ``pages/parts/pager.html``; what else the address asks for stays."""
    asked = request.GET.copy()
    asked.pop(parameter, None)
    first = f"?{asked.urlencode()}"
    following = ""
    if page.following:
        asked[parameter] = page.following
        following = f"?{asked.urlencode()}"
    return {"first": first if page.later else "", "next": following}


def _may_be_empty(rows: QuerySet[Any], column: str) -> bool:
    return not column.startswith("-") and bool(_field(rows, column).null)


def _found(
    rows: QuerySet[Row], order: Sequence[str], key: list[Any] | None, most: int, pieces: Sequence[Piece]
) -> list[Row]:
    if key is None or not _may_be_empty(rows, order[0]):
        return list(first_of(rows, order, most, pieces, key))  # what is empty stands last by itself
    # Each half by itself, so that an index can begin where the page does.
    others = order[1:]
    found: list[Row] = []
    bare, after = rows.filter(**{order[0]: None}), None if key[0] is not None else key[1:]
    if key[0] is not None:
        found = list(first_of(rows, order, most, pieces, key))
    if len(found) < most:
        halves = [replace(one, rows=one.rows.filter(**{one.order[0]: None}), order=one.order[1:]) for one in pieces]
        found += list(first_of(bare, others, most - len(found), halves, after))
    return found


def _after(rows: QuerySet[Row], order: Sequence[str], key: list[Any] | None) -> QuerySet[Row]:
    if key is None:
        return rows
    beyond, same = Q(), Q()
    for column, value in zip(order, key, strict=True):
        name, side = (column[1:], "lt") if column.startswith("-") else (column, "gt")
        beyond |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    # Said once more of the first column alone, so that an index can begin there.
    name, side = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return rows.filter(**{f"{name}__{side}": key[0]}).filter(beyond)


def _key_of(row: Model, order: Sequence[str]) -> str:
    values = [_of(row, column.lstrip("-")) for column in order]
    known = [one if one is None or isinstance(one, int | str) else _plain(one) for one in values]
    text = json.dumps(known, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"A list cannot be paged by {value!r}")


def _of(row: Model, column: str) -> Any:
    value: Any = row
    for part in column.split("__"):
        value = getattr(value, part)
    return value


def _read(rows: QuerySet[Any], order: Sequence[str], after: str) -> list[Any] | None:
    """The values of a key, each as its column takes it; None without one. Raises UnknownPage."""
    if not after:
        return None
    if len(after) > LONGEST_KEY:
        raise UnknownPage
    try:
        values = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if (
            not isinstance(values, list)
            or len(values) != len(order)
            or any(isinstance(one, bool | float) for one in values)
        ):
            raise UnknownPage
        empty = values[0] is None and _may_be_empty(rows, order[0])
        return [
            None if empty and place == 0 else _typed(rows, column.lstrip("-"), value)
            for place, (column, value) in enumerate(zip(order, values, strict=True))
        ]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UnknownPage from error


def _field(rows: QuerySet[Any], column: str) -> Any:
    options = rows.model._meta
    *way, last = column.split("__")
    for part in way:
        options = options.get_field(part).related_model._meta
    return options.pk if last == "pk" else options.get_field(last)


def _typed(rows: QuerySet[Any], column: str, value: Any) -> Any:
    try:
        field = _field(rows, column)
        found = field.to_python(value)
        field.run_validators(found)
    except ValidationError as error:
        raise ValueError(column) from error
    if found is None or (isinstance(found, str) and "\x00" in found):
        raise ValueError(column)
    return within_time(found) if isinstance(found, datetime) else found
