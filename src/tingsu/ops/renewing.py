"""A demo told anew: its database and files are thrown away, if nothing but the demo is in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tingsu.ops import database
from tingsu.ops.errors import CannotStart


def forget_demo(home: Path) -> None:
    """Drop the embedded database and the files of this home. Raises CannotStart when they are not only a demo's."""
    database.prepare(home)
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        if _holds_real_work(connection):
            raise CannotStart(
                "This home holds an organisation that is no demo, and --fresh would erase it: set TINGSU_HOME to "
                "another folder."
            )
    with psycopg.connect(database.admin_dsn(home, "postgres"), autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(database.DATABASE)))
        except psycopg.errors.ObjectInUse as error:
            raise CannotStart("Another Tingsu command uses this database: stop it, then start again.") from error
    shutil.rmtree(home / "files", ignore_errors=True)


def _holds_real_work(connection: psycopg.Connection) -> bool:
    if connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() == (None,):
        return False
    return connection.execute("SELECT 1 FROM kernel_organisation WHERE NOT is_demo LIMIT 1").fetchone() is not None
