"""Writing many new rows in few round trips: prepared INSERTs in one pipeline (architecture §8, speed of registration).

For registration only, where every millisecond of Python counts; everything else saves through Django. Must run inside
an open transaction; what goes wrong raises Django's database errors.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from psycopg import Cursor
from psycopg.types.json import Jsonb

from tingsu.kernel.ids import new_id
from tingsu.kernel.numbers import NEXT
from tingsu.kernel.tenancy import current_organisation_id

Convert = Callable[[Any], Any] | None
DEFER = "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s, %s, 0, NULL, NULL, %s, NULL)::procrastinate_job_to_defer_v1])"


class Rows:
    """An open pipeline. Statements go out together; only `serial` waits for an answer."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self._cursor = cursor

    def add(self, rows: Iterable[models.Model]) -> None:
        """INSERT rows, in the order given."""
        for row in rows:
            sql, columns = insert_of(type(row))
            values = [
                getattr(row, name) if convert is None else convert(getattr(row, name)) for name, convert in columns
            ]
            self._cursor.execute(sql, values, prepare=True)

    def defer(self, queue: str, task: str, **arguments: str) -> None:
        """Queue a background job in the same transaction."""
        arguments["organisation"] = str(current_organisation_id())
        self._cursor.execute(DEFER, [queue, task, Jsonb(arguments)], prepare=True)

    def serial(self, scope: str) -> int:
        """The next serial of a scope: everybody who wants the same one now waits for this transaction."""
        self._cursor.execute(NEXT, [new_id(), current_organisation_id(), scope], prepare=True)
        found = self._cursor.fetchone()
        assert found is not None  # noqa: S101 RETURNING gives one row
        return int(found[0])


@contextmanager
def writing() -> Iterator[Rows]:
    """Open the pipeline on Django's own connection, so that its transaction holds."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline(), Cursor(connection.connection) as cursor:
        yield Rows(cursor)


@lru_cache(maxsize=64)
def insert_of(model: type[models.Model]) -> tuple[str, tuple[tuple[str, Convert], ...]]:
    """The INSERT of a model and how each attribute becomes a parameter."""
    fields = model._meta.local_concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("array_to_tsvector(%s::text[])" if isinstance(f, SearchVectorField) else "%s" for f in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # noqa: S608 names of our own columns
    return sql, tuple((field.attname, _converter(field)) for field in fields)


def _converter(field: models.Field) -> Convert:
    if isinstance(field, models.JSONField):
        return Jsonb
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: None if value is None else str(value)
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return lambda value: None if value is None else value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    return None
