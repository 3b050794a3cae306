"""Does the database answer while people wait? A server that is stopped in the middle, or a network that swallows what is sent, ends
no call: no time-out of the database's own fires, and every page would wait for as long as that lasts.

So the door asks, as soon as somebody waits long, on a connection of its own. While nothing is heard, people are told so
within seconds and no new page begins; pages that were begun wait in their threads, a fixed number, and end when it thaws.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

LOOK_SECONDS = 0.5
SUSPICIOUS_SECONDS = 1.5
"""A page that takes longer makes us ask; most take a tenth of it."""
STARVED_SECONDS = 0.5
"""A look that comes so much later than it was to come says that this process waits for a processor: then it may be we who hear nothing."""
DOUBTS = 3
"""So many silent answers are doubted for that."""
LOST_SECONDS = 10.0
"""Who still waits so long after the database was heard again waits on a connection that leads nowhere."""


Waiting = TypeVar("Waiting")


class Heart(Generic[Waiting]):
    """Knows since when requests wait. `silent` says whether the database answers; `asks` is called in a thread and may take seconds.

    `fell` is told when silence begins, `rose` some time after it ended. Used on one event loop only.
    """

    def __init__(self, asks: Callable[[], bool], fell: Callable[[], None], rose: Callable[[], None]) -> None:
        self.asks, self.fell, self.rose = asks, fell, rose
        self.silent = False
        self._since: dict[Waiting, float] = {}
        self._looking = self._asking = self._starved = False
        self._due, self._doubted = 0.0, 0

    def begin(self, one: Waiting) -> None:
        """Somebody waits for a page from now on."""
        self._since[one] = time.monotonic()
        self._look_soon()

    def end(self, one: Waiting) -> None:
        """It is answered, or nobody waits for it any more."""
        self._since.pop(one, None)

    def waiting(self) -> list[Waiting]:
        """Everybody who waits, longest first."""
        return list(self._since)

    def _look_soon(self) -> None:
        if not self._looking:
            self._looking, self._due = True, time.monotonic() + LOOK_SECONDS
            asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._looking = False
        self._starved = self._starved or time.monotonic() - self._due > STARVED_SECONDS
        if not self._since and not self.silent:
            return
        self._look_soon()
        longest = time.monotonic() - min(self._since.values(), default=time.monotonic())
        if not self._asking and (self.silent or longest > SUSPICIOUS_SECONDS):
            self._asking, self._starved = True, False
            asyncio.get_running_loop().run_in_executor(None, self.asks).add_done_callback(self._heard)

    def _heard(self, answer: asyncio.Future[bool]) -> None:
        self._asking = False
        if answer.cancelled() or answer.exception() is not None:
            return
        if answer.result() and not self.silent and self._starved and self._doubted < DOUBTS:
            self._doubted += 1
            return
        self._doubted = 0
        before, self.silent = self.silent, answer.result()
        if self.silent and not before:
            self.fell()
        elif before and not self.silent:
            asyncio.get_running_loop().call_later(LOST_SECONDS, self.rose)
