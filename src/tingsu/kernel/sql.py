"""SQL written by hand: the ways to ask, and the statements of the kernel. Each app has its own in a module of this name.

Everything else asks through models or `kernel.rows`. A statement names the organisation itself, and what it may be given
comes as parameters; `tests/test_sql_by_hand.py` keeps cursors out of every other module.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

NEXT_SERIAL = """
INSERT INTO kernel_numberseries (id, organisation_id, scope, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (organisation_id, scope) DO UPDATE SET last = kernel_numberseries.last + 1 RETURNING last
"""
FURTHER_SERIALS = "UPDATE kernel_numberseries SET last = last + %s WHERE organisation_id = %s AND scope = %s"
"""For a scope whose row this transaction has locked."""
COUNT_ATTEMPT = """
INSERT INTO kernel_ratewindow (id, organisation_id, scope, subject, window_start, count) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation_id, scope, subject, window_start) DO UPDATE SET count = kernel_ratewindow.count + EXCLUDED.count RETURNING count
"""
MOVE_HEADS = """
UPDATE kernel_stream s SET last_seq = v.seq, last_hash = v.hash
FROM unnest(%s::uuid[], %s::int[], %s::bytea[]) AS v (id, seq, hash) WHERE s.organisation_id = %s AND s.id = v.id
"""


def rows_of(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Everything that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def value_of(statement: str, *parameters: Any) -> Any:
    """The one value that a statement gives."""
    return rows_of(statement, *parameters)[0][0]


def change(statement: str, *parameters: Any) -> int:
    """Carry out a statement that gives nothing; says how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def next_serial(id: uuid.UUID, organisation_id: uuid.UUID, scope: str) -> int:
    """The next serial of a scope; everybody in it waits for this transaction."""
    return int(value_of(NEXT_SERIAL, id, organisation_id, scope))


def count_attempt(
    id: uuid.UUID, organisation_id: uuid.UUID, scope: str, subject: bytes, start: datetime, by: int = 1
) -> int:
    """How many attempts of a subject the window has now, these among them."""
    return int(value_of(COUNT_ATTEMPT, id, organisation_id, scope, subject, start, by))


def move_heads(organisation_id: uuid.UUID, heads: Sequence[tuple[uuid.UUID, int, bytes]]) -> None:
    """Write the heads of several locked streams: (stream, number of the last event, its hash)."""
    ids, numbers, hashes = zip(*heads, strict=True)
    change(MOVE_HEADS, list(ids), list(numbers), list(hashes), organisation_id)


def try_lock(number: int) -> bool:
    """Take a lock of the connection, if nobody else has it."""
    return bool(value_of("SELECT pg_try_advisory_lock(%s)", number))


def unlock(number: int) -> None:
    value_of("SELECT pg_advisory_unlock(%s)", number)


def take_turns(name: str) -> None:
    """Until the open transaction ends, whoever asks for the same name waits."""
    value_of("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", name)


def counts(questions: Iterable[QuerySet[Any]], most: int) -> list[int]:
    """How many rows each question has, at most so many each, in one round trip."""
    statement, parameters = counting(questions, most)
    return list(rows_of(statement, *parameters)[0]) if statement else []


def counting(questions: Iterable[QuerySet[Any]], most: int) -> tuple[str, list[Any]]:
    """The statement that counts, with its parameters; empty without questions."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in questions:
        try:
            asked, given = rows.order_by().values("id")[:most].query.sql_with_params()
        except EmptyResultSet:  # a filter that nothing can meet
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({asked}) AS counted)")  # noqa: S608 made by the ORM, values are parameters
        parameters.extend(given)
    return "SELECT " + ", ".join(parts) if parts else "", parameters


def together(questions: Sequence[tuple[str, Sequence[Any], int]]) -> list[list[str]]:
    """The rows of several statements, each given with its parameters and its number of columns, in one round trip.

    A row is a JSON object of its columns, called c0, c1 and so on, for different statements have different columns.
    """
    found: list[list[str]] = [[] for _question in questions]
    parts: list[str] = []
    parameters: list[Any] = []
    for place, (statement, given, columns) in enumerate(questions):
        names = ", ".join(f"c{number}" for number in range(columns))
        parts.append(
            f"SELECT {place}, row_number() OVER (), row_to_json(f)::text FROM ({statement}) AS f ({names})"  # noqa: S608 made by the ORM
        )
        parameters.extend(given)
    if parts:
        for place, _number, row in sorted(rows_of(" UNION ALL ".join(parts), *parameters), key=lambda row: row[:2]):
            found[place].append(row)
    return found
