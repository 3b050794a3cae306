"""Bringing the database to this release's tables: Django's migrations and tenancy, both as the tables' owner."""

from __future__ import annotations

import gc
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tingsu.ops import database, homes

_SOURCE = Path(__file__).resolve().parents[1]
_TABLES_LOCK = 7_402_846_514
"""An advisory lock of the database: one process at a time makes tables."""
_ASK_SECONDS = 0.5


def migrate(home: Path, *, verbosity: int = 0, take_over: bool = False) -> None:
    """Migrate as ``tingsu_owner``, then give every tenant table its policies. Needs a process of its own.

    Policies come after the tables because they are read from the models: a table that a migration forgot to
    protect is protected here (architecture §1, invariant 5).
    """
    database.prepare(home, role="owner", take_over=take_over)
    if not os.environ.get("TINGSU_DEMO"):
        homes.refuse_demo(os.environ["TINGSU_APP_DSN"])
    bring_up(verbosity=verbosity)


def bring_up(*, verbosity: int = 0, before_open: Callable[[], None] = lambda: None) -> None:
    """The same for a database that is prepared already; `before_open` runs when the tables are there and not open yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tingsu.kernel.tables import ensure_tenancy

    # Each step makes the models anew: walking through all of them again and again took a quarter of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with _in_turn():
        call_command("migrate", interactive=False, verbosity=verbosity)
        ensure_tenancy()
        before_open()
        _remember()
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as connection:
        homes.note_key(connection, os.environ["TINGSU_MASTER_KEY"])


@contextmanager
def _in_turn() -> Iterator[None]:
    """Web and worker of a new machine start at the same moment: one makes the tables, the other waits and finds them.

    Asked again and again instead of waited for: a statement that waits would itself be waited for by an index that is built
    beside the work of others. The connection lets go when it ends, however it ends.
    """
    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"], autocommit=True) as connection:
        while connection.execute("SELECT pg_try_advisory_lock(%s)", [_TABLES_LOCK]).fetchone() != (True,):
            time.sleep(_ASK_SECONDS)
        yield


def known_migrations() -> list[str]:
    """This release's own migrations, as ``app.name``, read from the folders."""
    found = _SOURCE.glob("*/migrations/[0-9]*.py")
    return sorted(f"{path.parents[1].name}.{path.stem}" for path in found)


def from_a_newer_release(applied: Iterable[str]) -> list[str]:
    """Which of these migrations are ours and unknown here: whoever applied them was newer."""
    known = set(known_migrations())
    ours = {path.parent.name for path in _SOURCE.glob("*/migrations")}
    return sorted(one for one in applied if one.partition(".")[0] in ours and one not in known)


def is_current() -> bool:
    """True if this release's tables were made in this database. Asks once, so that a second start is quick."""
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as connection:
        return homes.note_of(connection) == fingerprint()


def _remember() -> None:
    """Note on the database itself, not in a file, which tables it has: a restored copy tells the truth."""
    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"], autocommit=True) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(fingerprint())
            )
        )


def fingerprint() -> str:
    """Names the release by what makes its tables: models, migrations, search functions, and packages with their own."""
    seen = hashlib.sha256()
    patterns = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/search.py")
    for path in sorted(path for pattern in patterns for path in _SOURCE.glob(pattern)):
        seen.update(path.relative_to(_SOURCE).as_posix().encode() + b"\0" + path.read_bytes())
    seen.update((_SOURCE / "kernel" / "tables.py").read_bytes())
    seen.update((_SOURCE.parents[1] / "requirements.lock").read_bytes())
    return f"tingsu tables {seen.hexdigest()}"
