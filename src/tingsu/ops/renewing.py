"""What a start of the demo finds: nothing, a demo to carry on with, or one to throw away and tell anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tingsu.ops import database
from tingsu.ops.errors import CannotStart

_FIRST_CASES = 12


def is_begun(home: Path) -> bool:
    """True if the first cases are there, so that a second start need not wait for them. For a database with its tables."""
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        found = connection.execute("SELECT count(*) FROM demo_builtcase").fetchone()
    return found is not None and found[0] >= _FIRST_CASES


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
    for folder in ("files", "seals"):
        shutil.rmtree(home / folder, ignore_errors=True)


def _holds_real_work(connection: psycopg.Connection) -> bool:
    if connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() == (None,):
        return False
    return connection.execute("SELECT 1 FROM kernel_organisation WHERE NOT is_demo LIMIT 1").fetchone() is not None
