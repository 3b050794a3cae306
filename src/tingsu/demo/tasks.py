"""Background entry points of practice copies."""

import uuid
from datetime import UTC, datetime, timedelta

from procrastinate import RetryStrategy

from tingsu.demo import practice
from tingsu.kernel.jobs import job
from tingsu.kernel.organisations import KEEP_SECONDS


def AFTER() -> datetime:
    """When every process has forgotten that the copy was open, and what was under way has been answered."""
    return datetime.now(UTC) + timedelta(seconds=KEEP_SECONDS * 3)


@job(queue="default")
def fill_practice() -> None:
    """Fill the practice copy that the job belongs to."""
    practice.carry_on_filling()


@job(queue="default", retry=RetryStrategy(max_attempts=40, wait=15))
def empty_practice(*, copy: str) -> None:
    """Take a practice copy away; the job belongs to the real organisation, which stays."""
    practice.carry_on_emptying(uuid.UUID(copy))
