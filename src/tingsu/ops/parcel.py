"""The form of a backup: one tar, written and read front to back, in memory that does not grow with it.

======================  ==============================================================================================
``head.age``            who made it, when, with which tables and under which master key (by its check value)
``schema.age``          the tables without their rows (``pg_dump --schema-only``)
``firm.age``            in a backup of one organisation, in the place of the tables: its row, its accounts, what its jobs
                        wait for (``ops/firms.py``)
``rows/1/000001``       the rows of some tables, sealed by age as one stream, cut into pieces; several streams at a time,
                        their pieces and the files between each other (``ops/rows.py``)
``seals/<slug>.jsonl``  the roots kept outside the database: digests, nothing secret
``files/…``             as they lie in the store: sealed already, under keys that are in the database
``tail.age``            what must be there: counts and digests of all of it. Without it a backup is not whole
======================  ==============================================================================================

Backups of before (``format`` 1) have ``database/000001`` instead: all of ``pg_dump -Fc``, sealed and cut alike.

Head, tail, tables and rows can only be opened by the recipient. The files are not sealed a second time: their bytes open
with keys that lie, wrapped by the master key, in the sealed rows; the tail proves that none was changed or left out.
"""

from __future__ import annotations

import hashlib
import json
import queue
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tingsu.ops.errors import CannotStart
from tingsu.ops.safes import Readable, Writable

FORMAT = 2
OF_ONE = 3
"""Of one organisation among several (``ops/firms.py``)."""
PIECE = 2 * 2**20
"""Of a sealed stream: so many of each stream are in memory, and eight more wait to be written."""
_PIECE_OF_BEFORE = 8 * 2**20
CHUNK = 2**20
_TOLD = 256 * 2**20
"""The tail names every table and every file that was lost before."""
_BLOCK = 512
_WAITING = 8
"""How many chunks may wait between reading and writing."""
_FILE = re.compile(r"files/[0-9a-f-]{36}/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9]{1,12}")
_SEALED = re.compile(r"(?:rows/[1-9]|database)/[0-9]{6}")
_SEALS = re.compile(r"seals/[A-Za-z0-9_-]{1,60}\.jsonl")


class Packer:
    """Writes members one after another, whoever brings them; reading, digesting and writing overlap."""

    def __init__(self, sink: Writable) -> None:
        self._sink = sink
        self._turn = threading.Lock()
        self._queue: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self.failed: BaseException | None = None
        self._thread = threading.Thread(target=self._write, name="backup writer")
        self._thread.start()
        self.written = 0

    def _write(self) -> None:
        while (chunk := self._queue.get()) is not None:
            if self.failed is None:
                try:
                    self._sink.write(chunk)
                except BaseException as error:
                    self.failed = error

    def _put(self, chunk: bytes) -> None:
        if self.failed is not None:
            raise self.failed
        self._queue.put(chunk)
        self.written += len(chunk)

    def add(self, name: str, content: bytes) -> None:
        """One member of known content."""
        with self._turn:
            self._begin(name, len(content))
            self._put(content)
            self._fill(len(content))

    def add_file(self, name: str, path: Path, seen: Callable[[bytes], None]) -> int:
        """One member from a file, in chunks, each shown to `seen` in order. Raises FileNotFoundError, before anything is written."""
        with open(path, "rb", buffering=0) as file, self._turn:
            size = path.stat().st_size
            self._begin(name, size)
            left = size
            while left:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    raise OSError(f"{path} became shorter while it was read")
                left -= len(chunk)
                self._put(chunk)
                seen(chunk)
            self._fill(size)
        return size

    def _begin(self, name: str, size: int) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, 0o600
        self._put(about.tobuf(format=tarfile.PAX_FORMAT))

    def _fill(self, size: int) -> None:
        if rest := -size % _BLOCK:
            self._put(bytes(rest))

    def end(self) -> None:
        """Write the end and wait until all is handed over. Raises what went wrong."""
        self._put(bytes(2 * _BLOCK))
        self.stop()
        if self.failed is not None:
            raise self.failed

    def stop(self) -> None:
        """End the thread, whatever happened."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()


class Pieces:
    """What a sealing stream writes to: gathers and cuts into members of one size."""

    def __init__(self, packer: Packer, folder: str) -> None:
        self._packer, self._folder = packer, folder
        self._held = bytearray()
        self._count = 0
        self.written = 0

    def write(self, data: bytes, /) -> int:
        self._held += data
        self.written += len(data)
        while len(self._held) >= PIECE:
            self._cut(PIECE)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `end` hands over the rest."""

    def end(self) -> None:
        """Hand over the rest."""
        if self._held:
            self._cut(len(self._held))

    def _cut(self, size: int) -> None:
        self._count += 1
        self._packer.add(f"{self._folder}/{self._count:06}", bytes(self._held[:size]))
        del self._held[:size]


class Digest:
    """One digest over the names and bytes of all files, in the order of the backup; taken beside the copying."""

    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0
        self._sum = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="digest")
        self._room = threading.BoundedSemaphore(_WAITING)

    def begin(self, name: str) -> None:
        """The next file's name."""
        self.files += 1
        self._take(name.encode() + b"\0")

    def add(self, chunk: bytes) -> None:
        """The next bytes of this file."""
        self.bytes += len(chunk)
        self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        """In order, in a thread of its own: the next chunk is read while this one is digested, and few wait at a time."""
        self._room.acquire()
        self._thread.submit(self._sum.update, chunk).add_done_callback(lambda _done: self._room.release())

    def told(self) -> dict[str, Any]:
        """How many files, how many bytes, which digest: the end of it."""
        self._thread.shutdown()
        return {"files": self.files, "bytes": self.bytes, "sha256": self._sum.hexdigest()}


@dataclass(frozen=True)
class Member:
    """One member of a backup on its way in."""

    name: str
    size: int
    read: Callable[[int], bytes]


def members(source: Readable) -> Iterator[Member]:
    """The members in order. Raises CannotStart for what is no backup, or one that was cut off."""
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=4 * CHUNK) as tar:  # type: ignore[call-overload]
            for about in tar:
                file = tar.extractfile(about) if about.isreg() else None
                if file is None or not _is_ours(about.name):
                    raise CannotStart(f"This is no backup of Tingsu: it holds {about.name[:80]!r}.")
                if about.size > _most(about.name):
                    raise CannotStart(_NOT_WHOLE)
                yield Member(about.name, about.size, _read(file.read))
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise CannotStart(_NOT_WHOLE) from error


def _most(name: str) -> float:
    """What is read into memory at once has an end, whatever a changed byte of its length says; files are streamed."""
    return _MOST.get(name.partition("/")[0], float("inf"))


_MOST = {
    "head.age": _TOLD,
    "tail.age": _TOLD,
    "schema.age": _TOLD,
    "firm.age": _TOLD,
    "rows": PIECE,
    "database": _PIECE_OF_BEFORE,
}


_NOT_WHOLE = "This is no whole backup of Tingsu: it was cut off or changed."


def _read(inner: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        try:
            return inner(size)
        except tarfile.TarError as error:
            raise CannotStart(_NOT_WHOLE) from error

    return read


def _is_ours(name: str) -> bool:
    """Names of our own making only: nothing may be written outside the home."""
    plain = name in {"head.age", "schema.age", "firm.age", "tail.age"} or _SEALED.fullmatch(name)
    return bool(plain or _FILE.fullmatch(name) or _SEALS.fullmatch(name))


def written(told: dict[str, Any]) -> bytes:
    """A head or tail as it is sealed."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
