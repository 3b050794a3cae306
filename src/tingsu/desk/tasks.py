"""Background entry points of the desk."""

import uuid

from tingsu.desk import runs
from tingsu.kernel.jobs import job


@job()
def make_papers(run: str) -> None:
    """A document of every case of an export."""
    runs.carry_on(uuid.UUID(run))
