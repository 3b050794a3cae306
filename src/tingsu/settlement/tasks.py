"""Background entry points of settlement."""

import uuid

from tingsu.kernel.jobs import job


@job()
def book_line(line_id: str) -> None:
    """The case takes over what a bank or platform said of one order."""
    from tingsu.settlement import booking

    booking.book(uuid.UUID(line_id))
