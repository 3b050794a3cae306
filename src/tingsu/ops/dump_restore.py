"""The database's part of a backup, put back while it is read: tables, rows by several streams at a time, then what binds them.

`Restore` puts back what is made today, `DumpRestore` the one stream of ``pg_dump`` in backups of before (``format`` 1).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from tingsu.ops import backup, parcel, postgres, rows, safes
from tingsu.ops.errors import CannotStart

_KNOWS_TIMEOUTS = 170000
_TIMEOUT = re.compile(rb"^SET transaction_timeout = 0;\r?\n", re.MULTILINE)
_HEAD = 16 * 1024
_NOT_ONE_BY_ONE = "-c synchronous_commit=off"
"""Hundreds of small statements need not be on the disk each: a restore that ends in the middle is begun anew, and its end is waited for."""
_HIDES = re.compile(rb"\d+; \d+ \d+ (?:POLICY|ROW SECURITY) ")


def _server_version(dsn: str) -> int:
    """Such as 150018 for 15.18."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.info.server_version


class Restore:
    """Tables first, then rows as their pieces come, at the end indexes, keys, rules and policies, and where numbers go on."""

    def __init__(self, owner: str, identities: Sequence[Any]) -> None:
        self._owner, self._identities = owner, identities
        self._open = contextlib.ExitStack()
        self._streams: dict[str, Stream] = {}

    def __enter__(self) -> Restore:
        self._schema = self._open.enter_context(tempfile.NamedTemporaryFile())
        return self

    def __exit__(self, *details: object) -> None:
        for stream in self._streams.values():
            stream.stop()
        self._open.close()

    def begin(self, sealed: bytes) -> None:
        """The tables, empty."""
        self._schema.write(safes.open_(sealed, self._identities))
        self._schema.flush()
        self._section("pre-data")

    def feed(self, name: str, piece: bytes) -> None:
        """The next piece of a stream, by the member's name."""
        stream = name.split("/")[1]
        if stream not in self._streams:
            self._streams[stream] = Stream(self._sink, self._identities)
        self._streams[stream].feed(piece)

    @contextlib.contextmanager
    def _sink(self) -> Iterator[rows.Sink]:
        with contextlib.closing(psycopg.connect(self._owner)) as connection:
            yield rows.Sink(connection)

    def end(self, told: dict[str, Any]) -> None:
        """All pieces were fed. Raises CannotStart when rows did not come whole, or other tables than the backup's own figures name."""
        came: dict[str, Any] = {}
        for stream in self._streams.values():
            came |= stream.end()
        if came != told["tables"]:
            raise CannotStart("The rows of this backup are not those it was made with: it was changed or is damaged.")
        with psycopg.connect(self._owner) as connection:
            rows.set_sequences(connection, told["sequences"])
        self._bind()
        with psycopg.connect(self._owner, autocommit=True) as connection:
            connection.execute("ANALYZE")

    def _bind(self) -> None:
        """Indexes, keys and triggers, several at a time; then what hides rows, which a key that is being checked must still see."""
        listing = _run(
            [postgres.client("pg_restore"), "-l", "--section=post-data", self._schema.name], dict(os.environ)
        )
        lines = listing.stdout.splitlines(keepends=True)
        for hiding in (False, True):
            with tempfile.NamedTemporaryFile() as chosen:
                chosen.writelines(line for line in lines if bool(_HIDES.match(line)) is hiding)
                chosen.flush()
                self._section("post-data", "-L", chosen.name)

    def _section(self, section: str, *more: str) -> None:
        command = [postgres.client("pg_restore"), "--no-owner", "--no-privileges", f"--section={section}", *more]
        given = backup.with_password(self._owner) | {"PGOPTIONS": _NOT_ONE_BY_ONE}
        into = ["-d", backup.without_password(self._owner)]
        if _server_version(self._owner) >= _KNOWS_TIMEOUTS:
            done = _run([*command, "--exit-on-error", "-j", str(rows.streams()), *into, self._schema.name], given)
        else:
            done = _run([*command, "-f", "-", self._schema.name], given)
            reads = [postgres.client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *into]
            if done.returncode == 0:
                done = _run(reads, given, _TIMEOUT.sub(b"", done.stdout))
        if done.returncode != 0:
            raise CannotStart(_refused(done.stderr, "it said nothing"))


def _run(command: list[str], given: dict[str, str], content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, env=given, input=content, capture_output=True, check=False)


def _refused(said: bytes, otherwise: str) -> str:
    words = said.decode(errors="replace").strip().splitlines()
    why = next((line for line in words if "rror" in line), words[0] if words else otherwise)
    return f"The database of this backup could not be restored: {why.rstrip('.')}."


def _meant(error: BaseException) -> BaseException:
    """What the sealing library calls an error of the operating system is a byte that was changed."""
    return CannotStart(f"The backup is damaged and was not opened: {error}.") if isinstance(error, OSError) else error


class Stream:
    """One stream of rows on its way in: opened and written by a thread of its own, into a sink of its own."""

    def __init__(
        self, sinks: Callable[[], contextlib.AbstractContextManager[rows.Sink]], identities: Sequence[Any]
    ) -> None:
        self._sinks, self._identities = sinks, identities
        self._failed: BaseException | None = None
        self._told: dict[str, Any] = {}
        reading, writing = os.pipe()
        self._source = os.fdopen(reading, "rb", buffering=parcel.CHUNK)
        self._sink = os.fdopen(writing, "wb", buffering=0)
        self._thread = threading.Thread(target=self._work, name="rows on their way in")
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._source, self._sinks() as sink:
                try:
                    safes.open_stream(self._source, sink, self._identities)
                    sink.close()
                except BaseException as error:
                    sink.abandon(error)
                    raise _meant(sink.failed or error) from None
                self._told = sink.told
        except BaseException as error:
            self._failed = error

    def feed(self, piece: bytes) -> None:
        """The next piece."""
        view = memoryview(piece)
        try:
            while view:
                view = view[self._sink.write(view) :]
        except BrokenPipeError:
            self.end()

    def end(self) -> dict[str, Any]:
        """Each table's rows and digest as the stream tells them. Raises what went wrong."""
        self.stop()
        if self._failed is not None:
            raise self._failed
        return self._told

    def close(self) -> None:
        """The same as `stop`, for whoever leaves in the middle."""
        self.stop()

    def stop(self) -> None:
        """No more comes."""
        with contextlib.suppress(OSError):
            self._sink.close()
        self._thread.join()


class DumpRestore:
    """A backup of before: ``pg_restore``, fed with the opened stream of the dump: three processes of one pipe, none holding more than a piece.

    Ours is newer than a server of the firm's own may be, and begins with a setting that servers before 17 do not know: for
    them it writes a script, which goes without that line to ``psql``.
    """

    def __init__(self, owner: str, identities: Sequence[Any]) -> None:
        self._owner, self._identities = owner, identities
        self._failed: BaseException | None = None
        self._ended = False

    def __enter__(self) -> DumpRestore:
        reading, writing = os.pipe()
        self._said = tempfile.TemporaryFile()
        command = [postgres.client("pg_restore"), "--no-owner", "--no-privileges"]
        given, into = backup.with_password(self._owner), ["-d", backup.without_password(self._owner)]
        self._reader: subprocess.Popen[bytes] | None = None
        if _server_version(self._owner) >= _KNOWS_TIMEOUTS:
            command += ["--exit-on-error", *into]
            self._program = subprocess.Popen(
                command, env=given, stdin=subprocess.PIPE, stdout=self._said, stderr=self._said
            )
        else:
            self._program = subprocess.Popen(
                [*command, "-f", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said
            )
            reads = [postgres.client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *into]
            self._reader = subprocess.Popen(
                reads, env=given, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said
            )
            self._passing = threading.Thread(target=self._pass_on, name="passing the script on")
            self._passing.start()
        self._source = os.fdopen(reading, "rb", buffering=parcel.CHUNK)
        self._sink = os.fdopen(writing, "wb", buffering=0)
        self._thread = threading.Thread(target=self._open, name="opening the dump")
        self._thread.start()
        return self

    def _open(self) -> None:
        assert self._program.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            with self._source:
                safes.open_stream(self._source, self._program.stdin, self._identities)
            self._program.stdin.close()
        except BaseException as error:
            self._failed = error
            self._program.kill()

    def _pass_on(self) -> None:
        """The script to the older server, without what it does not know."""
        assert self._program.stdout is not None and self._reader is not None and self._reader.stdin is not None  # noqa: S101, PT018
        with contextlib.suppress(BrokenPipeError), self._program.stdout as source, self._reader.stdin as sink:
            sink.write(_TIMEOUT.sub(b"", source.read(_HEAD)))
            shutil.copyfileobj(source, sink, parcel.CHUNK)

    def feed(self, piece: bytes) -> None:
        """The next piece of the sealed dump."""
        try:
            self._sink.write(piece)
        except BrokenPipeError:
            self.end()

    def end(self) -> None:
        """All pieces were fed: wait for the database. Raises CannotStart when it did not come whole."""
        if self._ended:
            return
        self._ended = True
        self._sink.close()
        self._thread.join()
        code = self._wait()
        if code == 0 and self._failed is None:
            return
        self._said.seek(0)
        said = self._said.read()
        if isinstance(self._failed, CannotStart):
            raise self._failed
        raise CannotStart(_refused(said, str(self._failed)))

    def _wait(self) -> int:
        """0 when every program came to its end."""
        if self._reader is not None:
            self._passing.join()
            return self._reader.wait() or self._program.wait()
        return self._program.wait()

    def __exit__(self, *details: object) -> None:
        if not self._ended:
            self._program.kill()
            if self._reader is not None:
                self._reader.kill()
            with contextlib.suppress(OSError):
                self._sink.close()
            self._thread.join()
            self._wait()
        self._said.close()
