"""Organisations and forced row-level security.

The organisation is a context variable that `acting_for` sets on the connection outside any transaction and clears at
the end. The application's database role owns nothing and cannot bypass the policies: a forgotten filter returns nothing.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.db.backends.signals import connection_created
from django.db.transaction import Atomic
from psycopg import OperationalError

from tingsu.kernel.ids import new_id

_organisation: ContextVar[uuid.UUID | None] = ContextVar("tingsu_organisation", default=None)
SET_ORGANISATION = "SELECT set_config('tingsu.organisation', %s, false)"


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


def _tell_database() -> None:
    if connection.connection is None or connection.connection.closed:
        return  # follow_connections() tells the next one
    value = _organisation.get()
    # Straight on the driver's connection: Django's would refuse while a failed transaction is being rolled back.
    if connection.connection.info.transaction_status == 3:  # in error; the rollback brings the outer value back
        return
    try:
        connection.connection.execute(SET_ORGANISATION, [str(value) if value else ""])
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()  # the server went away since the last request; the next connection is told
    else:
        # This was the question whether the connection is alive.
        connection.health_check_done = True  # type: ignore[attr-defined]


def _in_real_transaction() -> bool:
    blocks: list[Atomic] = connection.atomic_blocks
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


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


def _on_connection(sender: object, connection: Any, **kwargs: object) -> None:
    value = _organisation.get()
    if value is not None:
        connection.connection.execute(SET_ORGANISATION, [str(value)])


def follow_connections() -> None:
    """A reconnect in the middle of a request must not lose the organisation."""
    connection_created.connect(_on_connection, dispatch_uid="tingsu.tenancy")


class TenantModel(models.Model):
    """Base of every table that belongs to an organisation.

    `append_only = True` on the class takes UPDATE and DELETE from the application's role and adds a trigger.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField(default=current_organisation_id, editable=False)

    append_only = False

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey):
    """A reference inside one organisation: (organisation_id, x_id) → (organisation_id, id) in the database.

    The composite constraint is made by `tingsu.kernel.tables.ensure_tenancy`, because foreign-key checks ignore
    row-level security and a single-column key would let one organisation point at another's row.
    """

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        # Django leaves out what is true by its own default; ours is the other way round.
        if kwargs.pop("db_index", True):
            kwargs["db_index"] = True
        return name, "tingsu.kernel.tenancy.TenantForeignKey", args, kwargs
