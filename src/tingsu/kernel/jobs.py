"""Background jobs: rows of our own transaction, each carrying its organisation (architecture §1)."""

import functools
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for, current_organisation_id

log = logging.getLogger(__name__)

STEADY = RetryStrategy(max_attempts=8, exponential_wait=4)
"""Eight tries over about a day; then the job stays as failed for a person to look at."""


SOONER = 10
"""The priority of what is due to the minute: a pile of letters must not hold up the sweep or an alert."""


class Job:
    """A background entry point: ids in, action called, done."""

    def __init__(self, function: Callable[..., None], queue: str, retry: RetryStrategy | None) -> None:
        name = f"{function.__module__.removeprefix('tingsu.')}.{function.__name__}"

        @functools.wraps(function)
        def run(*, organisation: str, **arguments: Any) -> None:
            with acting_for(uuid.UUID(organisation)):
                function(**arguments)

        self.name = name
        self.run = run
        priority = SOONER if queue == "clocks" else 0
        self.task = app.task(name=name, queue=queue, retry=retry or STEADY, priority=priority)(run)

    def defer(self, *, at: datetime | None = None, **arguments: Any) -> int:
        """Queue the job in the open transaction; with `at`, not before that instant of real time."""
        configured = self.task.configure(schedule_at=at) if at else self.task
        return configured.defer(organisation=str(current_organisation_id()), **arguments)

    def defer_all(self, several: Iterable[Mapping[str, Any]]) -> None:
        """Queue the job several times in the open transaction, in one statement."""
        organisation = str(current_organisation_id())
        if rows := [{"organisation": organisation, **arguments} for arguments in several]:
            self.task.batch_defer(*rows)


def job(*, queue: str = "default", retry: RetryStrategy | None = None) -> Callable[[Callable[..., None]], Job]:
    def decorate(function: Callable[..., None]) -> Job:
        return Job(function, queue, retry)

    return decorate


@dataclass
class _Round:
    """How far a periodic task has come: which loop over the organisations, and whose turn it is."""

    loops: int = 0
    turn: tuple[int, uuid.UUID] | None = None
    past: tuple[int, uuid.UUID] | None = None


_round: ContextVar[_Round | None] = ContextVar("round", default=None)


def one_by_one(function: Callable[..., None]) -> Callable[..., None]:
    """What fails in one organisation is logged, takes nothing from those after it, and fails the task at its end.

    For periodic tasks that loop over `each_organisation`, below `app.task`. A database that is away ends the task at once.
    """

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> None:
        failed: list[Exception] = []
        round_ = _Round()
        token = _round.set(round_)
        try:
            while True:
                round_.loops, round_.turn = 0, None
                try:
                    function(*given, **named)
                    break
                except (OperationalError, InterfaceError):
                    raise
                except Exception as error:
                    if round_.turn is None:
                        raise
                    log.exception("%s failed in organisation %s; the others follow", function.__name__, round_.turn[1])
                    failed.append(error)
                    round_.past = round_.turn
        finally:
            _round.reset(token)
        if failed:
            raise failed[0]

    return run


def each_organisation(*, practice: bool = True) -> Iterator[Organisation]:
    """Every organisation in turn, acting for it inside the loop body; for periodic work, whose tasks go `one_by_one`.

    A practice copy that is being emptied is left out; with `practice=False` all of them, for what counts real work.
    """
    round_ = _round.get() or _Round()
    round_.loops += 1
    loop = round_.loops
    wanted = Organisation.objects.exclude(stage=Organisation.Stage.EMPTYING)
    for organisation in list((wanted if practice else wanted.filter(practice_of=None)).order_by("pk")):
        if round_.past is not None and (loop, organisation.pk) <= round_.past:
            continue
        with acting_for(organisation.pk):
            round_.turn = (loop, organisation.pk)
            yield organisation
    round_.turn = None
