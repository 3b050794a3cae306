"""What the web server bears, as settings of the environment (docs/ops.md)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes, and numbers for each web process."""

    threads: int
    """Pages drawn at once for one address; one more thread is kept for others."""
    queue: int
    """So many requests may wait for a thread."""
    queue_seconds: float
    body_bytes: int
    body_seconds: float
    """A body has so long, and a second more for each `slowest_rate` bytes of it that arrived."""
    slowest_rate: int
    bodies_of_one: int
    """Bodies that one address may be sending at once."""
    spool_bytes: int
    """Bodies and answers on their way together."""

    def longest(self, moved: int, began: float) -> float:
        """Until when a transfer that moved so many bytes is not too slow."""
        return began + self.body_seconds + moved / self.slowest_rate


def limits() -> Limits:
    """As the settings say."""
    return Limits(
        threads=settings.WEB_THREADS,
        queue=settings.WEB_QUEUE,
        queue_seconds=settings.WEB_QUEUE_SECONDS,
        body_bytes=settings.WEB_BODY_MB * 2**20,
        body_seconds=settings.WEB_BODY_SECONDS,
        slowest_rate=settings.WEB_SLOWEST_RATE,
        bodies_of_one=settings.WEB_BODIES_OF_ONE,
        spool_bytes=settings.WEB_SPOOL_MB * 2**20,
    )
