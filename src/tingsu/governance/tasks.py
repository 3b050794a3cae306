"""Background entry points of governance."""

import uuid

from tingsu.kernel.jobs import job


@job()
def carry_out(entry_id: str) -> None:
    """Erase what an approved disposal run lists, and certify it."""
    from tingsu.governance import disposal

    disposal.carry_out(uuid.UUID(entry_id))
