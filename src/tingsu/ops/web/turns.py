"""Who may use a thread next: in turn by address, so that a crowd behind one address waits behind itself."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque


class Full(Exception):
    """So many wait already that this one would not be answered in time."""


class Turns:
    """A fixed number of places, handed out round-robin over the addresses that wait.

    A single address holds `of_one` of them at most, and one more is kept for others. Used on one event loop only.
    """

    def __init__(self, of_one: int, longest_queue: int) -> None:
        self.of_one = of_one
        self.places = of_one + 1
        self.longest_queue = longest_queue
        self.running: Counter[str] = Counter()
        self.waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def queue(self) -> int:
        return sum(map(len, self.waiting.values()))

    async def enter(self, address: str, seconds: float) -> None:
        """Wait for a place. Raises Full when too many wait, or none became free in time."""
        if self.running.total() < self.places and self.running[address] < self.of_one:
            self.running[address] += 1
            return
        if self.queue >= self.longest_queue:
            raise Full
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(address, deque()).append(called)
        try:
            await asyncio.wait_for(called, seconds)
        except (TimeoutError, asyncio.CancelledError) as error:
            if called.done() and not called.cancelled():
                self.leave(address)  # called in the same moment
            else:
                self._forget(address, called)
            if isinstance(error, TimeoutError):
                raise Full from error
            raise

    def leave(self, address: str) -> None:
        """Give the place back; the next address in turn gets it."""
        self.running[address] -= 1
        if self.running[address] <= 0:
            del self.running[address]
        self._call()

    def send_away(self) -> None:
        """Whoever waits for a place hears that there is none (Full)."""
        for queue in self.waiting.values():
            for called in queue:
                if not called.done():
                    called.set_exception(Full())
        self.waiting.clear()

    def _call(self) -> None:
        for address in list(self.waiting):
            if self.running.total() >= self.places:
                return
            if self.running[address] >= self.of_one:
                continue
            queue = self.waiting[address]
            while queue and queue[0].done():
                queue.popleft()
            if queue:
                self.running[address] += 1
                queue.popleft().set_result(None)
                self.waiting.move_to_end(address)
            if not queue:
                del self.waiting[address]

    def _forget(self, address: str, called: asyncio.Future[None]) -> None:
        queue = self.waiting.get(address)
        if queue is not None and called in queue:
            queue.remove(called)
            if not queue:
                del self.waiting[address]
