"""Who waits too long, seen in one look at all who wait: a timer for each wait would cost more than most requests do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

Thing = TypeVar("Thing")
EVERY = 0.25
"""Seconds between two looks; a wait may last so much longer than it was given."""


class Watch:
    """Ends waits that outlast their time. Used on one event loop only."""

    def __init__(self, every: float = EVERY) -> None:
        self.every = every
        self._until: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._looking = False

    async def wait(self, awaited: Awaitable[Thing], until: float) -> Thing:
        """What is awaited, unless the clock (`time.monotonic`) passes `until` before. Raises TimeoutError."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 a coroutine that runs is run by a task
        self._until[task] = until
        if not self._looking:
            self._looking = True
            asyncio.get_running_loop().call_later(self.every, self._look)
        try:
            return await awaited
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._until[task]
            self._late.discard(task)

    def _look(self) -> None:
        at = time.monotonic()
        for task, until in self._until.items():
            if until <= at and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._looking = bool(self._until)
        if self._looking:
            asyncio.get_running_loop().call_later(self.every, self._look)
