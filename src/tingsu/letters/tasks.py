"""Background entry points of letters."""

import uuid
from datetime import UTC, datetime, timedelta

from tingsu.kernel.jobs import job
from tingsu.letters import actions


def not_before(seconds: int) -> datetime | None:
    """Jobs wait in real time, also while the demo travels."""
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None


@job(queue="letters")
def send_letter(letter_id: str) -> None:
    actions.deliver(uuid.UUID(letter_id))
