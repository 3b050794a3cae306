"""Changing rows behind the application, as whoever owns the tables could, and putting everything back afterwards."""

# ruff: noqa: S608
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from tests.database import owner


class Tamperer:
    """The tables' owner on the database of this test, with no trigger in the way."""

    def __init__(self, connection: psycopg.Connection, tables: tuple[str, ...]) -> None:
        self._connection, self._tables = connection, tables
        with connection.transaction():
            for table in tables:
                connection.execute(f'CREATE TABLE "kept_{table}" AS TABLE "{table}"')
                connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')

    @contextmanager
    def doing(self, *statements: str) -> Iterator[None]:
        """The statements are committed; afterwards the rows are those of before."""
        with self._connection.transaction():
            for statement in statements:
                done = self._connection.execute(statement)
                assert done.rowcount, f"changed nothing: {statement}"
        try:
            yield
        finally:
            with self._connection.transaction():
                self._connection.execute("SET CONSTRAINTS ALL DEFERRED")
                for table in self._tables:
                    self._connection.execute(f'DELETE FROM "{table}"')
                    self._connection.execute(f'INSERT INTO "{table}" SELECT * FROM "kept_{table}"')


@contextmanager
def tampering(*tables: str) -> Iterator[Tamperer]:
    """For tests with real transactions. What the test made must be committed."""
    with owner(connection.settings_dict["NAME"]) as raw:
        yield Tamperer(raw, tables)
