"""Background entry points of governance."""

import uuid

from tingsu.kernel.jobs import job


@job()
def carry_out(entry_id: str) -> None:
    """Erase what an approved disposal run lists, and certify it."""
    from tingsu.governance import disposal

    disposal.carry_out(uuid.UUID(entry_id))


@job()
def make_format(event_id: str) -> None:
    """Ask for a letter in another form: braille."""
    from tingsu.governance import formats

    formats.open_for(uuid.UUID(event_id))
