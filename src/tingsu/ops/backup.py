"""``./tingsu backup``: database, files and seals of one moment, as one sealed parcel, while people work on (RC-03).

One moment: tables, rows and the list of files are read in one exported snapshot. Files are written before the
row that names them and never changed, so copying them after the snapshot cannot miss one; what would delete them, the
nightly sweep, waits while a backup runs (``files/keeping.py``). The keys are not in it: the master key is backed up apart.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tingsu import __version__
from tingsu.files.keeping import KEEPING
from tingsu.ops import database, firms, homes, keys, parcel, postgres, rows, rows_out, safes, tally
from tingsu.ops.errors import CannotStart, database_sentence
from tingsu.ops.places import ENDING, OF_ONE, Place, of_all

Say = Callable[[str], None]
ELSEWHERE = 256 * 2**20
"""Rows of so many bytes are read and sealed by processes of their own."""


@dataclass
class Made:
    """A backup that was made."""

    place: str
    name: str
    at: datetime
    bytes: int = 0
    seconds: float = 0.0
    missing: list[str] = field(default_factory=list)
    """Files that the database names and the store had lost already."""


def make(
    home: Path, place: Place, to: Sequence[Any], say: Say = lambda _text: None, *, firm: str = "", firm_key: str = ""
) -> Made:
    """Make one backup, of everything or of the organisation with this short name, whose keys then lie under `firm_key`.

    Raises CannotStart in one sentence; what was begun is then not there under its name.
    """
    database.prepare(home, role="owner")
    try:
        return copy(home, os.environ["TINGSU_OWNER_DSN"], place, to, say, firm=firm, firm_key=firm_key)
    except psycopg.Error as error:
        if (why := database_sentence(error)) is None:
            raise
        raise CannotStart(f"The backup was not made. {why}") from error


def copy(
    home: Path,
    owner: str,
    place: Place,
    to: Sequence[Any],
    say: Say = lambda _text: None,
    *,
    firm: str = "",
    firm_key: str = "",
) -> Made:
    """The same for a database that is ready, by its owner's address."""
    began = time.monotonic()
    with psycopg.connect(owner, autocommit=True) as beside, psycopg.connect(owner) as moment:
        beside.execute("SELECT pg_advisory_lock_shared(%s)", [KEEPING])
        moment.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if not tally.summary(moment):
            raise CannotStart(
                f"No organisation is in here, so there is nothing to back up: is {home} the home you mean?"
            )
        snapshot, at = moment.execute("SELECT pg_export_snapshot(), clock_timestamp()").fetchone() or ("", None)
        one = firms.found(moment, firm) if firm else None
        of = one.id if one is not None else ""
        begins = f"{OF_ONE}{one.slug}-" if one is not None else "tingsu-"
        made = Made(place.name, f"{begins}{at:%Y%m%dT%H%M%SZ}{ENDING}", at.astimezone(UTC))
        kept = rows.tables_of(moment, of) if of else rows.tables(moment)
        rows.hold(moment, kept)
        with place.writing(made.name) as sink:
            packer = parcel.Packer(sink)
            try:
                head = _head(home, moment, made)
                if one is not None:
                    head |= firms.head(moment, one, firm_key)
                packer.add("head.age", safes.close(parcel.written(head), to))
                if one is not None:
                    packer.add("firm.age", safes.close(parcel.written(firms.papers(moment, one, firm_key)), to))
                else:
                    packer.add("schema.age", safes.close(_schema(owner, snapshot), to))
                _seals(home, moment, packer, of)
                say("Copying database and files …")
                digest = parcel.Digest()
                # Rows of one organisation are taken in by one transaction, so they come one table after the other.
                streams = 1 if of else rows.streams()
                parts = rows.shared_out(kept, streams)
                if sum(table.size for table in kept) >= ELSEWHERE:
                    copying = _rows_elsewhere(owner, snapshot, parts, packer, to, packed=place.far)
                else:
                    moment_read = rows.Snapshot(owner, snapshot, kept)
                    copying = _rows(moment_read, packer, to, packed=place.far, streams=streams)
                with copying as copied:
                    made.missing = list(_files(home, moment, packer, digest, of))
                    database_told = copied()
                tail = {
                    "database": {**database_told, "sequences": {} if of else rows.sequences(beside)},
                    "files": {**digest.told(), "missing": made.missing},
                    "organisations": tally.summary(moment, of),
                }
                packer.add("tail.age", safes.close(parcel.written(tail), to))
                packer.end()
            finally:
                packer.stop()
        made.bytes, made.seconds = packer.written, time.monotonic() - began
    return made


@contextlib.contextmanager
def _rows(
    snapshot: rows.Snapshot, packer: parcel.Packer, to: Sequence[Any], *, packed: bool, streams: int
) -> Iterator[Callable[[], dict[str, Any]]]:
    """Copy the rows beside the files, several tables at a time; gives what waits for them and tells their figures.

    Whatever fails first ends the others, and is what is raised.
    """

    def stream(number: int) -> int:
        pieces, source = parcel.Pieces(packer, f"rows/{number}"), rows.Source(snapshot.frames(packed))
        try:
            with io.BufferedReader(source, rows.CHUNK) as read:
                safes.close_stream(read, pieces, to)
            pieces.end()
        except BaseException as error:
            snapshot.stop()
            packer.failed = packer.failed or source.failed or error
            raise packer.failed from None
        return pieces.written

    with ThreadPoolExecutor(streams, thread_name_prefix="rows") as threads:
        copying = [threads.submit(stream, number) for number in range(1, streams + 1)]
        try:
            yield lambda: {"bytes": sum(one.result() for one in copying), "tables": snapshot.told}
        finally:
            snapshot.stop()


@contextlib.contextmanager
def _rows_elsewhere(
    owner: str,
    snapshot: str,
    parts: list[list[rows.Table]],
    packer: parcel.Packer,
    to: Sequence[Any],
    *,
    packed: bool,
) -> Iterator[Callable[[], dict[str, Any]]]:
    """The same by processes of their own, where there is so much that starting them costs less than it gains."""
    told: dict[str, list[Any]] = {}
    reading = [rows_out.Stream(owner, snapshot, part, to, packed=packed) for part in parts]

    def stream(number: int) -> int:
        pieces = parcel.Pieces(packer, f"rows/{number}")
        try:
            told.update(reading[number - 1].into(pieces))
        except BaseException as error:
            packer.failed = packer.failed or error
            raise packer.failed from None
        return pieces.written

    with ThreadPoolExecutor(len(parts), thread_name_prefix="rows") as threads:
        copying = [threads.submit(stream, number) for number in range(1, len(parts) + 1)]
        try:
            yield lambda: {"bytes": sum(one.result() for one in copying), "tables": told}
        finally:
            for one in reading:
                one.stop()


def _head(home: Path, moment: psycopg.Connection[Any], made: Made) -> dict[str, Any]:
    return {
        "format": parcel.FORMAT,
        "tingsu": __version__,
        "at": made.at.isoformat(),
        "postgresql": moment.info.server_version,
        "tables": homes.note_of(moment),
        "migrations": migrations_in(moment),
        "key_check": keys.check_value(os.environ["TINGSU_MASTER_KEY"]).hex(),
        "organisations": tally.summary(moment),
        "needs": needs(moment),
    }


def needs(moment: psycopg.Connection[Any]) -> dict[str, int]:
    """About how many bytes a disk must have for the database, and for the files."""
    told = {"database": "SELECT pg_database_size(current_database())", "files": "SELECT 0"}
    if moment.execute("SELECT to_regclass('files_storedfile')").fetchone() != (None,):
        told["files"] = "SELECT coalesce(sum(size), 0) FROM files_storedfile WHERE erased_at IS NULL"
    return {name: int((moment.execute(question).fetchone() or (0,))[0]) for name, question in told.items()}


def migrations_in(connection: psycopg.Connection[Any]) -> list[str]:
    """What was applied, as ``app.name``."""
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return []
    found = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [f"{app}.{name}" for app, name in found]


def _schema(owner: str, snapshot: str) -> bytes:
    """The tables without their rows, by PostgreSQL's own program.

    As the owner. Roles, grants and policies of the application are made anew from the models; the extension is the server's affair.
    """
    command = [postgres.client("pg_dump"), "-Fc", "-Z1", "--schema-only", f"--snapshot={snapshot}"]
    command += [
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--exclude-extension=*",
        "--exclude-table=bench_limit",
    ]
    dump = subprocess.run(
        [*command, without_password(owner)], env=with_password(owner), capture_output=True, check=False
    )
    if dump.returncode != 0:
        words = dump.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise CannotStart(f"The database could not be copied: {words[-1].rstrip('.')}.")
    return dump.stdout


def without_password(dsn: str) -> str:
    """An address fit for a command line, which everybody on the machine can read."""
    known = conninfo_to_dict(dsn)
    known.pop("password", None)
    return make_conninfo(**{name: str(value) for name, value in known.items()})


def with_password(dsn: str) -> dict[str, str]:
    """The environment that carries the password instead."""
    return os.environ | {"PGPASSWORD": str(conninfo_to_dict(dsn).get("password", "")), "LC_ALL": "C"}


def _seals(home: Path, moment: psycopg.Connection[Any], packer: parcel.Packer, of: str) -> None:
    """The roots kept outside, without those of nights after the moment: a later line would name a seal that is not there."""
    newest = {one["slug"]: one["last_seal"] or "" for one in tally.summary(moment, of)}
    for path in sorted((home / "seals").glob("*.jsonl")):
        if of and path.stem not in newest:
            continue
        lines = path.read_text().splitlines(keepends=True)
        kept = [line for line in lines if not _after(line, path.stem, newest, moment)]
        packer.add(f"seals/{path.name}", "".join(kept).encode())


def _after(line: str, slug: str, newest: dict[str, str], moment: psycopg.Connection[Any]) -> bool:
    """Was this line written by a seal that the present database has and the snapshot had not yet?

    A line without any row stays: that is what `verify` must find.
    """
    try:
        on = str(json.loads(line)["on"])
    except (ValueError, KeyError):
        return False
    if on <= newest.get(slug, ""):
        return False
    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"]) as present:
        found = present.execute(
            "SELECT 1 FROM kernel_seal s JOIN kernel_organisation o ON o.id = s.organisation_id "
            'WHERE o.slug = %s AND s."on" = %s',
            [slug, on],
        ).fetchone()
    return found is not None


def _files(
    home: Path, moment: psycopg.Connection[Any], packer: parcel.Packer, digest: parcel.Digest, of: str
) -> Iterator[str]:
    """Copy what the snapshot names, shelf by shelf; gives the ids whose bytes were lost before."""
    for name, path in named_files(home, moment, of):
        digest.begin(name)
        try:
            if path is None:
                raise FileNotFoundError
            packer.add_file(name, path, digest.add)
        except FileNotFoundError:
            yield name


def named_files(home: Path, moment: psycopg.Connection[Any], of: str = "") -> Iterator[tuple[str, Path | None]]:
    """The files that a database names, or of one organisation, as names in a backup and where they lie; None for one whose bytes are gone.

    In one order, a shelf of a 256th at a time: memory does not grow with the store.
    """
    if moment.execute("SELECT to_regclass('files_storedfile')").fetchone() == (None,):
        return
    with moment.cursor("files_of_one_moment") as cursor:
        cursor.itersize = 5000
        cursor.execute(
            "SELECT organisation_id::text, right(id::text, 2) AS shelf, replace(id::text, '-', '') FROM files_storedfile "
            "WHERE erased_at IS NULL AND %s IN ('', organisation_id::text) ORDER BY 1, 2, 3",
            [of],
        )
        shelf: tuple[str, str] | None = None
        there: dict[str, list[str]] = {}
        for organisation_id, last, file_id in cursor:
            if shelf != (organisation_id, last):
                shelf = (organisation_id, last)
                there = _lying(home / "files" / organisation_id / last)
            before = f"files/{organisation_id}/{last}/"
            names = there.get(file_id, [])
            if f"{file_id}.sealed" not in names:
                yield f"{before}{file_id}.sealed", None
            for name in names:
                yield before + name, home / before / name


def _lying(folder: Path) -> dict[str, list[str]]:
    """What lies on one shelf, by file; half written ones are nobody's."""
    found: dict[str, list[str]] = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.endswith(".part"):
                found.setdefault(entry.name[:32], []).append(entry.name)
    return {file_id: sorted(names) for file_id, names in found.items()}


def prune(place: Place, keep: int, made: str = "") -> list[str]:
    """Take the oldest backups away until `keep` are left; gives their names. `made` stays: a clock that was ahead once has
    given older ones later names.
    """
    others = [name for name in of_all(place) if name != made]
    gone = others[: max(0, len(others) - keep + (1 if made else 0))] if keep > 0 else []
    for name in gone:
        place.remove(name)
    return gone
