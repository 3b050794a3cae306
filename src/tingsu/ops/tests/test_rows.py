"""Rows on their way out of a database and back: all kinds of values, several tables at a time, in today's form and in that of before."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tingsu.ops import backup, database, parcel, places, postgres, restoring, rows, rows_out, safes, tally
from tingsu.ops.errors import database_sentence
from tingsu.ops.tests.homes import refused, remove

pytestmark = pytest.mark.req("RC-03")
TABLES = """
CREATE TABLE kernel_organisation (id bigint PRIMARY KEY, slug text UNIQUE, is_demo bool);
CREATE TABLE kernel_stream (organisation_id bigint REFERENCES kernel_organisation);
CREATE TABLE kernel_event (organisation_id bigint, at timestamptz);
CREATE TABLE kernel_seal (organisation_id bigint, root bytea, "on" date);
INSERT INTO kernel_organisation VALUES (1, 'one', false);
CREATE TABLE "Odd name" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "a column" text, sealed bytea, told jsonb, words tsvector, at timestamptz,
    amount numeric(12, 2), tags text[], twice bigint GENERATED ALWAYS AS (id * 2) STORED, up bigint REFERENCES "Odd name"
);
INSERT INTO "Odd name" ("a column", sealed, told, words, at, amount, tags)
SELECT CASE WHEN n % 3 = 0 THEN NULL ELSE E'听诉\\t\\n\\\\.' || n END, decode(repeat('00ff', n % 700), 'hex'), jsonb_build_object('n', n),
       '''到账'' ''退款'''::tsvector, CASE WHEN n = 1 THEN 'infinity' ELSE now() + n * interval '1 hour' END, n / 3.0, ARRAY['{', NULL, '"']
FROM generate_series(1, 4000) n;
UPDATE "Odd name" SET up = id + 1 WHERE id < 3000;
DELETE FROM "Odd name" WHERE id % 5 = 0 AND id > 3500;
CREATE TABLE hidden (id bigserial PRIMARY KEY, word text, of bigint REFERENCES "Odd name", like_it bigint REFERENCES hidden);
INSERT INTO hidden (word, of, like_it) VALUES ('seen by its owner', 1, 1);
SELECT setval('hidden_id_seq', 40, false);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
CREATE POLICY owners ON hidden TO tingsu_owner USING (true);
CREATE TABLE nothing_in_it (id int);
CREATE TABLE bench_limit (id int);
"""


@dataclass
class Small:
    """A small database, its owner's address, an empty one beside it, and a place."""

    home: Path
    owner: str
    other: str
    identity: Any

    def put_back(self, place: places.Place, target: Path) -> restoring.Restored:
        return restoring.put_back(target, self.other, place, place.names()[-1], [self.identity])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """One server for all of this file."""
    home = tmp_path_factory.mktemp("rows") / "home"
    before = dict(os.environ)
    for name in ("DATABASE_URL", "TINGSU_APP_DSN", "TINGSU_OWNER_DSN", "TINGSU_DB_ROLE", "TINGSU_MASTER_KEY"):
        os.environ.pop(name, None)
    try:
        database.prepare(home, role="owner")
        owner = os.environ["TINGSU_OWNER_DSN"]
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(TABLES)
            connection.execute("CREATE DATABASE other")
        yield Small(home, owner, make_conninfo(owner, dbname="other"), safes.x25519.Identity.generate())
    finally:
        os.environ.clear()
        os.environ.update(before)
        remove(home)


@pytest.fixture
def made(server: Small, tmp_path: Path) -> places.Folder:
    """A backup of it."""
    place = places.Folder(tmp_path / "backups")
    backup.copy(server.home, server.owner, place, [server.identity.to_public()])
    return place


def ask(owner: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.parametrize(("far", "elsewhere"), [(False, False), (True, False), (False, True), (True, True)])
def test_every_kind_of_value_comes_back_as_it_was_by_a_disk_or_a_network(
    server: Small, tmp_path: Path, monkeypatch, far: bool, elsewhere: bool
) -> None:
    """Read by threads of ours, or where there is much by processes of their own."""
    monkeypatch.setattr(backup, "ELSEWHERE", 0 if elsewhere else 2**40)
    place = places.Folder(tmp_path / "backups")
    place.far = far
    copied = backup.copy(server.home, server.owner, place, [server.identity.to_public()])
    done = server.put_back(place, tmp_path / "target")
    assert done.equal, done.differences
    assert (done.tables, done.rows) == (7, 3902)
    assert (copied.bytes < 1_000_000) is far
    question = 'SELECT o::text, twice FROM "Odd name" o ORDER BY id'
    assert ask(server.other, question) == ask(server.owner, question)
    [(bound,)] = ask(
        server.other,
        "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'f', 'u') AND connamespace = 'public'::regnamespace",
    )
    assert bound == 8
    assert ask(server.other, "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'hidden'") == [
        (True, True)
    ]
    for sequence in ('"Odd name_id_seq"', "hidden_id_seq"):
        where = f"SELECT last_value, is_called FROM {sequence}"  # noqa: S608 - ours
        assert ask(server.other, where) == ask(server.owner, where)


def test_a_backup_is_of_one_moment_however_late_a_connection_begins_to_read(
    server: Small, made: places.Folder, tmp_path: Path, monkeypatch
) -> None:
    """Rows of afterwards are not in it, no table changes its shape meanwhile, and rows come in the order in which they lie."""
    connect, held, order = rows.Snapshot.connect, [], []

    def later(reading: rows.Snapshot) -> psycopg.Connection[Any]:
        with psycopg.connect(server.owner) as other:
            held.extend(other.execute(
                "SELECT count(*) FROM pg_locks WHERE mode = 'AccessShareLock' AND granted AND relation = 'nothing_in_it'::regclass"
            ).fetchone())  # fmt: skip
            other.execute("INSERT INTO nothing_in_it VALUES (1)")
        connection = connect(reading)
        order.extend(
            connection.execute(
                "SELECT current_setting('synchronize_seqscans'), current_setting('max_parallel_workers_per_gather')"
            ).fetchall()
        )
        return connection

    monkeypatch.setattr(rows.Snapshot, "connect", later)
    backup.copy(server.home, server.owner, made, [server.identity.to_public()])
    monkeypatch.undo()
    assert held[0] == 1
    assert set(order) == {("off", "0")}
    assert server.put_back(made, tmp_path / "target").equal
    assert ask(server.other, "SELECT count(*) FROM nothing_in_it") == [(0,)]
    with psycopg.connect(server.owner) as connection:
        connection.execute("DELETE FROM nothing_in_it")


def test_a_database_that_ends_in_the_middle_ends_the_backup_and_leaves_nothing(
    server: Small, tmp_path: Path, monkeypatch
) -> None:
    connect = rows.Snapshot.connect

    def ended(reading: rows.Snapshot) -> psycopg.Connection[Any]:
        connection = connect(reading)
        connection.close()
        return connection

    monkeypatch.setattr(rows.Snapshot, "connect", ended)
    place = places.Folder(tmp_path / "backups")
    with pytest.raises(psycopg.OperationalError, match="closed"):
        backup.copy(server.home, server.owner, place, [server.identity.to_public()])
    assert list(place.path.iterdir()) == []


def test_a_database_that_takes_no_rows_is_said_and_does_not_go_on_for_ever(
    server: Small, made: places.Folder, tmp_path: Path, monkeypatch
) -> None:
    """What the driver says is raised as it is: raised from itself, whoever looks for its cause never came to an end."""

    def full(_sink: rows.Sink, _content: bytes) -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    monkeypatch.setattr(rows.Sink, "_end", full)
    with pytest.raises(psycopg.errors.DiskFull) as reason:
        server.put_back(made, tmp_path / "target")
    assert reason.value.__cause__ is not reason.value
    ring = psycopg.OperationalError("gone")
    ring.__cause__ = other = ValueError("another")
    other.__cause__ = ring
    ring.sqlstate = "99999"
    assert database_sentence(ring) is None
    assert "full" in str(database_sentence(reason.value))


def test_a_process_that_cannot_read_the_rows_or_is_ended_leaves_no_backup(
    server: Small, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(backup, "ELSEWHERE", 0)
    place, stream = places.Folder(tmp_path / "backups"), rows_out.Stream

    def of_no_moment(owner: str, _snapshot: str, *more: Any, **options: Any) -> rows_out.Stream:
        return stream(owner, "00000000-00000000-1", *more, **options)

    def ended(*all_: Any, **options: Any) -> rows_out.Stream:
        one = stream(*all_, **options)
        one.stop()
        return one

    for instead, words in (
        (of_no_moment, "The backup was not made."),
        (ended, "The process that read the rows was ended"),
    ):
        monkeypatch.setattr(rows_out, "Stream", instead)
        said = refused(backup.copy, server.home, server.owner, place, [server.identity.to_public()])
        assert said.startswith(words)
        assert list(place.path.iterdir()) == []


def test_tables_are_shared_out_by_their_size() -> None:
    kept = [rows.Table(name, (), "", size) for name, size in (("c", 3), ("a", 9), ("b", 5), ("d", 2))]
    assert [[one.name for one in part] for part in rows.shared_out(kept, 2)] == [["a"], ["b", "c", "d"]]
    assert rows.shared_out(kept[:1], 4) == [kept[:1]]


def test_a_value_that_differs_afterwards_is_no_equal_restore(
    server: Small, made: places.Folder, tmp_path: Path, monkeypatch
) -> None:
    """The proof reads the tables, and not what was written into them."""
    settle = rows.set_sequences

    def spoil(connection: psycopg.Connection[Any], kept: dict[str, list[Any]]) -> None:
        settle(connection, kept)
        connection.execute("UPDATE hidden SET word = 'another'")

    monkeypatch.setattr(rows, "set_sequences", spoil)
    assert server.put_back(made, tmp_path / "target").differences == ["hidden has its 1 rows, and not all are the same"]


@pytest.mark.parametrize("what", ["a piece left out", "a stream left out"])
def test_rows_that_did_not_all_come_are_no_backup(
    server: Small, made: places.Folder, tmp_path: Path, what: str
) -> None:
    left = "rows/1/" if what == "a stream left out" else "rows/1/000001"
    [name] = made.names()
    with tarfile.open(made.path / name) as whole, tarfile.open(tmp_path / "spoiled.backup", "w") as spoiled:
        for about in whole:
            if not about.name.startswith(left):
                spoiled.addfile(about, whole.extractfile(about))
    said = refused(server.put_back, places.Folder(tmp_path), tmp_path / "target")
    assert "backup" in said


@pytest.mark.parametrize("content", [b"X\0\0\0\0", b"R\0\0\0\1x", b"T\xff\xff\xff\xff", b"T\0\0\0\1"])
def test_a_stream_of_nobodys_is_refused(content: bytes) -> None:
    sink = rows.Sink(None)  # type: ignore[arg-type] - it does not come so far

    def read() -> None:
        sink.write(content)
        sink.close()

    assert "not whole" in refused(read)


def test_a_backup_of_before_is_still_restored(server: Small, tmp_path: Path) -> None:
    """Format 1: one dump of all, and figures of another kind."""
    place = places.Folder(tmp_path / "backups")
    to = [server.identity.to_public()]
    with psycopg.connect(server.owner) as moment:
        told = {"tables": tally.of_database(moment)}
        organisations = tally.summary(moment)
    flags = [
        "-Fc",
        "-Z1",
        "--enable-row-security",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--exclude-table=bench_limit",
    ]
    with place.writing("tingsu-20260101T000000Z.backup") as sink:
        packer = parcel.Packer(sink)
        head = {"format": 1, "tingsu": "0.1", "at": "2026-01-01", "migrations": [], "key_check": "00"}
        packer.add("head.age", safes.close(parcel.written(head), to))
        pieces = parcel.Pieces(packer, "database")
        command = [postgres.client("pg_dump"), *flags, backup.without_password(server.owner)]
        with subprocess.Popen(command, env=backup.with_password(server.owner), stdout=subprocess.PIPE) as dump:
            safes.close_stream(dump.stdout, pieces, to)  # type: ignore[arg-type]
        pieces.end()
        tail = {"database": told, "files": {**parcel.Digest().told(), "missing": []}, "organisations": organisations}
        packer.add("tail.age", safes.close(parcel.written(tail), to))
        packer.end()
    done = server.put_back(place, tmp_path / "target")
    assert done.equal, done.differences
    assert done.rows == 3902
