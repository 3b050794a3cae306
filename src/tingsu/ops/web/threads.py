"""The threads in which pages are drawn: a queue and a fixed number that take from it, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

Work = Callable[[], object]


class Threads:
    """So many threads. Work answers for its own failures: what it raises ends nothing and is told to nobody."""

    def __init__(self, number: int, name: str) -> None:
        self._waiting: SimpleQueue[Work | None] = SimpleQueue()
        self._all = [threading.Thread(target=self._work, name=f"{name}-{one}", daemon=True) for one in range(number)]
        for thread in self._all:
            thread.start()

    def submit(self, work: Work) -> None:
        """Have it done by the next free thread."""
        self._waiting.put(work)

    def end(self, seconds: float) -> None:
        """Let what was begun end, as far as it does in so many seconds."""
        for _one in self._all:
            self._waiting.put(None)
        for thread in self._all:
            thread.join(seconds)

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            with suppress(BaseException):  # a thread outlives what it does; `Answer.fill` tells of failures
                work()
