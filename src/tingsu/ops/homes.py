"""Homes cannot be mixed up: the key belongs to the data, a demo is never served, real work is never shown off.

Asked of the database itself, before Django loads, because a copied folder or a second machine tells nothing.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psycopg
from cryptography.exceptions import InvalidTag
from psycopg import sql

from tingsu.ops import keys
from tingsu.ops.errors import CannotStart

RESTORING = "tingsu restoring"
"""The note on a database into which a backup is being put: whoever finds it finds half a database."""


def settle_key(home: Path, dsn: str) -> None:
    """Compare the master key with the database's, and keep a key that was made just now where nothing is sealed yet.

    Raises CannotStart when the key is missing or is another than the one this database was sealed with.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        fits = _fits(connection, os.environ["TINGSU_MASTER_KEY"])
        if fits is False and any(_fits(connection, one) for one in keys.before("TINGSU_MASTER_KEY")):
            return  # a turn of the key that did not come to its end: both open, and `./tingsu keys seal-anew` goes on
        if fits is False and keys.is_new(home):
            raise CannotStart(
                f"The master key is missing: this database holds sealed data, and {home / 'secrets.json'} has no key. "
                "Put that file back from a backup of the keys, or set TINGSU_MASTER_KEY."
            )
        if fits is False:
            raise CannotStart(
                "The master key is not the one this database was sealed with: put the right secrets.json back, or set "
                "TINGSU_MASTER_KEY to the right one."
            )
        keys.keep_master_key(home)
        note_key(connection, os.environ["TINGSU_MASTER_KEY"])


def _fits(connection: psycopg.Connection, master_key: str) -> bool | None:
    """Does the key open this database? None when there is nothing to open."""
    if not _has(connection, "kernel_organisation"):
        return None
    sealed = connection.execute(
        "SELECT id::text, wrapped_key FROM kernel_organisation WHERE wrapped_key IS NOT NULL LIMIT 1"
    ).fetchone()
    if sealed is None:
        return None
    if _has(connection, "kernel_installation"):
        kept = connection.execute("SELECT key_check FROM kernel_installation").fetchone()
        if kept is not None and kept[0] is not None:
            return bytes(kept[0]) == keys.check_value(master_key)
    return opens(master_key, *sealed)


def opens(master_key: str, organisation_id: str, wrapped: bytes) -> bool:
    """Does the key open an organisation's wrapped key (kernel.crypto)?"""
    import base64

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        AESGCM(base64.b64decode(master_key)).decrypt(
            wrapped[1:13], wrapped[13:], f"organisation:{organisation_id}".encode()
        )
    except InvalidTag:
        return False
    return True


def note_key(connection: psycopg.Connection, master_key: str) -> None:
    """Keep the check value of the key in the database, where the table for it is there and the key is the right one."""
    if not _has(connection, "kernel_installation") or _fits(connection, master_key) is False:
        return
    kept, value = (
        connection.execute("SELECT key_check FROM kernel_installation").fetchone(),
        keys.check_value(master_key),
    )
    if kept is None:
        # A table that waits for a migration may ask for more: then the key is noted after it.
        with contextlib.suppress(psycopg.errors.NotNullViolation):
            connection.execute(
                "INSERT INTO kernel_installation (id, key_check) VALUES (1, %s) ON CONFLICT DO NOTHING", [value]
            )
    elif kept[0] is None or bytes(kept[0]) != value:
        connection.execute("UPDATE kernel_installation SET key_check = %s", [value])


def refuse_half(dsn: str) -> None:
    """Raises CannotStart when a restore into this database did not come to its end."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if (note_of(connection) or "").startswith(RESTORING):
            raise CannotStart(
                "A restore into this database was interrupted: run ./tingsu restore again with --again, which empties it "
                "and begins anew."
            )


def refuse_demo(dsn: str) -> None:
    """For whatever does real work. Raises CannotStart in a demo's home: its people are invented, its letters stay."""
    if os.environ.get("TINGSU_DEMO", "").lower() in {"1", "true", "yes"}:
        raise CannotStart("TINGSU_DEMO keeps every letter in the house: unset it, `./tingsu demo` sets it by itself.")
    if _holds(dsn, "is_demo"):
        raise CannotStart(
            "This home holds the demo with its invented cases: set TINGSU_HOME to another folder for real work, or start "
            "`./tingsu demo`."
        )


def refuse_real(dsn: str) -> None:
    """For the demo. Raises CannotStart where an organisation does real work."""
    if _holds(dsn, "NOT is_demo"):
        raise CannotStart(
            "This home holds an organisation that is no demo, and invented cases do not belong beside it: set TINGSU_HOME "
            "to another folder for the demo."
        )


def is_set_up(dsn: str) -> bool:
    """Is there an organisation that somebody can sign in to?"""
    return _holds(dsn, "stage <> 'founding'")


def _holds(dsn: str, condition: str) -> bool:
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not _has(connection, "kernel_organisation"):
            return False
        question = sql.SQL("SELECT 1 FROM kernel_organisation WHERE {} LIMIT 1").format(sql.SQL(condition))
        return connection.execute(question).fetchone() is not None


def note_of(connection: psycopg.Connection) -> str | None:
    """What is noted on the database itself (migrating._remember, RESTORING)."""
    found = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return found[0] if found else None


def _has(connection: psycopg.Connection, table: str) -> bool:
    """Is the table there, and may we read it? One that was brought here without its rights gets them by a migration."""
    found = connection.execute(
        "SELECT has_table_privilege(oid, 'SELECT') FROM pg_class WHERE oid = to_regclass(%s)", [table]
    ).fetchone()
    return found == (True,)
