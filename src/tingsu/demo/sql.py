"""SQL by hand of the demo: jobs that the worker is spared, because the demo did their work in the past."""

from collections.abc import Collection
from typing import Literal

from tingsu.kernel import sql

SPARE = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s AND args->>'{argument}' = ANY(%s)"


def spare_jobs(task: str, argument: Literal["letter_id", "event_id"], values: Collection[str]) -> None:
    """Take the waiting jobs of a task that name one of these values."""
    sql.change(SPARE.format(argument=argument), task, list(values))
