"""Back to any moment: the embedded server's write-ahead log kept in a folder, and a home made from it (docs/ops.md).

A base copy and every piece of the log since: together they give the database as it was at any second after the copy. This
is for the hours between two backups; it keeps no files and is not sealed, so its folder belongs on an encrypted disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tingsu.ops import database, keys, postgres
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import Server

LOCAL = "postgresql.local.conf"
_BEGIN, _END = "# written by ./tingsu archive", "# end of ./tingsu archive"
_PROMOTED_SECONDS = 600
_ARRIVES_SECONDS = 30
_EVERY_SECONDS = 60
"""A piece of the log is handed over at least so often, so no more than this much work can be lost with the disk."""


def keep(home: Path, folder: Path) -> Path:
    """Keep the log of this home's server in a folder from now on, and make a base copy; gives its place.

    Raises CannotStart for a database of one's own, whose administrator keeps its log, or while somebody uses the server.
    """
    if database.external():
        raise CannotStart("The log of your own server is its administrator's to keep; this is for the embedded one.")
    server = Server(home)
    if not (server.data / "PG_VERSION").exists():
        raise CannotStart("There is no database in this home yet: start it once.")
    log = folder / "wal"
    log.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, log):
        server.own(path)
    settings = {
        "archive_mode": "on",
        "archive_timeout": str(_EVERY_SECONDS),
        "archive_command": _copying(log),
    }
    if _write_settings(server, settings) and server.running():
        raise CannotStart(
            "The settings are written and hold from the next start: stop web and worker, then say it again."
        )
    database.start(home)
    try:
        base = folder / f"base-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        command = [postgres.client("pg_basebackup"), "-D", str(base), "-X", "fetch", "-c", "fast"]
        command += ["-h", str(server.socket_folder), "-p", str(postgres.PORT), "-U", postgres.SUPERUSER]
        done = subprocess.run(
            command, env=os.environ | {"PGPASSWORD": server.password}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(base, ignore_errors=True)
            raise CannotStart(f"The base copy was not made: {_last(done.stderr)}")
        _try_out(home, log)
    finally:
        if not _used(home):
            database.stop(home)
    return base


def _try_out(home: Path, log: Path) -> None:
    """A piece of the log must arrive: a folder that cannot be written would fill the server's own disk, piece by piece."""
    with psycopg.connect(database.admin_dsn(home, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE something ()")
        connection.execute("SELECT pg_switch_wal()")
        deadline = time.monotonic() + _ARRIVES_SECONDS
        while time.monotonic() < deadline:
            arrived, failed = connection.execute(
                "SELECT last_archived_time > coalesce(last_failed_time, '-infinity'), failed_count FROM pg_stat_archiver"
            ).fetchone() or (None, 0)
            if arrived:
                return
            if failed:
                break
            time.sleep(0.2)
    raise CannotStart(
        f"The server cannot write its log to {log}: let its user enter and write there, then say it again."
    )


def recover(home: Path, folder: Path, until: datetime) -> None:
    """Make this home's database from a base copy and the log, as it was at an instant. Raises CannotStart.

    The home holds the secrets of the one that was lost, and nothing else.
    """
    if not (home / "secrets.json").exists():
        raise CannotStart(f"Put secrets.json of the lost home into {home} first: it opens this database.")
    base = _newest_before(folder, until)
    if {path.name for path in home.iterdir()} - {"secrets.json", "secrets.lock"}:
        raise CannotStart("This home has been used: set TINGSU_HOME to a folder that holds secrets.json alone.")
    kept = keys.move_in(home)
    server = Server(home)
    server.make_folders()
    partial = server.data.with_name("data.recovering")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(base, partial, symlinks=True)
    (partial / "recovery.signal").touch()
    for path in [partial, *partial.rglob("*")]:
        server.own(path)
    partial.chmod(0o700)
    partial.rename(server.data)
    _write_settings(
        server,
        {
            "archive_mode": "off",
            "restore_command": f'cp "{folder / "wal"}/%f" "%p"',
            "recovery_target_time": until.astimezone(UTC).isoformat(sep=" "),
            "recovery_target_action": "promote",
        },
    )
    try:
        database.start(home)
        _wait_until_open(home, server)
    except (CannotStart, psycopg.OperationalError) as error:
        said = _last(server.last_words())
        server.stop()
        for path in (server.folder, server.socket_folder):
            shutil.rmtree(path, ignore_errors=True)
        for name in ("postgres.turn", "postgres.users"):
            (home / name).unlink(missing_ok=True)
        keys.move_in(home, instead=kept)
        raise CannotStart(f"The moment {until} could not be reached: {said}") from error
    # The settings of a recovery must not outlive it.
    _write_settings(server, {})
    server.stop()


def _newest_before(folder: Path, until: datetime) -> Path:
    copies = [path for path in sorted(folder.glob("base-*")) if _made_at(path) <= until.astimezone(UTC)]
    if not copies:
        raise CannotStart(f"{folder} holds no base copy that is older than {until}.")
    return copies[-1]


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.name, "base-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _copying(log: Path) -> str:
    """Whole, synced, under its name only then, and never over another."""
    target = f"{log}/%f"
    return f'test ! -f "{target}" && cp "%p" "{target}.part" && sync "{target}.part" && mv "{target}.part" "{target}"'


def _write_settings(server: Server, settings: dict[str, str]) -> bool:
    """Put our lines into the file for wishes of one's own, and leave all others; True if anything changed."""
    path = server.data / LOCAL
    before = path.read_text() if path.exists() else ""
    kept, _begin, rest = before.partition(_BEGIN)
    kept += rest.partition(_END)[2].lstrip("\n")
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    after = kept + ("\n".join([_BEGIN, *lines, _END]) + "\n" if lines else "")
    if after == before:
        return False
    path.write_text(after)
    server.own(path)
    return True


def _wait_until_open(home: Path, server: Server) -> None:
    deadline = time.monotonic() + _PROMOTED_SECONDS
    while time.monotonic() < deadline:
        if not server.running():
            raise CannotStart("The server ended.")
        with psycopg.connect(database.admin_dsn(home, "postgres"), autocommit=True) as connection:
            if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                return
        time.sleep(0.2)
    raise CannotStart("The log was not read to its end in time.")


def _used(home: Path) -> bool:
    import fcntl

    with open(home / "postgres.users", "w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line] or lines
    return (fatal[-1] if fatal else "it said nothing").rstrip(".") + "."
