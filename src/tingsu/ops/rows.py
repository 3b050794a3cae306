"""The rows of all tables on their way out of a database and back: PostgreSQL's binary form, several tables at a time.

``pg_dump`` copies one table after the other as text, in which sealed bytes take twice their room, and spends four fifths of its
time on pressing that together again. What is sealed cannot be pressed, so a backup on a disk takes the rows as they are; on its
way through a network (`packed`) they are compressed. Every connection reads the same exported snapshot.

A stream is a row of frames: a sign, a length of four bytes, a content. One table is ``T`` (its name and columns), ``R`` or ``Z``
(its rows, plain or compressed), ``E`` (how many rows they were, and their digest).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import struct
import zlib
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any

import psycopg
from psycopg import sql

from tingsu.ops.errors import CannotStart

CHUNK = 2**20
_FRAME = struct.Struct(">cI")
_MOST = 2**31
"""A frame's content: the longest row that PostgreSQL gives, and a chunk."""
_TABLE, _PLAIN, _PACKED, _END = b"T", b"R", b"Z", b"E"
_NOT_KEPT = frozenset({"bench_limit"})
"""Tables of the measurements: nobody's data."""
_QUIET = (
    "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL synchronize_seqscans = off; SET LOCAL statement_timeout = 0; "
    "SET LOCAL lock_timeout = 0"
)
"""Rows come in the order in which they lie, which is the order in which they are put back: so two digests can be equal."""


@dataclass(frozen=True)
class Table:
    """A table that is kept, and its columns in order; of one organisation's rows alone, when its id is given."""

    name: str
    columns: tuple[str, ...]
    of: str = ""
    size: int = 0


def streams() -> int:
    """How many tables are read or written at a time: more processors than four would wait for the disk."""
    return max(1, min(4, os.cpu_count() or 1))


def tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """The tables that are kept, the largest first, so that no long one is left to the end."""
    found = connection.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum), pg_table_size(c.oid) FROM pg_class c JOIN pg_attribute a "
        "ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' "
        "GROUP BY c.oid, c.relname ORDER BY pg_table_size(c.oid) DESC, c.relname"
    ).fetchall()
    return [Table(name, tuple(columns), "", size) for name, columns, size in found if name not in _NOT_KEPT]


def shared_out(kept: list[Table], parts: int) -> list[list[Table]]:
    """The tables in so many parts of about the same size: each next one to the part that has least."""
    found: list[list[Table]] = [[] for _part in range(parts)]
    for table in sorted(kept, key=lambda one: -one.size):
        min(found, key=lambda part: sum(one.size for one in part)).append(table)
    return [part for part in found if part]


def tables_of(connection: psycopg.Connection[Any], organisation_id: str) -> list[Table]:
    """The tables of organisations, for the rows of one: those that row-level security guards (`kernel.tables` sees to each)."""
    guarded = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relforcerowsecurity"
    ).fetchall()
    names = {name for (name,) in guarded}
    return [replace(one, of=organisation_id) for one in tables(connection) if one.name in names]


def hold(connection: psycopg.Connection[Any], kept: list[Table]) -> None:
    """Let nobody change or empty these tables (their rows may change) until this transaction ends."""
    if kept:
        names = sql.SQL(", ").join(sql.Identifier(table.name) for table in kept)
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))


def sequences(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """The last number of each sequence, and whether it was given out. They stand outside all snapshots: never behind the rows."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname"
    ).fetchall()
    question = sql.SQL("SELECT last_value, is_called FROM {}")
    return {
        name: list(connection.execute(question.format(sql.Identifier(name))).fetchone() or (1, False))
        for (name,) in found
    }


def set_sequences(connection: psycopg.Connection[Any], kept: dict[str, list[Any]]) -> None:
    """Go on counting where they stood."""
    for name, (last, called) in kept.items():
        connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, last, called])


class _Reading:
    """One table being read: its rows in chunks, then how many they were and their digest."""

    def __init__(self, connection: psycopg.Connection[Any], table: Table) -> None:
        self._connection, self._table = connection, table
        self._sum = hashlib.sha256()
        self.told: list[Any] = [0, ""]

    def __iter__(self) -> Iterator[bytes]:
        held = bytearray()
        with (
            self._connection.cursor() as cursor,
            cursor.copy(_copy_out(self._table)) as rows,
        ):
            for row in rows:
                held += row
                if len(held) >= CHUNK:
                    yield self._seen(held)
                    held.clear()
            count = cursor.rowcount
        if held:
            yield self._seen(held)
        self.told = [count, self._sum.hexdigest()]

    def _seen(self, held: bytearray) -> bytes:
        chunk = bytes(held)
        self._sum.update(chunk)
        return chunk


def _copy_out(table: Table) -> sql.Composed:
    """The rows as they lie; those of one organisation by their keys, which are the same wherever they are put."""
    if not table.of:
        return _copy("COPY {} ({}) TO STDOUT (FORMAT binary)", table)
    words = "COPY (SELECT {} FROM {} WHERE organisation_id = {} ORDER BY organisation_id, id) TO STDOUT (FORMAT binary)"
    return sql.SQL(words).format(_columns(table), sql.Identifier(table.name), sql.Literal(table.of))


def _copy(words: str, table: Table) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(table.name), _columns(table))


class Snapshot:
    """What several connections read of one exported moment. `told` is whole when all of them came to their end."""

    def __init__(self, owner: str, snapshot: str, kept: list[Table]) -> None:
        self._owner, self._snapshot = owner, snapshot
        self._waiting: SimpleQueue[Table] = SimpleQueue()
        for table in kept:
            self._waiting.put(table)
        self.told: dict[str, list[Any]] = {}
        self._stopped = False

    def stop(self) -> None:
        """Let every reader end at its next chunk: somebody else failed."""
        self._stopped = True

    def connect(self) -> psycopg.Connection[Any]:
        """A connection that sees this moment and no other."""
        connection = psycopg.connect(self._owner)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(self._snapshot)))
        connection.execute(_QUIET)
        return connection

    def taken(self, connection: psycopg.Connection[Any]) -> Iterator[tuple[Table, _Reading]]:
        """The next tables that nobody reads yet."""
        while not self._stopped:
            try:
                table = self._waiting.get_nowait()
            except Empty:
                return
            reading = _Reading(connection, table)
            yield table, reading
            self.told[table.name] = reading.told

    def read_by(self, connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
        """Rows and digest of what waits, read by a connection that sees more than others: its own open transaction."""
        for _table, reading in self.taken(connection):
            for _chunk in reading:
                pass
        return self.told

    def frames(self, packed: bool) -> Generator[bytes, None, None]:
        """One stream, of as many tables as come to it."""
        with contextlib.closing(self.connect()) as connection:
            for table, reading in self.taken(connection):
                yield _frame(_TABLE, json.dumps([table.name, table.columns]).encode())
                for chunk in reading:
                    if self._stopped:
                        return
                    yield _frame(_PACKED, zlib.compress(chunk, 1)) if packed else _frame(_PLAIN, chunk)
                yield _frame(_END, json.dumps(reading.told).encode())


def _frame(sign: bytes, content: bytes) -> bytes:
    return _FRAME.pack(sign, len(content)) + content


class Source(io.RawIOBase):
    """Frames, read as a file; keeps what went wrong, which the sealing library tells in other words."""

    def __init__(self, frames: Generator[bytes, None, None]) -> None:
        self._frames = frames
        self._rest = memoryview(b"")
        self.failed: BaseException | None = None

    def close(self) -> None:
        """Whoever gave the frames may end."""
        self._frames.close()
        super().close()

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def readinto(self, into: Any, /) -> int:
        """Fill what is given as far as there is something."""
        try:
            while not self._rest:
                self._rest = memoryview(next(self._frames))
        except StopIteration:
            return 0
        except BaseException as error:
            self.failed = error
            raise
        size = min(len(into), len(self._rest))
        into[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def of_database(owner: str, kept: list[Table] | None = None) -> dict[str, list[Any]]:
    """Every table's rows and their digest, in the order in which they lie; several connections read one moment."""
    with psycopg.connect(owner) as moment, ThreadPoolExecutor(streams(), thread_name_prefix="comparing") as threads:
        moment.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (snapshot,) = moment.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        reading = Snapshot(owner, snapshot, tables(moment) if kept is None else kept)
        for one in [threads.submit(_read_all, reading) for _number in range(streams())]:
            one.result()
    return reading.told


def _read_all(reading: Snapshot) -> None:
    with contextlib.closing(reading.connect()) as connection:
        reading.read_by(connection)


class Sink:
    """Takes one stream as it is opened, and puts its rows into the tables. Raises CannotStart for what is no such stream.

    Each table is emptied and filled in one transaction: then its rows lie in the order in which they came.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._held = bytearray()
        self._open = contextlib.ExitStack()
        self._filling: psycopg.Copy | None = None
        self._table = ""
        self.told: dict[str, list[Any]] = {}
        self.failed: BaseException | None = None
        self._takes: dict[bytes, Callable[[bytes], None]] = {
            _TABLE: self._begin, _PLAIN: self._rows, _PACKED: self._packed, _END: self._end,
        }  # fmt: skip

    def write(self, data: bytes, /) -> int:
        """Take all of it."""
        try:
            self._held += data
            while (frame := self._next()) is not None:
                self._takes[frame[0]](frame[1])
        except BaseException as error:
            self.failed = self.failed or error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing waits here but half a frame."""

    def abandon(self, why: BaseException) -> None:
        """Nothing more comes: take back the table that was being filled."""
        with contextlib.suppress(Exception):
            self._open.__exit__(type(why), why, None)

    def close(self) -> None:
        """The stream came to its end. Raises CannotStart when that was in the middle."""
        if self._held or self._filling is not None:
            raise CannotStart(_NOT_WHOLE)

    def _next(self) -> tuple[bytes, bytes] | None:
        if len(self._held) < _FRAME.size:
            return None
        sign, size = _FRAME.unpack_from(self._held)
        if sign not in self._takes or size > _MOST or (sign == _TABLE) != (self._filling is None):
            raise CannotStart(_NOT_WHOLE)
        if len(self._held) < _FRAME.size + size:
            return None
        content = bytes(self._held[_FRAME.size : _FRAME.size + size])
        del self._held[: _FRAME.size + size]
        return sign, content

    def _begin(self, content: bytes) -> None:
        name, columns = json.loads(content)
        self._table = name
        self._connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
        self._fill(Table(name, tuple(columns)))

    def _fill(self, table: Table) -> None:
        cursor = self._open.enter_context(self._connection.cursor())
        self._filling = self._open.enter_context(cursor.copy(_copy("COPY {} ({}) FROM STDIN (FORMAT binary)", table)))

    def _rows(self, content: bytes) -> None:
        assert self._filling is not None  # noqa: S101 - `_next` looked
        self._filling.write(content)

    def _packed(self, content: bytes) -> None:
        self._rows(zlib.decompressobj().decompress(content, _MOST))

    def _end(self, content: bytes) -> None:
        self._open.close()
        self._filling = None
        self._connection.commit()
        self.told[self._table] = json.loads(content)


class Beside(Sink):
    """Puts the rows of one organisation beside those of others, in the one transaction that is open.

    Row-level security takes no COPY into a table, so each goes through a table of its own for as long.
    """

    def __init__(self, connection: psycopg.Connection[Any], kept: list[Table]) -> None:
        super().__init__(connection)
        self._kept = {table.name: table for table in kept}

    def _begin(self, content: bytes) -> None:
        name, columns = json.loads(content)
        known = self._kept.get(name)
        if known is None or known.columns != tuple(columns) or name in self.told:
            raise CannotStart(_NOT_WHOLE)
        self._table = name
        words = "CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
        self._connection.execute(sql.SQL(words).format(_columns(known), sql.Identifier(name)))
        self._fill(Table("arriving", known.columns))

    def _end(self, content: bytes) -> None:
        self._open.close()
        self._filling = None
        known = self._kept[self._table]
        strangers = sql.SQL("SELECT 1 FROM arriving WHERE organisation_id <> {} LIMIT 1").format(sql.Literal(known.of))
        if self._connection.execute(strangers).fetchone() is not None:
            raise CannotStart("This backup holds rows of another organisation than its head names: nothing was taken.")
        words = "INSERT INTO {} ({}) SELECT {} FROM arriving"
        columns = _columns(known)
        self._connection.execute(sql.SQL(words).format(sql.Identifier(known.name), columns, columns))
        self._connection.execute("DROP TABLE arriving")
        self.told[self._table] = json.loads(content)


def _columns(table: Table) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, table.columns))


_NOT_WHOLE = "The rows of this backup are not whole: it was cut off or changed."
