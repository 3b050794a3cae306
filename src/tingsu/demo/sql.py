"""SQL by hand of the demo: jobs that the worker is spared, because the demo did their work in the past; practice copies taken away."""

import uuid
from collections.abc import Collection
from typing import Literal

from tingsu.kernel import sql
from tingsu.kernel.emptying import NAME

SPARE = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s AND args->>'{argument}' = ANY(%s)"


def spare_jobs(task: str, argument: Literal["letter_id", "event_id"], values: Collection[str]) -> None:
    """Take the waiting jobs of a task that name one of these values."""
    sql.change(SPARE.format(argument=argument), task, list(values))


WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args->>'organisation' = %s AND status IN ('todo', 'doing')"
AT_WORK = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'organisation' = %s AND status = 'doing'"
EMPTY = f"SELECT {NAME}(%s)"


def is_waiting(task: str, organisation_id: uuid.UUID) -> bool:
    """Is such a job of the organisation queued or at work?"""
    return bool(sql.value_of(WAITING, task, str(organisation_id)))


def is_at_work(organisation_id: uuid.UUID) -> bool:
    """Is a job of the organisation in a worker's hands?"""
    return bool(sql.value_of(AT_WORK, str(organisation_id)))


def empty_practice(organisation_id: uuid.UUID) -> None:
    """Every row of a practice copy, and the copy itself, at once (kernel.emptying)."""
    sql.value_of(EMPTY, organisation_id)
