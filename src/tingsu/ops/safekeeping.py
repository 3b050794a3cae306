"""The log of backups, drills, restores and renewed media: rows of the database, and lines of a file in the home.

Both, because a restore brings the rows of an older day back, and a lost home loses the file. Needs no Django.
"""

from __future__ import annotations

import getpass
import json
import os
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tingsu.kernel.durable import append_line

LOG = Path("logs", "safekeeping.jsonl")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the log; the same as a row of ``ops_safekeeping``."""

    kind: str
    at: datetime
    done: bool
    place: str = ""
    name: str = ""
    told: str = ""
    by: str = ""
    bytes: int | None = None
    seconds: float | None = None
    due_on: date | None = None


def note(home: Path, dsn: str, entry: Entry) -> None:
    """Write one entry down, in the home and, if its table is there, in the database."""
    values: dict[str, Any] = asdict(entry) | {"by": entry.by or _account()}
    append_line(home / LOG, json.dumps(values, ensure_ascii=False, default=str))
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not _has_table(connection):
            return
        connection.execute(
            "INSERT INTO ops_safekeeping (id, kind, at, done, place, name, told, by, bytes, seconds, due_on) VALUES "
            "(%(id)s, %(kind)s, %(at)s, %(done)s, %(place)s, %(name)s, %(told)s, %(by)s, %(bytes)s, %(seconds)s, %(due_on)s)",
            {**values, "place": entry.place[:300], "id": uuid.uuid4()},
        )


def latest(connection: psycopg.Connection[Any], kind: str) -> dict[str, Any] | None:
    """The newest entry of a kind that ended well."""
    if not _has_table(connection):
        return None
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT * FROM ops_safekeeping WHERE kind = %s AND done ORDER BY at DESC LIMIT 1", [kind]
        ).fetchone()


def now() -> datetime:
    """Real time: the machine's work does not travel with a demo's clock."""
    return datetime.now(UTC)


def _has_table(connection: psycopg.Connection[Any]) -> bool:
    return connection.execute("SELECT to_regclass('ops_safekeeping')").fetchone() != (None,)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())
