"""Background entry points of the desk."""

import uuid

from tingsu.complaints import paper_runs
from tingsu.kernel.jobs import job


@job()
def make_papers(run: str) -> None:
    """A document of every case of an export."""
    paper_runs.carry_on(uuid.UUID(run))
