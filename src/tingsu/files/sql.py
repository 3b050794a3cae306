"""SQL by hand of the store: the lock that sweeping and backing up agree on."""

from collections.abc import Iterator
from contextlib import contextmanager

from tingsu.files.keeping import KEEPING
from tingsu.kernel import sql

TRY = "SELECT pg_try_advisory_lock(%s)"
LEAVE = "SELECT pg_advisory_unlock(%s)"


@contextmanager
def may_delete() -> Iterator[bool]:
    """Whether files may be deleted now: not while a backup copies them (`ops/backup.py`)."""
    free = bool(sql.value_of(TRY, KEEPING))
    try:
        yield free
    finally:
        if free:
            sql.value_of(LEAVE, KEEPING)
