"""Where backups lie: a folder, or a bucket of an S3-compatible store.

What is written shows under its name only when it is whole: a folder gets it under another name first, a bucket shows an
upload when its last part is there.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from tingsu.kernel.durable import sync_folder
from tingsu.ops.errors import CannotStart, resolved, sentence_for
from tingsu.ops.safes import Readable, Writable
from tingsu.ops.straight import Straight

ENDING = ".backup"
OF_ONE = "tingsu-firm-"
"""So begins the name of a backup of one organisation among several: it is neither the newest of all nor one that others push out."""
PARTIAL = ".partial"
_PART_BYTES = 32 * 2**20
"""An upload has at most 10,000 parts, so this lets a backup have 300 GB; two of them are in memory at a time."""
_AT_ONCE = 2
_LOOK_BYTES = 64 * 2**20
_LEFT_FOR_WORK = 512 * 2**20
"""What a backup leaves free on the disk of the home."""


class Place(Protocol):
    """Where backups are put and found."""

    name: str
    far: bool
    """Is there a network on the way, slower than a processor compresses?"""

    def names(self) -> list[str]:
        """The whole backups here, oldest first."""

    def writing(self, name: str) -> contextlib.AbstractContextManager[Writable]:
        """Write one; when the block ends without an error it is there, whole, else not at all."""

    def reading(self, name: str) -> contextlib.AbstractContextManager[Readable]:
        """Read one."""

    def remove(self, name: str) -> None:
        """Take one away."""


def place_named(where: str) -> Place:
    """The place of a command line: a folder, or ``s3://bucket/prefix``. Raises CannotStart."""
    if where.startswith("s3://"):
        return Bucket(where)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", where):
        raise CannotStart(f"{where} is no place for backups: name a folder or s3://bucket/prefix.")
    return Folder(resolved(where))


def find(where: str) -> tuple[Place, str]:
    """A backup of a command line: its own address, or a place whose newest one is meant. Raises CannotStart."""
    if where.endswith(ENDING):
        before, _slash, name = where.rpartition("/")
        place = place_named(before or ("/" if where.startswith("/") else "."))
        if name not in place.names():
            raise CannotStart(f"There is no backup {where}.")
        return place, name
    place = place_named(where)
    names = of_all(place)
    if not names and place.names():
        raise CannotStart(f"{where} holds backups of single organisations only: name the one that is meant.")
    if not names:
        raise CannotStart(f"There is no backup in {where}.")
    return place, names[-1]


def of_all(place: Place) -> list[str]:
    """The whole backups of everything here, oldest first."""
    return [name for name in place.names() if not name.startswith(OF_ONE)]


class Folder:
    """A folder of this machine, or one mounted on it."""

    far = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def names(self) -> list[str]:
        """The whole backups here, oldest first."""
        return sorted(found.name for found in self.path.glob(f"*{ENDING}") if found.is_file())

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Writable]:
        """Write beside, make it durable, then give it its name. Raises CannotStart in a sentence, leaving nothing.

        Two at once do not meet: each has a file of its own, locked while somebody writes it.
        """
        partial = self.path / f"{name}.{os.getpid()}{PARTIAL}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._sweep()
            with contextlib.closing(Straight(partial)) as file:
                with contextlib.suppress(OSError):  # a folder of another machine may know no locks
                    fcntl.flock(file.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield _Careful(file, self.path)
                file.end()
            partial.rename(self.path / name)
            sync_folder(self.path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise CannotStart(f"The backup was not written to {self.path}. {sentence_for(error)}") from error
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        """Take away what backups left that were killed in the middle: each may be as large as a whole one."""
        for left in self.path.glob(f"tingsu-*{ENDING}.*{PARTIAL}"):
            with contextlib.suppress(OSError), open(left, "ab") as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        """Read one."""
        with open(self.path / name, "rb", buffering=2**20) as file:
            yield file

    def remove(self, name: str) -> None:
        """Take one away."""
        (self.path / name).unlink(missing_ok=True)


class _Careful:
    """Writes on a disk that the home lies on too only as long as there is room for those who work there.

    A backup that filled the disk would end the database that it is made of.
    """

    def __init__(self, file: Writable, folder: Path) -> None:
        self._file, self._folder = file, folder
        self._since = _LOOK_BYTES
        home = os.environ.get("TINGSU_HOME", "")
        self._shared = bool(home) and os.path.exists(home) and os.stat(home).st_dev == os.stat(folder).st_dev

    def write(self, data: bytes, /) -> int | None:
        self._since += len(data)
        if self._shared and self._since >= _LOOK_BYTES:
            self._since = 0
            if shutil.disk_usage(self._folder).free < _LEFT_FOR_WORK:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder))
        return self._file.write(data)


class Bucket:
    """A bucket. Who may write there is told by the usual variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
    and AWS_ENDPOINT for a store that is not Amazon's.
    """

    far = True

    def __init__(self, address: str) -> None:
        from obstore.store import S3Store

        self.name = address.rstrip("/")
        bucket, _slash, self.prefix = self.name.removeprefix("s3://").partition("/")
        plain = os.environ.get("AWS_ENDPOINT", os.environ.get("AWS_ENDPOINT_URL", "")).startswith("http://")
        try:
            self.store = S3Store(
                bucket, client_options={"allow_http": plain, "timeout": _PATIENCE}, retry_config=_RETRY
            )
        except Exception as error:
            raise CannotStart(f"{address} is no usable bucket: {_first_line(error)}") from error

    def names(self) -> list[str]:
        """The whole backups here, oldest first."""
        import obstore

        prefix = f"{self.prefix}/" if self.prefix else None
        found = [entry["path"] for page in self._try(lambda: list(obstore.list(self.store, prefix))) for entry in page]
        return sorted(path.rpartition("/")[2] for path in found if path.endswith(ENDING))

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Writable]:
        """Upload in parts; only the last call shows the whole. Raises CannotStart in a sentence, leaving nothing to see."""
        import obstore

        writer = obstore.open_writer(self.store, self._path(name), buffer_size=_PART_BYTES, max_concurrency=_AT_ONCE)
        try:
            yield writer
            # Not in a `with`: closing is what completes the upload, so an error must pass it by.
            writer.close()
        except OSError as error:
            raise CannotStart(f"The backup was not written to {self.name}: {_first_line(error)}") from error
        except Exception as error:
            if type(error).__module__.startswith("obstore"):
                raise CannotStart(f"The backup was not written to {self.name}: {_first_line(error)}") from error
            raise

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Readable]:
        """Read one."""
        import obstore

        reader = self._try(lambda: obstore.open_reader(self.store, self._path(name), buffer_size=4 * 2**20))
        yield _Bytes(reader, self.name)

    def remove(self, name: str) -> None:
        """Take one away."""
        import obstore

        self._try(lambda: obstore.delete(self.store, self._path(name)))

    def _path(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def _try(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Exception as error:
            raise CannotStart(f"{self.name} does not answer as it should: {_first_line(error)}") from error


_RETRY: Any = {"max_retries": 4}
_PATIENCE = "120s"
"""For one part, two of which are on their way: a line of 5 Mbit a second is enough. A store that accepts and never answers is left after four
minutes at the most."""


class _Bytes:
    """The store's reader gives buffers; the rest of us wants bytes. Raises CannotStart when the store breaks off in the middle."""

    def __init__(self, reader: Any, name: str) -> None:
        self._reader, self._name = reader, name

    def read(self, size: int = -1, /) -> bytes:
        try:
            return bytes(self._reader.read(size if size >= 0 else None))
        except Exception as error:
            raise CannotStart(f"{self._name} broke off while the backup was read: {_first_line(error)}") from error


_MEANT = {
    "InvalidAccessKeyId": "the store does not know this key: look at AWS_ACCESS_KEY_ID, and at AWS_ENDPOINT, whose store it belongs to",
    "SignatureDoesNotMatch": "the key does not fit: look at AWS_SECRET_ACCESS_KEY",
    "RequestTimeTooSkewed": "the clocks of this machine and of the store are too far apart: set this one (timedatectl), then try again",
    "AccessDenied": "the key may not do this there: its rights must cover listing, reading, writing and deleting in this place",
    "NoSuchBucket": "there is no such bucket: make it, or correct the name",
    "AuthorizationHeaderMalformed": "the bucket is in another region: look at AWS_REGION",
    "PermanentRedirect": "the bucket is in another region: look at AWS_REGION",
    "Received redirect": "the bucket is in another region: look at AWS_REGION",
    "ExpiredToken": "the key has expired: give a new one",
    "InvalidToken": "the key is not complete: look at AWS_SESSION_TOKEN",
    "QuotaExceeded": "the store has no room left for you",
    "SlowDown": "the store asks to come back later",
    "InternalError": "the store failed by itself; try again later",
    "request or response body error": "the connection ended in the middle; try again",
    "error sending request": "nothing answers there: look at AWS_ENDPOINT and the network",
}
"""What a store says (its codes, and the words of the library where there is none), and what it means to whoever has to mend it."""


def _first_line(error: BaseException) -> str:
    said = str(error)
    meant = next((words for code, words in _MEANT.items() if code in said), "")
    return (meant or said.strip().partition("\n")[0].rstrip(".")[:300]) + "."
