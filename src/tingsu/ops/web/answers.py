"""What Django writes, in a thread, for the loop that sends it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from tingsu.ops.web.spool import Spool

Wsgi = Callable[..., Iterable[bytes]]
_IN_MEMORY = 2 * 2**20
"""Of one answer, while the disk takes nothing."""


class Answer:
    """What Django writes, in a thread, for the loop that sends it."""

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop) -> None:
        self.spool = spool
        self.loop = loop
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = []
        self.begun = False
        self.over = False
        self.failed = False
        self.abandoned = False
        self.given_up = False
        self.thread = 0
        self.environ: dict[str, Any] = {}
        self._bell = asyncio.Event()
        self._closing: list[Spool] = [spool]

    async def moved(self) -> None:
        """Wait until something new is there."""
        await self._bell.wait()
        self._bell.clear()

    def give_up(self) -> None:
        """Nothing came of it so far, and nobody waits for it any longer; what has begun goes on."""
        if not self.begun and not self.over:
            self.given_up = True
            self._bell.set()

    def abandon(self, body: Spool) -> None:
        """Close both sides: at once where no thread is at it, else when it is done. A body must not end in the middle of a form."""
        self.abandoned = True
        self._closing.append(body)
        if self.over or not self.environ:
            self._close()

    def _close(self) -> None:
        for spool in self._closing:
            spool.close()
        self._closing.clear()

    def fill(
        self, application: Wsgi, environ: dict[str, Any], most: int, then: Callable[[], None] | None = None
    ) -> None:
        """Call Django and keep what it answers; ends early when nobody wants it any more. `then` is called on the loop.

        Each call of the loop costs a change of threads, so an answer that Django has whole is told of once, at its end.
        """
        content: Iterable[bytes] | None = None
        self.thread = threading.get_ident()
        try:
            content = application(environ, self._begin)
            piecewise = getattr(content, "streaming", True)
            for part in content:
                if self.abandoned:
                    break
                if part:
                    self.spool.write(part)
                    if piecewise:
                        self.loop.call_soon_threadsafe(self._bell.set)
                while self.spool.waiting > (_IN_MEMORY if self.spool.full else most) and not self.abandoned:
                    if self.spool.full:
                        self.loop.call_soon_threadsafe(self._bell.set)
                    time.sleep(
                        0.05
                    )  # only a reader slower than a full spool, or than memory on a full disk, is waited for
        except Exception:
            self.failed = True
            import logging

            logging.getLogger("tingsu.web").exception("an answer was not finished")
        finally:
            close = getattr(content, "close", None)
            if close is not None:
                close()
            self.over = True
            self.thread = 0
            with suppress(RuntimeError):  # the loop ended while this thread waited for something
                self.loop.call_soon_threadsafe(self._end, then)

    def _begin(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        self.begun, self.status = True, int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.spool.write

    def _end(self, then: Callable[[], None] | None) -> None:
        self._bell.set()
        if self.abandoned:
            self._close()
        if then is not None:
            then()
