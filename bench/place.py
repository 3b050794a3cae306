"""A database of the measurement's own, beside the installation's: made anew, so that nothing measured stays behind.

It lies on the same server and disk and is reached through the same roles, so what is measured is what runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege, ObjectInUse

if TYPE_CHECKING:
    from tests.cast import Cast

REPOSITORY = Path(__file__).resolve().parents[1]
MAKE = """
import django
django.setup()
from django.core.management import call_command
from tingsu.kernel.tables import ensure_tenancy
call_command("migrate", verbosity=0)
ensure_tenancy()
"""


@contextmanager
def lent(name: str) -> Iterator[None]:
    """A database of the measurement's own for as long as it lasts; afterwards this process works on the installation's again."""
    home = home_database()
    try:
        own_database(name)
        yield
    finally:
        drop_database(name, instead=home)


@contextmanager
def the_cast() -> Iterator[Cast]:
    """The people of the tests, built into this database and acted for."""
    from tests.cast import Cast, build_cast
    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for

    build_cast()
    pk = Organisation.objects.get(slug="test").pk
    with acting_for(pk):
        yield Cast(pk)


def own_database(name: str, *, template: str = "") -> None:
    """Make the database ``name``, from nothing or as a copy, with this release's tables; point this process and its children at it."""
    _end_connections(name)
    with _owner("template1") as connection:
        _when_free(connection, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template or "template1")
            )
        )
    _point_at(name)
    subprocess.run([sys.executable, "-c", MAKE], env=environment() | {"TINGSU_DB_ROLE": "owner"}, check=True)


def drop_database(name: str, *, instead: str, keep_as: str = "") -> None:
    """Forget the measurement's database, or keep it under another name; point this process at ``instead`` again."""
    _point_at(instead)
    _end_connections(name)
    with _owner("template1") as connection:
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}" if keep_as else "DROP DATABASE IF EXISTS {} WITH (FORCE)")
        names = [sql.Identifier(one) for one in (name, keep_as) if one]
        _when_free(connection, statement.format(*names))


def _when_free(connection: psycopg.Connection, statement: sql.Composed) -> None:
    """Do it as soon as the server's own vacuum lets go, which nobody but the server may end; after two minutes raise its refusal."""
    until = time.monotonic() + 120
    while True:
        try:
            connection.execute(statement)
            return
        except (InsufficientPrivilege, ObjectInUse):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _end_connections(name: str) -> None:
    """End what a web server or worker that is just stopping still holds open: only its own role may, not the owner.

    A process that connects again in between is waited for; after ten seconds the drop itself says what is wrong.
    """
    question = "FROM pg_stat_activity WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()"
    until = time.monotonic() + 10
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as connection:
        while connection.execute(f"SELECT pg_terminate_backend(pid, 2000) {question}", [name]).fetchall():
            if time.monotonic() > until:
                return
            time.sleep(0.2)


def exists(name: str) -> bool:
    """Is there a database of this name?"""
    with _owner("template1") as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def home_database() -> str:
    """The name of the installation's own database."""
    return str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])


def environment() -> dict[str, str]:
    """What a child process needs to work on the same database with the same code."""
    path = os.pathsep.join((str(REPOSITORY / "src"), str(REPOSITORY)))
    # What is measured is the work, not the allowance of the one program that asks for it.
    free = {"TINGSU_API_PER_MINUTE": "1000000"}
    return os.environ | free | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tingsu.settings"}


def _owner(name: str) -> psycopg.Connection:
    return psycopg.connect(_with_database(os.environ["TINGSU_OWNER_DSN"], name), autocommit=True)


def _with_database(dsn: str, name: str) -> str:
    return make_conninfo(dsn, dbname=name)


def _point_at(name: str) -> None:
    """Let this process, Django's connection and children work on the database ``name``."""
    from django.db import connections

    connections.close_all()
    for role in ("OWNER", "APP"):
        os.environ[f"TINGSU_{role}_DSN"] = _with_database(os.environ[f"TINGSU_{role}_DSN"], name)
    connections["default"].settings_dict["NAME"] = name
