"""Many actions in one transaction, written together: each says its rows as it always does, and they leave table by table.

For what registers hundreds at once (imported lists). What an action looks up it finds only among what was there before, so whoever
gathers takes together only what does not ask for one another. References are deferred, numbers stay without gaps: the first of a scope is
taken from its row, which is locked until the end, and the others follow it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import models

from tingsu.kernel import rows as single
from tingsu.kernel import sql
from tingsu.kernel.ids import new_id
from tingsu.kernel.rows import Rows
from tingsu.kernel.tenancy import current_organisation_id

SIZES = (32, 8, 1)
"""Rows in one INSERT: few sizes, because each is a statement of its own on the server."""


class Gathered(Rows):
    """What `writing` gives while several actions are gathered: nothing leaves before the end, but the first number of a scope."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._changes: list[tuple[models.Model, tuple[str, ...]]] = []
        self._jobs: list[list[Any]] = []
        self._serials: dict[str, tuple[int, int]] = {}

    def add(self, rows: Iterable[models.Model]) -> None:
        for row in rows:
            self._rows[type(row)].append(row)

    def change(self, row: models.Model, fields: Sequence[str]) -> None:
        self._changes.append((row, tuple(fields)))

    def defer(self, queue: str, task: str, at: datetime | None = None, **arguments: str) -> None:
        self._jobs.append(self.job(queue, task, at, arguments))

    def serial(self, scope: str) -> int:
        if scope not in self._serials:
            first = sql.next_serial(new_id(), current_organisation_id(), scope)
            self._serials[scope] = (first, first)
        else:
            first, last = self._serials[scope]
            self._serials[scope] = (first, last + 1)
        return self._serials[scope][1]

    def leave(self, rows: Rows) -> None:
        """Send everything: new rows table by table, then what changes in rows that stand, jobs and numbers."""
        for model, several in self._rows.items():
            for some in _sized(several):
                rows.insert(model, some)
        for row, fields in self._changes:
            rows.change(row, fields)
        for jobs in _sized(self._jobs):
            rows.defer_all(jobs)
        for scope, (first, last) in self._serials.items():
            if last > first:
                rows.further(scope, last - first)


def _sized(several: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """All of them, in pieces of the known sizes."""
    place = 0
    for size in SIZES:
        while len(several) - place >= size:
            yield several[place : place + size]
            place += size


@contextmanager
def together() -> Iterator[Gathered]:
    """Gather what the actions inside write; it leaves at the end, in the open transaction. One that fails leaves nothing."""
    gathered = Gathered()
    with single.gathering(gathered):
        yield gathered
    with single.writing() as rows:
        gathered.leave(rows)
