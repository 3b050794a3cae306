"""A database of the measurement's own, beside the installation's: made anew, so that nothing measured stays behind.

It lies on the same server and disk and is reached through the same roles, so what is measured is what runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

REPOSITORY = Path(__file__).resolve().parents[1]
MAKE = """
import django
django.setup()
from django.core.management import call_command
from tingsu.kernel.tables import ensure_tenancy
call_command("migrate", verbosity=0)
ensure_tenancy()
"""


def own_database(name: str) -> None:
    """Make the database ``name`` with this release's tables and point this process and its children at it."""
    home = conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["dbname"]
    with _owner(str(home)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template1").format(sql.Identifier(name)))
    for role in ("OWNER", "APP"):
        os.environ[f"TINGSU_{role}_DSN"] = _with_database(os.environ[f"TINGSU_{role}_DSN"], name)
    subprocess.run([sys.executable, "-c", MAKE], env=environment() | {"TINGSU_DB_ROLE": "owner"}, check=True)
    _reconnect()


def drop_database(name: str, *, instead: str) -> None:
    """Forget the measurement's database and point this process at ``instead`` again."""
    from django.db import connections

    connections.close_all()
    for role in ("OWNER", "APP"):
        os.environ[f"TINGSU_{role}_DSN"] = _with_database(os.environ[f"TINGSU_{role}_DSN"], instead)
    with _owner(instead) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _reconnect()


def home_database() -> str:
    """The name of the installation's own database."""
    return str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])


def environment() -> dict[str, str]:
    """What a child process needs to work on the same database with the same code."""
    path = os.pathsep.join((str(REPOSITORY / "src"), str(REPOSITORY)))
    return os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tingsu.settings"}


def _owner(name: str) -> psycopg.Connection:
    return psycopg.connect(_with_database(os.environ["TINGSU_OWNER_DSN"], name), autocommit=True)


def _with_database(dsn: str, name: str) -> str:
    return make_conninfo(**{**conninfo_to_dict(dsn), "dbname": name})


def _reconnect() -> None:
    """Let Django's connection follow the environment."""
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict["NAME"] = home_database()
