"""What stands in a database, said so that two can be compared: rows and a digest of every table, histories, seals."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from tingsu.ops import rows

_FORM = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'iso_8601'"


def of_database(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Every table's rows and a digest over all their columns, as backups of before (``format`` 1) tell them. Needs an open transaction.

    The owner asks, because its policies hide nothing.
    """
    connection.execute(_FORM)
    told = {}
    for table in sorted(kept.name for kept in rows.tables(connection)):
        question = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} t")
        count, digest = connection.execute(question.format(sql.Identifier(table))).fetchone() or (0, "0")
        told[table] = [count, digest]
    return told


def sequences_behind(connection: psycopg.Connection[Any]) -> list[str]:
    """Sequences that would give out a number which a row has already. They stand outside all snapshots, so they are
    compared with their rows and not with what they were.
    """
    owned = connection.execute(
        "SELECT s.relname, t.relname, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
        "AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass "
        "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
        "WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    behind = []
    for sequence, table, column in owned:
        question = sql.SQL(
            "SELECT (SELECT max({}) FROM {}) > (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {})"
        )
        names = [sql.Identifier(name) for name in (column, table, sequence)]
        if connection.execute(question.format(*names)).fetchone() == (True,):
            behind.append(f"{sequence} is behind the rows of {table}")
    return behind


def summary(connection: psycopg.Connection[Any], organisation_id: str = "") -> list[dict[str, Any]]:
    """Each organisation, or this one, in figures that a person can compare: histories, events, the head of the last seal."""
    if connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() == (None,):
        return []
    found = connection.execute(
        "SELECT o.slug, o.is_demo, (SELECT count(*) FROM kernel_stream s WHERE s.organisation_id = o.id), "
        "(SELECT count(*) FROM kernel_event e WHERE e.organisation_id = o.id), "
        "(SELECT count(*) FROM kernel_seal l WHERE l.organisation_id = o.id), "
        "(SELECT encode(root, 'hex') FROM kernel_seal l WHERE l.organisation_id = o.id ORDER BY \"on\" DESC LIMIT 1), "
        '(SELECT max("on")::text FROM kernel_seal l WHERE l.organisation_id = o.id) '
        "FROM kernel_organisation o WHERE %s IN ('', o.id::text) ORDER BY o.slug",
        [organisation_id],
    ).fetchall()
    names = ("slug", "is_demo", "histories", "events", "seals", "last_root", "last_seal")
    return [dict(zip(names, row, strict=True)) for row in found]


def differences(before: dict[str, list[Any]], now: dict[str, list[Any]]) -> list[str]:
    """Which tables are not the same, in words."""
    said = []
    for name in sorted(set(before) | set(now)):
        then, today = before.get(name), now.get(name)
        if then and today and then != today and then[0] == today[0]:
            said.append(f"{name} has its {today[0]} rows, and not all are the same")
        elif then != today:
            said.append(f"{name}: {_shown(then)} then, {_shown(today)} now")
    return said


def _shown(value: list[Any] | None) -> str:
    return "nothing" if value is None else f"{value[0]} rows"
