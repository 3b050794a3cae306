"""Cases that many tests begin with, walked once by the real steps and kept: the next test steps onto them.

What a kept builder writes is committed to a copy of this worker's database. A test that asks for the same case, and has
written nothing yet, goes on in that copy within a transaction of its own, and steps back to the worker's database at its
end. Whoever has written before, stands outside a transaction, or changes settings or code walks the case anew.
"""

import copy
import functools
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from django.utils.translation import get_language
from psycopg.pq import TransactionStatus

from tests import database
from tests.cast import Cast, Person
from tingsu.kernel import clock
from tingsu.kernel.tenancy import SET_ORGANISATION, organisation_or_none

STANDS = (TransactionStatus.IDLE, TransactionStatus.INTRANS)
"""In a transaction, or before the first statement that begins it."""
AT_MOST = 10
"""So many copies are kept at once by a worker; the one that was longest of no use goes first."""
Builder = TypeVar("Builder", bound=Callable[..., Any])


@dataclass
class Kept:
    """A copy of the database with a case in it, the connection to it, and what the builder gave back."""

    name: str
    raw: Any
    answer: Any
    cast: Cast | None


class Unkeepable(Exception):
    """An argument that does not say all of itself."""


_kept: OrderedDict[Any, Kept] = OrderedDict()
_asked: Counter[Any] = Counter()
_home: Any = None
"""The worker's own connection while a test stands on a copy."""
_building = False
_changes = False
"""Whether the test may change settings or code, which no copy knows of."""
_number = 0


def kept(build: Builder) -> Builder:
    """For a function that walks a new case to where tests begin, from the cast and plain values, and gives it back. It has
    a clock of its own.
    """
    return _kept_by(build, still=False)


def kept_at_an_instant(build: Builder) -> Builder:
    """The same for one that takes the time from the test: kept where the test's clock stands still."""
    return _kept_by(build, still=True)


def kept_before_the_test(build: Builder) -> Builder:
    """For what a fixture begins with before it changes anything: kept from the first time, and for tests that change settings
    or code later too. The settings that it depends on it sets itself, so that it is the same whoever asks.
    """
    return _kept_by(build, still=False, before=True)


def _kept_by(build: Builder, *, still: bool, before: bool = False) -> Builder:
    @functools.wraps(build)
    def given(*args: Any, **values: Any) -> Any:
        key = None if still and clock._travelled.get() is None else _key(build, args, values)
        if key is None or (_changes and not before) or not _may_step():
            return build(*args, **values)
        _asked[key] += 1
        if key not in _kept:
            if _asked[key] == 1 and not before:
                return build(*args, **values)
            _kept[key] = _keep(lambda: build(*args, **values), _cast_of(args))
        _kept.move_to_end(key)
        return _step_onto(_kept[key], _cast_of(args))

    return given  # type: ignore[return-value]


def begin(item: pytest.Item) -> None:
    global _changes
    asked = item._fixtureinfo  # type: ignore[attr-defined]
    ours = [
        one.argnames
        for found in asked.name2fixturedefs.values()
        for one in found
        if not one.func.__module__.startswith(("pytest_django", "_pytest"))
    ]
    _changes = any({"monkeypatch", "settings"} & set(names) for names in (asked.argnames, *ours))


def step_back() -> None:
    """Back to the worker's own database, whatever became of the test."""
    global _home
    if _home is None:
        return
    ours = connections["default"]
    raw, ours.connection, _home = ours.connection, _home, None
    for key in [key for key, one in _kept.items() if one.raw.closed]:
        _forget(key)
    for one in (raw, ours.connection):
        if one is not None and not one.closed:
            if one.info.transaction_status != TransactionStatus.IDLE:
                one.rollback()
            one.autocommit = one is ours.connection


def forget_all() -> None:
    """The last test ends together with the worker: it steps back before its copy goes."""
    step_back()
    for key in list(_kept):
        _forget(key)


def _key(build: Callable[..., Any], args: tuple[Any, ...], values: dict[str, Any]) -> Any:
    try:
        return (
            build.__module__, build.__qualname__, clock._travelled.get(), get_language(), organisation_or_none(),
            _said(args), _said(values),
        )  # fmt: skip
    except Unkeepable:
        return None


def _said(value: Any) -> Any:
    if isinstance(value, Cast):
        return ("cast",)
    if isinstance(value, Person):
        return ("person", value.id)
    if isinstance(value, dict):
        return ("dict", *((name, _said(one)) for name, one in value.items()))
    if isinstance(value, list | tuple):
        return ("list", *map(_said, value))
    if value is None or isinstance(value, str | int | datetime):
        return (type(value).__name__, value)
    raise Unkeepable


def _cast_of(args: tuple[Any, ...]) -> Cast | None:
    return next((one for one in args if isinstance(one, Cast)), None)


def _may_step() -> bool:
    ours = connections["default"]
    if _building or _home is not None or not ours.in_atomic_block or ours.needs_rollback:
        return False
    if ours.run_on_commit or ours.connection is None:
        return False
    if ours.connection.autocommit or ours.connection.info.transaction_status not in STANDS:
        return False
    return bool(ours.connection.execute("SELECT pg_current_xact_id_if_assigned() IS NULL").fetchone()[0])


def _keep(build: Callable[[], Any], cast: Cast | None) -> Kept:
    """Walk the case in a copy of its own, and commit it there."""
    global _building, _number
    while len(_kept) >= AT_MOST:
        _forget(next(iter(_kept)))
    ours = connections["default"]
    _number += 1
    name = f"{ours.settings_dict['NAME']}_{_number}"
    database.fresh_copy(name)
    home, hooks = ours.connection, len(ours.run_on_commit)
    raw = ours.connection = ours.get_new_connection(ours.get_connection_params() | {"dbname": name})
    _building = True
    try:
        ours.init_connection_state()
        raw.autocommit = False
        connection_created.send(sender=type(ours), connection=ours)
        answer = build()
        raw.commit()
    except BaseException:
        raw.close()
        raise
    finally:
        _building = False
        ours.connection = home
        del ours.run_on_commit[hooks:]
    return Kept(name, raw, copy.deepcopy(answer, {id(cast): cast}), cast)


def _step_onto(one: Kept, cast: Cast | None) -> Any:
    global _home
    ours = connections["default"]
    _home, ours.connection = ours.connection, one.raw
    organisation = organisation_or_none()
    one.raw.execute(SET_ORGANISATION, [str(organisation) if organisation else ""])
    for savepoint in filter(None, ours.savepoint_ids):
        one.raw.execute(f"SAVEPOINT {ours.ops.quote_name(savepoint)}")
    return copy.deepcopy(one.answer, {id(one.cast): cast})


def _forget(key: Any) -> None:
    one = _kept.pop(key)
    one.raw.close()
    with database.home() as connection:
        database.drop(connection, one.name)
