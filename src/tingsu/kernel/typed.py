"""Reading what stands in addresses and hidden fields: never an error, None for what cannot be read.

Links are shared, grow old and are edited by hand; what nobody of ours wrote must not break a page.
"""

import uuid
from datetime import datetime


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
    except ValueError:
        return None
    return (at, row_id) if at.tzinfo is not None else None
