"""A line to each mailbox whose server says at once that mail has come (IMAP IDLE, RFC 2177), beside the look of every minute.

The threads live in the worker that fetches. They read nothing and keep nothing: news only asks for the fetching that a minute would
have brought. A server without IDLE, a line that breaks or a thread too many costs a minute, never a mail.
"""

import contextlib
import imaplib
import logging
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping

from tingsu.mail import imap

log = logging.getLogger(__name__)
LISTENS = 9 * 60
"""Seconds of one line; routers forget those that are silent longer."""
FORGOTTEN = 10 * 60
"""Seconds after which a line that nobody asks for any more ends: another worker fetches now."""
PAUSES = (60, 300, 900)
"""Seconds after a line that could not be had."""
WITHOUT = 3600
"""Seconds until a server without IDLE is asked again."""
MOST = 20
"""Mailboxes that are listened to; further ones are read each minute."""
NEWS = re.compile(rb"^\* \d{1,10} (?:EXISTS|RECENT)\b", re.IGNORECASE)
_watches: dict[uuid.UUID, "Watch"] = {}
_lock = threading.Lock()


class Watch(threading.Thread):
    """One mailbox that is listened to."""

    def __init__(self, access: imap.Access, told: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="mail.watching")
        self.access, self.told = access, told
        self.over = threading.Event()
        self.wanted_at = time.monotonic()
        self._server: imaplib.IMAP4 | None = None

    def end(self) -> None:
        """Hang up, whatever it is doing."""
        self.over.set()
        server = self._server
        if server is not None:
            # The line alone: closing what reads from it would wait for the reading, which waits for the line.
            with contextlib.suppress(OSError, AttributeError, TypeError):
                socket.socket.shutdown(server.sock, socket.SHUT_RDWR)

    def run(self) -> None:
        """Listen until nobody wants to know. Never raises."""
        failures = 0
        while not self.over.is_set() and time.monotonic() - self.wanted_at < FORGOTTEN:
            try:
                pause = 0.0 if self._listen() else WITHOUT
                failures = 0
            except (imap.NotRead, OSError, imaplib.IMAP4.error, ValueError, AttributeError):
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
            if pause and self.over.wait(pause):
                return

    def _listen(self) -> bool:
        """One line, as long as it holds; False when the server has no IDLE."""
        with imap.visit(self.access) as opened:
            server = self._server = opened.server
            try:
                _kind, told = server.capability()
                if b"IDLE" not in b" ".join(one for one in told if one).upper().split():
                    return False
                opened.patience(LISTENS)
                server.send(b"TINGSU1 IDLE\r\n")
                if not server.readline().startswith(b"+"):
                    return False
                self._hear(server)
            finally:
                self._server = None
                opened.patience(2)
        return True

    def _hear(self, server: imaplib.IMAP4) -> None:
        while not self.over.is_set():
            try:
                line = server.readline()
            except TimeoutError:
                break
            if not line:
                raise imaplib.IMAP4.abort("the line broke")
            if NEWS.match(line):
                self.told()
        with contextlib.suppress(OSError):
            server.send(b"DONE\r\n")


def keep_watching(wanted: Mapping[uuid.UUID, imap.Access], told: Callable[[], None]) -> None:
    """Listen to exactly these mailboxes from now on; `told` is called in a thread of its own when one has news."""
    with _lock:
        for key in [
            one
            for one, watch in _watches.items()
            if one not in wanted or watch.access != wanted[one] or not watch.is_alive()
        ]:
            _watches.pop(key).end()
        for key, access in list(wanted.items())[:MOST]:
            watch = _watches.get(key)
            if watch is None:
                watch = _watches[key] = Watch(access, told)
                watch.start()
            watch.wanted_at = time.monotonic()
