"""Bytes on their way, kept until the other side takes them: a little in memory, the rest sealed in a file without a name.

The key is made for the one body and forgotten with it, so nothing of an upload or an answer stands in clear on the disk,
not even in what a crash leaves behind (PS-03).
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

IN_MEMORY = 128 * 1024
_BLOCK = 64 * 1024


class Spool:
    """First in, first out: one side writes, the other reads, each in its own thread and at its own pace.

    Raises OSError when the disk takes no more; one that is `patient` goes on in memory and says so (`full`), so that what
    was begun is not cut off: whoever writes waits then until it was taken.
    """

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY, *, patient: bool = False) -> None:
        self.folder = folder
        self.in_memory = in_memory
        self.patient, self.full = patient, False
        self._rest = bytearray()
        self.written = 0
        self.taken = 0
        self._turn = threading.Lock()
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._seal: CipherContext
        self._open: CipherContext
        self._on_disk = 0
        self._read_from = 0

    @property
    def waiting(self) -> int:
        """How many bytes were written and not yet taken."""
        return self.written - self.taken

    def write(self, content: bytes) -> None:
        with self._turn:
            if self.full:
                self._rest += content
            elif self._file is None and len(self._memory) + len(content) <= self.in_memory:
                self._memory += content
            else:
                self._append_or_hold(content)
            self.written += len(content)

    def _append_or_hold(self, content: bytes) -> None:
        try:
            self._append(content)
        except OSError:
            if not self.patient:
                raise
            # What the disk took of it was not counted; it goes to the reader from memory, after what is on the disk.
            self.full = True
            self._rest += content

    def _append(self, content: bytes) -> None:
        if self._file is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self.folder, buffering=0)  # noqa: SIM115 - closed by close()
            cipher = Cipher(AES256(os.urandom(32)), CTR(os.urandom(16)))
            self._seal, self._open = cipher.encryptor(), cipher.decryptor()
        sealed = self._seal.update(content)
        done = 0
        while done < len(sealed):
            done += os.pwrite(self._file.fileno(), sealed[done:], self._on_disk + done)
        self._on_disk += len(sealed)

    def take(self, most: int = _BLOCK) -> bytes:
        """Up to so many bytes; nothing when nothing is there at the moment."""
        with self._turn:
            if self._memory:
                content = bytes(self._memory[:most])
                del self._memory[:most]
            elif self._file is not None and self._read_from < self._on_disk:
                sealed = os.pread(self._file.fileno(), min(most, self._on_disk - self._read_from), self._read_from)
                self._read_from += len(sealed)
                content = self._open.update(sealed)
            elif self._rest:
                content = bytes(self._rest[:most])
                del self._rest[:most]
            else:
                return b""
            self.taken += len(content)
            return content

    def held(self) -> bytes:
        """All that was written, where it is little and nobody took of it: to be shown again to whoever sent it."""
        with self._turn:
            return bytes(self._memory) if self._file is None and not self.taken else b""

    def close(self) -> None:
        with self._turn:
            self._memory.clear()
            self._rest.clear()
            if self._file is not None:
                self._file.close()
                self._file = None
                self._on_disk = self._read_from = 0


class Reader(io.RawIOBase):
    """A whole body as WSGI wants it: a file to read from beginning to end."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        content = self.spool.take(len(view))
        view[: len(content)] = content
        return len(content)
