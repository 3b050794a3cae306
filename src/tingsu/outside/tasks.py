"""Background entry points of imports."""

import uuid

from tingsu.kernel.jobs import job
from tingsu.outside import running, taking


@job()
def check_lines(entry: str) -> None:
    """Say of every line of a list what would become of it."""
    running.check(uuid.UUID(entry))


@job()
def take_in(entry: str) -> None:
    """Take in what is new in a list."""
    taking.take_in(uuid.UUID(entry))
