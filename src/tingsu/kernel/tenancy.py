"""Organisations and forced row-level security.

The organisation is a context variable that `acting_for` enters once per request or job, outside any transaction. How the
database hears of it is known to this module alone, in one of two ways (`TENANCY` in the settings):

-   `session`: `acting_for` sets it on the connection and clears it at the end. Nothing more to do for a statement.
-   `transaction`: `SET LOCAL` at the start of each transaction, and a statement outside one gets one of its own. For
    engines and proxies that hand a transaction to another connection or machine: a setting of the session stays behind.

The application's database role owns nothing and cannot bypass the policies: a forgotten filter returns nothing. The
manager names the organisation in the `WHERE` of every query besides, so that a database shared out over several machines
asks the one that has the rows.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import connection, models
from django.db.backends.signals import connection_created
from django.db.models.base import ModelState
from django.db.models.expressions import Expression
from django.db.models.sql import Query
from django.db.transaction import Atomic
from psycopg import OperationalError
from psycopg.pq import TransactionStatus

from tingsu.kernel.filling import columns_of, fill
from tingsu.kernel.ids import new_id

_organisation: ContextVar[uuid.UUID | None] = ContextVar("tingsu_organisation", default=None)
SET_ORGANISATION = "SELECT set_config('tingsu.organisation', %s, false)"
Row = TypeVar("Row", bound=models.Model, covariant=True)


class NoOrganisation(RuntimeError):
    """Code that needs an organisation ran outside `acting_for`: a defect, not a user's mistake."""


def current_organisation_id() -> uuid.UUID:
    """The organisation in whose name we act. Raises NoOrganisation outside `acting_for`."""
    organisation_id = _organisation.get()
    if organisation_id is None:
        raise NoOrganisation("Enter acting_for(organisation) first.")
    return organisation_id


def organisation_or_none() -> uuid.UUID | None:
    return _organisation.get()


def by_transaction() -> bool:
    """Whether the organisation travels with each transaction instead of the session."""
    return bool(settings.TENANCY == "transaction")


@contextmanager
def acting_for(organisation_id: uuid.UUID) -> Iterator[None]:
    """Act in the name of one organisation, once per request or job, outside any transaction."""
    previous = _organisation.get()
    if previous != organisation_id and _in_real_transaction():
        raise RuntimeError("acting_for() must be entered outside a transaction: a rollback would undo it.")
    token = _organisation.set(organisation_id)
    try:
        if previous != organisation_id:
            _tell_database()
        yield
    finally:
        _organisation.reset(token)
        if previous != organisation_id:
            _tell_database()


def _in_real_transaction() -> bool:
    blocks: list[Atomic] = connection.atomic_blocks
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


def _tell_database() -> None:
    raw = connection.connection
    if raw is None or raw.closed:
        return  # follow_connections() tells the next one
    if raw.info.transaction_status == TransactionStatus.INERROR:
        return  # the rollback brings the outer value back
    if by_transaction():
        if raw.info.transaction_status != TransactionStatus.IDLE:
            raw.execute(_set_local())  # a test's own transaction; ours are told as they begin
        elif not connection.in_atomic_block:
            connection.health_check_done = False  # type: ignore[attr-defined]
        return
    value = _organisation.get()
    try:
        # Straight on the driver's connection: Django's would refuse while a failed transaction is being rolled back.
        raw.execute(SET_ORGANISATION, [str(value) if value else ""])
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()  # the server went away since the last request; the next connection is told
    else:
        # This was the question whether the connection is alive.
        connection.health_check_done = True  # type: ignore[attr-defined]


def _set_local() -> str:
    """A command, not a function call: it takes no snapshot, and an engine of many machines passes it on."""
    value = _organisation.get()
    return f"SET LOCAL tingsu.organisation TO '{value or ''}'"


@contextmanager
def told() -> Iterator[None]:
    """Around statements straight on the driver's connection: the database knows the organisation while they run."""
    connection.ensure_connection()
    if not by_transaction() or _organisation.get() is None:
        yield
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with _begun(connection):
        yield


@contextmanager
def _begun(database: Any) -> Iterator[None]:
    raw = database.connection
    if raw.info.transaction_status != TransactionStatus.IDLE:
        yield  # told at its first statement
    elif raw.autocommit:
        with raw.transaction():
            raw.execute(_set_local())
            yield
    else:
        raw.execute(_set_local())
        yield


def _tell_first(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Wrapped around every statement of Django's where the organisation travels with the transaction."""
    if _organisation.get() is None:
        return execute(sql, params, many, context)
    with _begun(context["connection"]):
        return execute(sql, params, many, context)


def _on_connection(sender: object, connection: Any, **kwargs: object) -> None:
    if _tell_first in connection.execute_wrappers:
        connection.execute_wrappers.remove(_tell_first)
    if by_transaction():
        connection.execute_wrappers.append(_tell_first)
    elif value := _organisation.get():
        connection.connection.execute(SET_ORGANISATION, [str(value)])


def follow_connections() -> None:
    """A reconnect in the middle of a request must not lose the organisation."""
    connection_created.connect(_on_connection, dispatch_uid="tingsu.tenancy")


class CurrentOrganisation(Expression):
    """The organisation in whose name the statement runs, looked up when it is put together; NULL outside `acting_for`."""

    output_field = models.UUIDField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        value = _organisation.get()
        return ("NULL", ()) if value is None else ("%s", (value,))


def _organisation_of(model: Any) -> Any:
    return model._meta.get_field("organisation_id")


@lru_cache(maxsize=512)
def _query_naming(model: type[models.Model]) -> Query:
    """All rows of a model where they belong to the organisation; copied by every query."""
    query = Query(model)
    field = _organisation_of(model)
    condition = field.get_lookup("exact")(field.get_col(query.get_initial_alias()), CurrentOrganisation())
    query.where.add(condition, query.where.connector)
    return query


class TenantManager(models.Manager[Row]):
    """Names the organisation in the `WHERE` of whatever is read, changed or deleted."""

    def get_queryset(self) -> models.QuerySet[Row]:
        rows: type[models.QuerySet[Row]] = self._queryset_class  # type: ignore[attr-defined]
        query = _query_naming(self.model).clone()
        return rows(model=self.model, query=query, using=self._db, hints=self._hints)  # type: ignore[attr-defined]


class TenantModel(models.Model):
    """Base of every table that belongs to an organisation. In the database its key is `(organisation_id, id)`.

    `append_only = True` on the class takes UPDATE and DELETE from the application's role and adds a trigger. `written_once` names
    columns that a trigger keeps as they were first set, whoever writes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField(default=current_organisation_id, editable=False)

    append_only = False
    written_once: ClassVar[tuple[str, ...]] = ()
    sealed_alone: ClassVar[dict[str, str]] = {}
    """Columns that are sealed under the organisation's key itself, not under a data key, and the context of each, `{pk}` for the row."""
    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or not fill(self, kwargs):
            super().__init__(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **others: Any) -> Self:
        columns = columns_of(cls)
        if columns is None or others or len(values) != len(columns.stored):
            return super().from_db(db, field_names, values, **others)
        row = cls.__new__(cls)
        row._state = state = ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(columns.stored, values, strict=True))
        return row

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row, naming its organisation, which Django's own way of deleting one object leaves out."""
        return type(self).objects.filter(pk=self.pk).delete()


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference inside one organisation: (organisation_id, x_id) → (organisation_id, id) in the database.

    The composite constraint is made by `tingsu.kernel.tables.ensure_tenancy`, because foreign-key checks ignore
    row-level security and a single-column key would let one organisation point at another's row.
    """

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def get_joining_fields(self, reverse_join: bool = False) -> tuple[tuple[Any, Any], ...]:
        """Joins are made by organisation and id, as the constraint and the key behind it are."""
        own, other = _organisation_of(self.model), _organisation_of(self.related_model)
        return ((other, own) if reverse_join else (own, other), *super().get_joining_fields(reverse_join))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        # Django leaves out what is true by its own default; ours is the other way round.
        if kwargs.pop("db_index", True):
            kwargs["db_index"] = True
        return name, "tingsu.kernel.tenancy.TenantForeignKey", args, kwargs
