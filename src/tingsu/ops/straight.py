"""Writing a large file past the page cache: what is written once and not read again only drives out what others read.

Through the cache a backup costs two seconds of a processor for each gigabyte, most of it for pages that nobody asks for, and
takes the memory of the database's own pages; past it, a tenth of that. Where a file system cannot, it goes through.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
from pathlib import Path

BLOCK = 4 * 2**20
_ALIGNED = 4096
_PAST = getattr(os, "O_DIRECT", 0)


def put(descriptor: int, content: memoryview) -> int:
    """One write of the operating system; how many bytes it took."""
    return os.write(descriptor, content)


class Straight:
    """A new file for its owner alone, written from beginning to end. Raises OSError."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            self.descriptor = os.open(path, flags | _PAST, 0o600)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self.descriptor = os.open(path, flags, 0o600)
        self._buffer = mmap.mmap(-1, BLOCK)  # begins at a page, as writing past the cache wants it
        self._held = 0

    def write(self, data: bytes, /) -> int:
        """Take all of it."""
        view, done = memoryview(data), 0
        while done < len(view):
            took = min(len(view) - done, BLOCK - self._held)
            self._buffer[self._held : self._held + took] = view[done : done + took]
            self._held, done = self._held + took, done + took
            if self._held == BLOCK:
                self._drain()
        return done

    def end(self) -> None:
        """Write the rest, and see it on the disk."""
        if self._held % _ALIGNED:
            self._through()
        self._drain()
        os.fsync(self.descriptor)

    def close(self) -> None:
        """Let the file go, whole or not."""
        os.close(self.descriptor)
        self._buffer.close()

    def _drain(self) -> None:
        done = 0
        with memoryview(self._buffer) as whole:
            while done < self._held:
                with whole[done : self._held] as rest:
                    try:
                        done += put(self.descriptor, rest)
                    except OSError as error:
                        if error.errno != errno.EINVAL or not self._past():
                            raise
                        self._through()
        self._held = 0

    def _past(self) -> bool:
        return bool(_PAST and fcntl.fcntl(self.descriptor, fcntl.F_GETFL) & _PAST)

    def _through(self) -> None:
        """From here on through the cache: the last bytes do not fill a block, or this file system wants it so."""
        fcntl.fcntl(self.descriptor, fcntl.F_SETFL, fcntl.fcntl(self.descriptor, fcntl.F_GETFL) & ~_PAST)
