"""One stream of rows on its way out, read and sealed by a process of its own: the one that copies the files then waits for no thread
of Python's that handles rows (`ops/backup.py`).

What it is asked comes as a line of JSON (the address of the database holds a password, which a command line would show); the sealed
stream leaves by standard output, what it was by the last descriptor.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pyrage import x25519

from tingsu.ops import parcel, rows, safes
from tingsu.ops.errors import CannotStart, database_sentence

_PIPE = 2**20
_SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", 1031)


class Stream:
    """The process, as whoever packs the backup sees it."""

    def __init__(
        self, owner: str, snapshot: str, kept: Sequence[rows.Table], to: Sequence[Any], *, packed: bool
    ) -> None:
        self._told, telling = os.pipe()
        asked = {
            "owner": owner,
            "snapshot": snapshot,
            "tables": [asdict(table) for table in kept],
            "to": [str(one) for one in to],
            "packed": packed,
            "telling": telling,
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[telling]
            )
        finally:
            os.close(telling)
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(BrokenPipeError), self._process.stdin as asking:
            asking.write(json.dumps(asked).encode() + b"\n")

    def into(self, pieces: parcel.Pieces) -> dict[str, list[Any]]:
        """Hand the sealed stream on to its end; each table's rows and digest. Raises CannotStart."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        with self._process.stdout as stream, open(self._told, "rb") as telling:
            source = stream.fileno()
            with contextlib.suppress(OSError):
                fcntl.fcntl(source, _SET_PIPE_SIZE, _PIPE)
            while part := os.read(source, _PIPE):
                pieces.write(part)
            content = telling.read()
        found = json.loads(content) if self._process.wait() == 0 and content else {}
        if "tables" not in found:
            raise CannotStart(found.get("why") or "The process that read the rows was ended before it was through.")
        pieces.end()
        return dict(found["tables"])

    def stop(self) -> None:
        """End it, wherever it is: whoever reads then comes to the end."""
        self._process.kill()
        self._process.wait()


def main() -> int:
    """Read what is asked, write the stream, tell what it was."""
    asked = json.loads(sys.stdin.buffer.readline())
    kept = [rows.Table(one["name"], tuple(one["columns"]), one["of"]) for one in asked["tables"]]
    snapshot = rows.Snapshot(asked["owner"], asked["snapshot"], kept)
    source = rows.Source(snapshot.frames(asked["packed"]))
    told: dict[str, Any] = {}
    try:
        with io.BufferedReader(source, rows.CHUNK) as read, os.fdopen(1, "wb", buffering=rows.CHUNK) as out:
            safes.close_stream(read, out, [x25519.Recipient.from_str(one) for one in asked["to"]])
        told["tables"] = snapshot.told
    except Exception as error:
        why = source.failed or error
        if isinstance(why, BrokenPipeError):
            return 1
        told["why"] = (
            f"The backup was not made. {database_sentence(why) or f'{type(why).__name__} while rows were read.'}"
        )
    with contextlib.suppress(BrokenPipeError), os.fdopen(asked["telling"], "w") as telling:
        json.dump(told, telling)
    return 0


if __name__ == "__main__":
    sys.exit(main())
