"""Reading what stands in addresses and hidden fields: None for what cannot be read, never an error of ours.

Links are shared, grow old and are edited by hand; what nobody of ours wrote must not break a page. Where a page of a list
begins is refused in words when it cannot be read (400): a first page in its place would be taken for the one asked for.
"""

import uuid
from datetime import UTC, datetime

from tingsu.kernel.errors import UnknownPage


def whole_number(text: str, *, digits: int = 8) -> int | None:
    """A number of at most so many digits. `isdigit` alone would let ² pass, which is no number to Python."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def page_key(at: datetime, row_id: uuid.UUID) -> str:
    """Where the next page of a list begins that is sorted by instant and id."""
    return f"{at.isoformat()}~{row_id}"


def read_page_key(key: str) -> tuple[datetime, uuid.UUID] | None:
    """The instant and id of a key that `page_key` made."""
    instant, _tilde, last = key.partition("~")
    try:
        at, row_id = datetime.fromisoformat(instant), uuid.UUID(last)
        at = within_time(at)
    except (ValueError, OverflowError):
        return None
    return at, row_id


def within_time(at: datetime) -> datetime:
    """An instant that has a place in UTC. Raises ValueError without a time zone, OverflowError beyond the calendar's ends."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return at.astimezone(UTC)


def page_number(text: str, *, least: int = 1, most: int = 99_999_999) -> int | None:
    """The number of a page that an address names; None when it names none. Raises UnknownPage."""
    if not text:
        return None
    number = whole_number(text)
    if number is None or not least <= number <= most:
        raise UnknownPage
    return number
