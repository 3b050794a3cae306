"""The tests' databases: migrated once as the owner, then copied; tests connect as the application's role."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from tingsu.ops import migrating
from tingsu.ops.database import admin_dsn, external, prepare
from tingsu.ops.homes import note_of
from tingsu.ops.postgres import Server

REPOSITORY = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("TINGSU_HOME", REPOSITORY / ".tingsu"))
TEMPLATE = "tingsu_test_template"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, which only the server's account may enter
SPACE = "tingsu_tests"
LEAST = 3 * 2**30
"""Bytes that must be free in memory before the databases of tests are put there."""
MAKE = """
import gc, django
django.setup()
gc.freeze()
gc.set_threshold(50_000, 20, 100)  # as in `migrating.bring_up`
from django.core.management import call_command
from tingsu.kernel.tables import ensure_tenancy
call_command("migrate", verbosity=0)
ensure_tenancy()
"""
FILL = """
import django
django.setup()
from tests.cast import build_cast, quick_passwords
quick_passwords()
build_cast()
"""


DECIDES = (
    "src/tingsu/settings.py", "src/tingsu/kernel/*.py", "src/tingsu/people/*.py", "src/tingsu/ops/database.py",
    "src/tingsu/ops/migrating.py", "src/tingsu/*/migrations/*.py", "src/tingsu/*/models.py", "src/tingsu/*/models/*.py",
    "src/tingsu/*/search.py", "src/tingsu/registers/queries.py", "src/tingsu/complaints/case_rows.py", "tests/cast.py", "tests/database.py",
    "requirements.lock",
)  # fmt: skip
"""What the template holds comes from these: tables, policies, functions, and the cast as kernel and people write it down."""


def deciding() -> set[Path]:
    """The files that decide it."""
    return {path for pattern in DECIDES for path in REPOSITORY.glob(pattern)}


def fingerprint() -> str:
    """Changes whenever something does that decides what stands in the template, so that no test runs on an old one."""
    seen = hashlib.sha256()
    for path in sorted(deciding()):
        seen.update(path.relative_to(REPOSITORY).as_posix().encode() + b"\0" + path.read_bytes())
    seen.update(os.environ["TINGSU_MASTER_KEY"].encode())
    return seen.hexdigest()[:16]


def with_database(dsn: str, name: str) -> str:
    return make_conninfo(dsn, dbname=name)


def owner(name: str) -> psycopg.Connection:
    return psycopg.connect(with_database(os.environ["TINGSU_OWNER_DSN"], name), autocommit=True)


def home() -> psycopg.Connection:
    """The owner's connection to the database of the home, from where those of the tests are made and dropped."""
    return owner(str(conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["dbname"]))


def ensure_template() -> None:
    """Make the template database unless it is there and fresh. One process at a time."""
    with home() as connection:
        connection.execute("SELECT pg_advisory_lock(7461)")
        drop_abandoned(connection)
        wanted = (fingerprint(), space(HOME))
        found = connection.execute(
            "SELECT shobj_description(d.oid, 'pg_database'), t.spcname FROM pg_database d "
            "JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = %s",
            [TEMPLATE],
        ).fetchone()
        if found == wanted:
            return
        drop(connection, TEMPLATE)
        place = f"TABLESPACE {SPACE}" if wanted[1] == SPACE else ""
        if made := made_already(connection):
            connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {made} {place}")
            with owner(TEMPLATE) as copied:
                copied.execute("DELETE FROM kernel_installation")
        else:
            connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template1 {place}")
            run_in(TEMPLATE, MAKE, role="owner")
        run_in(TEMPLATE, FILL, role="app")
        connection.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{wanted[0]}'")


def made_already(connection: psycopg.Connection) -> str | None:
    """The database of the home itself, where `./tingsu migrate` made this release's tables and nobody is in it yet."""
    if note_of(connection) != migrating.fingerprint():
        return None
    used = connection.execute("SELECT 1 FROM kernel_organisation LIMIT 1").fetchone()
    return None if used else connection.info.dbname


def space(where: Path) -> str:
    """Where the template and with it every copy lies: in memory on an embedded server that holds no installation, if
    there is room. A copy is a thousand files; making and dropping them on a disk cost half a second of processor each.
    """
    if external() or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < LEAST:
        return "pg_default"
    place = MEMORY / f"tingsu-tests-{hashlib.sha256(str(where.resolve()).encode()).hexdigest()[:12]}"
    with psycopg.connect(admin_dsn(where), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() != (None,):
            return "pg_default"  # after a power cut the server looks for its spaces, and this one would be gone
        found = connection.execute("SELECT 1 FROM pg_tablespace WHERE spcname = %s", [SPACE]).fetchone()
        if found and place.is_dir():
            return SPACE
        if found:  # the machine was started anew
            lost = (
                "SELECT datname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE spcname = %s"
            )
            for (name,) in connection.execute(lost, [SPACE]).fetchall():
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP TABLESPACE {SPACE}")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        Server(where).own(place)
        connection.execute(f"CREATE TABLESPACE {SPACE} OWNER tingsu_owner LOCATION '{place}'")
    return SPACE


def drop_abandoned(connection: psycopg.Connection) -> None:
    """Drop what test processes left that were killed."""
    for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
        made = re.match(r"tingsu_test_(?:alone|gw\d+)_(\d+)", name)
        if made and not Path(f"/proc/{made[1]}").exists():
            drop(connection, name)


def environment_for(name: str, *, role: str, **more: str) -> dict[str, str]:
    """What a process of its own needs to work on one database as one of its roles."""
    return os.environ | {
        "TINGSU_DB_ROLE": role,
        "TINGSU_OWNER_DSN": with_database(os.environ["TINGSU_OWNER_DSN"], name),
        "TINGSU_APP_DSN": with_database(os.environ["TINGSU_APP_DSN"], name),
        "DJANGO_SETTINGS_MODULE": "tingsu.settings",
        "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}",
        **more,
    }


def run_in(name: str, code: str, *, role: str, **more: str) -> None:
    """Run code in a process of its own on one database, as one of its roles. Raises CalledProcessError."""
    environment = environment_for(name, role=role, **more)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, cwd=REPOSITORY)


def fresh_copy(name: str, template: str = TEMPLATE) -> None:
    """Put a clean copy of the template in place: 0.04 s, where TRUNCATE is rightly refused to the application.

    In memory its files are copied as they are; elsewhere page by page through the log, so that nothing waits for a disk.
    """
    where = "SELECT spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = %s"
    with home() as connection:
        drop(connection, name)
        way = "FILE_COPY" if connection.execute(where, [template]).fetchone() == (SPACE,) else "WAL_LOG"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {way}")


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database of the tests. What comes back in between (a live server's thread, the server's own vacuum) may be
    ended by its own role alone: it is waited for, and after some seconds the drop itself says what is wrong.
    """
    for again in range(20):
        try:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            return
        except InsufficientPrivilege:
            if again == 19:
                raise
            if conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"] == name:
                end_connections()
            time.sleep(0.05 * again)


def end_connections() -> None:
    """End what a live server's threads hold open on this worker's copy; only their own role may."""
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = current_user AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


if __name__ == "__main__":  # made beforehand by `./tingsu test`, while a check of types leaves the other core idle
    prepare(HOME, role="app")
    ensure_template()
