"""Background entry points of improvement."""

import uuid

from tingsu.kernel.jobs import job


@job()
def open_nonconformity(event_id: str, source: str) -> None:
    """Open the nonconformity that an event calls for."""
    from tingsu.improvement import rules

    rules.open_nonconformity(uuid.UUID(event_id), source)
