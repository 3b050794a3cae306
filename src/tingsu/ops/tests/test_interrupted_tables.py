"""Somebody stops Tingsu while it makes its tables: the next start goes on, also past an index that was half built."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import database

INDEX = """
import django
django.setup()
from django.db import connection, models
from tingsu.kernel.models import Stream
with connection.schema_editor(atomic=False) as editor:
    for name in ("half_built", "finished", "not_begun"):
        editor.add_index(Stream, models.Index(fields=["organisation_id", "kind"], name=name), concurrently=True)
"""
VALID = (
    "SELECT relname, indisvalid, indisunique FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = ANY(%s)"
)
NAMES = ["half_built", "finished", "not_begun"]


@pytest.fixture
def place() -> Iterator[str]:
    name = f"tingsu_interrupted_{os.getpid()}"
    database.ensure_template()
    database.fresh_copy(name)
    yield name
    with database.owner(conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["dbname"]) as connection:
        database.drop(connection, name)


@pytest.mark.req("RC-03")
def test_a_migration_that_was_interrupted_goes_on_past_half_built_and_finished_indexes(place: str) -> None:
    with database.owner(place) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):  # the cast has many members: the index stays, and is none
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY half_built ON kernel_stream (organisation_id, kind)")
        connection.execute("CREATE INDEX finished ON kernel_stream (organisation_id, kind)")
        before = {name: valid for name, valid, _unique in connection.execute(VALID, [NAMES])}
        assert before == {"half_built": False, "finished": True}
        database.run_in(place, INDEX, role="owner")
        after = {name: (valid, unique) for name, valid, unique in connection.execute(VALID, [NAMES])}
    assert after == dict.fromkeys(NAMES, (True, False))
