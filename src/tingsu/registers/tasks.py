"""Background entry points of registers."""

import uuid

from tingsu.kernel.jobs import job


@job(queue="clocks")
def begin_next_occurrence(register: str, entry: str, promise: str) -> None:
    """Begin the next occurrence of something that returns, after one was missed."""
    from tingsu.registers import recurrence

    recurrence.plan_after_missed(register, uuid.UUID(entry), uuid.UUID(promise))
