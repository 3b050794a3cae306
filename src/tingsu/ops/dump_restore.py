"""The database's part of a backup, put back while it is read: ``pg_restore`` fed with a stream that is opened on the way."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from typing import Any

import psycopg

from tingsu.ops import backup, parcel, postgres, safes
from tingsu.ops.errors import CannotStart

_KNOWS_TIMEOUTS = 170000
_TIMEOUT = re.compile(rb"^SET transaction_timeout = 0;\r?\n", re.MULTILINE)
_HEAD = 16 * 1024


def _server_version(dsn: str) -> int:
    """Such as 150018 for 15.18."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.info.server_version


class DumpRestore:
    """``pg_restore``, fed with the opened stream of the dump: three processes of one pipe, none holding more than a piece.

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
        words = self._said.read().decode(errors="replace").strip().splitlines()
        if isinstance(self._failed, CannotStart):
            raise self._failed
        why = next((line for line in words if "rror" in line), words[0] if words else str(self._failed))
        raise CannotStart(f"The database of this backup could not be restored: {why.rstrip('.')}.")

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
