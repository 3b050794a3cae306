"""Reading and writing the rows of a case in few round trips: prepared statements in one pipeline (architecture §8).

For what every action does (its case, promises, events, letters), where a millisecond counts; everything else goes
through Django. Writing must run inside an open transaction; what goes wrong raises Django's database errors.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.contrib.postgres.search import SearchVectorField
from django.db import DatabaseError, connection, models
from django.db.models.functions import JSONObject
from psycopg import RawCursor
from psycopg.types.json import Jsonb

from tingsu.kernel.ids import new_id
from tingsu.kernel.sql import FURTHER_SERIALS, NEXT_SERIAL
from tingsu.kernel.tenancy import current_organisation_id, told

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[[Any], Any] | None
DEFER_ONE = "ROW(%s, %s, 0, NULL, NULL, %s, %s)::procrastinate_job_to_defer_v1"
DEFER = "SELECT procrastinate_defer_jobs_v1(ARRAY[%s])"
MOST_TOGETHER = 8
"""Rows in one INSERT: each number of rows is a statement of its own on the server."""


class Found(Generic[Row]):
    """The answer to a question that is still under way: asking for it waits."""

    def __init__(self, model: type[Row], cursor: RawCursor[Any]) -> None:
        self._model, self._cursor = model, cursor

    def all(self) -> list[Row]:
        """The rows as Django would have loaded them."""
        _sql, names, converters = select_of(self._model)
        with connection.wrap_database_errors:
            rows = [list(values) for values in self._cursor.fetchall()]
        for values in rows:
            for place, convert in converters:
                values[place] = convert(values[place])
        return [self._model.from_db("default", names, values) for values in rows]

    def first(self) -> Row | None:
        return next(iter(self.all()), None)


_gathered: ContextVar["Rows | None"] = ContextVar("gathered", default=None)


class Rows:
    """An open pipeline. Statements go out together; only `serial` and what was found wait for an answer."""

    def __init__(self, cursor: RawCursor[Any]) -> None:
        self._cursor = cursor

    def change(self, row: models.Model, fields: Sequence[str]) -> None:
        """UPDATE some columns of a row that the transaction has locked."""
        self._execute(*_update(row, fields))

    def add(self, rows: Iterable[models.Model]) -> None:
        """INSERT rows, in the order given; neighbours of one table together."""
        for model, neighbours in groupby(rows, type):
            for batch in batched(neighbours, MOST_TOGETHER):
                self.insert(model, batch)

    def insert(self, model: type[models.Model], several: Sequence[models.Model]) -> None:
        """INSERT rows of one table in one statement."""
        self._execute(insert_of(model, len(several)), [value for row in several for value in values_of(row)])

    def defer(self, queue: str, task: str, at: datetime | None = None, **arguments: str) -> None:
        """Queue a background job in the same transaction; with `at`, not before that instant of real time."""
        self.defer_all([self.job(queue, task, at, arguments)])

    def defer_all(self, jobs: Sequence[list[Any]]) -> None:
        """Queue several background jobs in one statement, each as `job` says it."""
        self._execute(DEFER % ", ".join([DEFER_ONE] * len(jobs)), [value for one in jobs for value in one])

    @staticmethod
    def job(queue: str, task: str, at: datetime | None, arguments: dict[str, str]) -> list[Any]:
        """A background job of this organisation, as the database is told of it."""
        return [queue, task, Jsonb({**arguments, "organisation": str(current_organisation_id())}), at]

    def serial(self, scope: str) -> int:
        """The next serial of a scope: everybody who wants the same one now waits for this transaction."""
        self._execute(NEXT_SERIAL, [new_id(), current_organisation_id(), scope])
        found = self._cursor.fetchone()
        assert found is not None  # noqa: S101 RETURNING gives one row
        return int(found[0])

    def further(self, scope: str, by: int) -> None:
        """So many more serials of a scope were given, after the one that `serial` locked it with."""
        self._execute(FURTHER_SERIALS, [by, current_organisation_id(), scope])

    def _execute(self, sql: str, parameters: list[Any]) -> None:
        self._cursor.execute(numbered(sql), parameters, prepare=True)


def asked(model: type[Row], where: str, *parameters: Any) -> Found[Row]:
    """The rows of this organisation that fulfil a condition on columns.

    Inside `writing` the question only goes out, and what was asked first is locked and read first.
    """
    sql = f"{select_of(model)[0]} WHERE organisation_id = %s AND {where}"
    return Found(model, ask(sql, current_organisation_id(), *parameters))


def asked_together(
    conditions: Mapping[type[models.Model], "str | Through"], key: uuid.UUID | int
) -> dict[type[models.Model], list[Any]]:
    """Rows of many tables in one statement: of each table those of this organisation whose column equals the key.

    ``conditions`` names the column of each table, or through which other row it is found. Rows come as JSON, in the order they were made; what cannot be read
    back from JSON exactly (see `from_json`) may not be asked for like this.
    """
    places = tuple(conditions.items())
    found: dict[type[models.Model], list[Any]] = {model: [] for model in conditions}
    for place, text in ask(_together(places), current_organisation_id(), key).fetchall():
        model = places[place][0]
        found[model].append(row_of(model, json.loads(text)))
    for rows in found.values():
        rows.sort(key=lambda row: row.pk)
    return found


def row_of(model: type[Row], values: Mapping[str, Any]) -> Row:
    """A row as Django would have loaded it, from its columns as the database tells them in JSON."""
    names, columns = _read_of(model)
    row = [values[column] if convert is None else convert(values[column]) for column, convert in columns]
    return model.from_db("default", names, row)


def as_json(model: type[models.Model]) -> JSONObject:
    """The columns of a row for `row_of`, to be read beside another row in one statement."""
    return JSONObject(**{str(field.column): field.attname for field in model._meta.local_concrete_fields})


@dataclass(frozen=True)
class Through:
    """The row is named by another one: `column` equals what stands in `names` of the one row of `model` with the key."""

    column: str
    model: type[models.Model]
    names: str
    by: str = "id"
    """The column of that row which holds the key; one row of the organisation has it."""


@lru_cache(maxsize=32)
def _together(places: tuple[tuple[type[models.Model], str | Through], ...]) -> str:
    return " UNION ALL ".join(
        f'SELECT {place}, to_jsonb(found.*) FROM "{model._meta.db_table}" AS found'  # noqa: S608 names of our own tables
        f" WHERE organisation_id = $1 AND {_equal(column)}"
        for place, (model, column) in enumerate(places)
    )


def _equal(column: str | Through) -> str:
    if isinstance(column, str):
        return f"{column} = $2"
    table = column.model._meta.db_table
    return f'{column.column} = (SELECT {column.names} FROM "{table}" WHERE organisation_id = $1 AND {column.by} = $2)'  # noqa: S608


@lru_cache(maxsize=128)
def _read_of(model: type[models.Model]) -> tuple[list[str], tuple[tuple[str, Convert], ...]]:
    """The attributes of a model, and for each its column and how its JSON becomes a value again."""
    fields = model._meta.local_concrete_fields
    return [field.attname for field in fields], tuple((field.column, from_json(field)) for field in fields)


def from_json(field: Any) -> Convert:
    """How a column's JSON becomes the value Django would have loaded. Raises TypeError for a kind that would lose something."""
    if isinstance(field, models.ForeignKey):
        return from_json(field.target_field)
    kinds: tuple[tuple[tuple[type[Any], ...], Convert], ...] = (
        ((models.UUIDField,), uuid.UUID),
        ((models.DateTimeField,), datetime.fromisoformat),
        ((models.DateField,), date.fromisoformat),
        ((models.BinaryField,), lambda value: bytes.fromhex(value[2:])),
        ((models.JSONField, models.CharField, models.TextField, models.BooleanField, models.IntegerField), None),
    )
    for known, convert in kinds:
        if isinstance(field, known):
            return convert if convert is None else partial(_unless_none, convert)
    raise TypeError(f"{field} cannot be read back from JSON")


def _unless_none(convert: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else convert(value)


def ask(sql: str, *parameters: Any) -> RawCursor[Any]:
    """Ask a question as a prepared statement on Django's own connection; the cursor waits for the answer."""
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    with connection.wrap_database_errors, told():
        cursor = RawCursor(connection.connection)
        cursor.execute(numbered(sql), parameters, prepare=True)
    return cursor


def id_of(model: type[models.Model], column: str, value: Any) -> uuid.UUID | None:
    """The id of the organisation's one row whose column equals the value."""
    sql = f'SELECT id FROM "{model._meta.db_table}" WHERE organisation_id = %s AND "{column}" = %s'  # noqa: S608 our own columns
    row = ask(sql, current_organisation_id(), value).fetchone()
    return row[0] if row is not None else None


def write_row(row: models.Model, fields: Sequence[str] | None = None) -> None:
    """INSERT a row that is new, or UPDATE one that was read: the `fields`, or all of it. Raises Django's errors of the database.

    What `Model.save` does of it for a table of an organisation, without making the statement anew each time.
    """
    if row._state.adding:
        ask(insert_of(type(row), 1), *values_of(row))
        row._state.adding, row._state.db = False, "default"
        return
    sql, parameters = _update(row, _all_but_key(type(row)) if fields is None else fields)
    if ask(sql, *parameters).rowcount != 1:
        raise DatabaseError(f"{row._meta.label} {row.pk} is not there to be changed")


def put(row: models.Model, key: Sequence[str], changes: Sequence[str]) -> None:
    """INSERT a row; when one with the same unique columns `key` stands there, change some columns of that one instead.

    One statement, outside a transaction too.
    """
    unique = ", ".join(f'"{name}"' for name in key)
    changed = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in changes)
    ask(f"{insert_of(type(row), 1)} ON CONFLICT ({unique}) DO UPDATE SET {changed}", *values_of(row))


@lru_cache(maxsize=512)
def numbered(sql: str) -> bytes:
    """Our SQL with its places numbered, as the server wants them: the driver need not read it again each time."""
    first, *others = sql.split("%s")
    return (first + "".join(f"${place}{part}" for place, part in enumerate(others, 1))).encode()


@contextmanager
def gathering(rows: Rows) -> Iterator[None]:
    """Let `writing` give these rows (`kernel.gathering`)."""
    token = _gathered.set(rows)
    try:
        yield
    finally:
        _gathered.reset(token)


def gathered_now() -> Rows | None:
    """What gathers the rows of this moment, if anything does."""
    return _gathered.get()


@contextmanager
def writing() -> Iterator[Rows]:
    """Open the pipeline on Django's own connection, so that its transaction holds. While actions are gathered, that which gathers."""
    if (gathered := _gathered.get()) is not None:
        yield gathered
        return
    with (
        connection.wrap_database_errors,
        told(),
        connection.connection.pipeline(),
        RawCursor(connection.connection) as cursor,
    ):
        yield Rows(cursor)


def values_of(row: models.Model) -> list[Any]:
    """The values of a row's columns as parameters. What has the right type already is not converted."""
    read, columns = _reader_of(type(row))
    return [
        value if convert is None or type(value) is kind else convert(value)
        for value, (kind, convert) in zip(read(row), columns, strict=True)
    ]


@lru_cache(maxsize=64)
def _reader_of(model: type[models.Model]) -> tuple[Callable[[Any], Any], tuple[tuple[Any, Convert], ...]]:
    """Reads all columns of a row at once, and of each the type that needs no converting, and the converter."""
    kinds = ((models.CharField | models.TextField, str), (models.UUIDField | models.ForeignKey, uuid.UUID))
    columns = []
    for field in model._meta.local_concrete_fields:
        kind = next((kind for fields, kind in kinds if isinstance(field, fields)), None)
        columns.append((kind, _converter(field)))
    return attrgetter(*(field.attname for field in model._meta.local_concrete_fields)), tuple(columns)


@lru_cache(maxsize=256)
def insert_of(model: type[models.Model], count: int) -> str:
    """The INSERT of so many rows of a model."""
    fields = model._meta.local_concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("array_to_tsvector(%s::text[])" if isinstance(f, SearchVectorField) else "%s" for f in fields)
    lines = ", ".join([f"({places})"] * count)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {lines}'  # noqa: S608 names of our own columns


@lru_cache(maxsize=512)
def update_of(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Convert], ...]]:
    """The UPDATE of some fields of a row found by organisation and id; the attributes it sets and how each becomes a parameter."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f'UPDATE "{model._meta.db_table}" SET {changes} WHERE organisation_id = %s AND id = %s'  # noqa: S608 our own columns
    return sql, tuple((field.attname, _converter(field)) for field in fields)


def _update(row: models.Model, names: Sequence[str]) -> tuple[str, list[Any]]:
    sql, columns = update_of(type(row), tuple(names))
    values = [getattr(row, name) if convert is None else convert(getattr(row, name)) for name, convert in columns]
    return sql, [*values, current_organisation_id(), row.pk]


@lru_cache(maxsize=128)
def _all_but_key(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.local_concrete_fields if f.attname not in {"id", "organisation_id"})


@lru_cache(maxsize=64)
def select_of(model: type[models.Model]) -> tuple[str, list[str], tuple[tuple[int, Callable[[Any], Any]], ...]]:
    """The SELECT of a model's columns, their attributes, and what must be converted at which place."""
    fields = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    converters = []
    for place, field in enumerate(fields):
        column = field.get_col(model._meta.db_table)
        for convert in [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]:
            converters.append((place, partial(convert, expression=column, connection=connection)))
    sql = f'SELECT {columns} FROM "{model._meta.db_table}"'  # noqa: S608 names of our own columns
    return sql, [field.attname for field in fields], tuple(converters)


def batched(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """Rows in groups of at most so many."""
    waiting = iter(rows)
    while batch := list(islice(waiting, most)):
        yield batch


def _converter(field: Any) -> Convert:
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else Jsonb(value)
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: None if value is None else str(value)
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return lambda value: None if value is None else value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    return None
