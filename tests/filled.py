"""Very many rows that several tests need, written once by a worker; each of the others gets a copy of that database."""

from collections.abc import Callable

from django.db import connections

from tests import database

_filled: set[str] = set()


def filled(name: str, fill: Callable[[], None]) -> None:
    """Put into this worker's database what `fill` writes, and commit it. For tests outside a transaction that have written
    nothing yet; `name` says all that `fill` depends on.
    """
    ours = connections["default"].settings_dict["NAME"]
    kept = f"{ours}_{name}"
    if kept not in _filled:
        fill()
    connections.close_all()
    database.end_connections()
    if kept in _filled:
        database.fresh_copy(ours, kept)
    else:
        database.fresh_copy(kept, ours)
        _filled.add(kept)


def drop_all() -> None:
    with database.home() as connection:
        while _filled:
            database.drop(connection, _filled.pop())
