"""Reading what another machine says until a moment and no longer, however slowly it comes.

A time limit for each read begins anew with every byte: a server that drips one line holds whoever reads it for hours.
"""

import io
import socket
import time
from typing import Any


class Patient(io.RawIOBase):
    """The bytes of a connection, until a moment of the monotonic clock, which may be moved (`until`). Raises TimeoutError."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self.until = line, until

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        left, each = self.until - time.monotonic(), self._line.gettimeout()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._line.settimeout(left if each is None else min(left, each))
        try:
            return self._line.recv_into(into)
        finally:
            self._line.settimeout(each)
