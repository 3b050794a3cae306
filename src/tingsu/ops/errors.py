"""The ways in which starting can fail, each in one sentence that says what to do."""

from __future__ import annotations

import errno
from pathlib import Path


class CannotStart(Exception):
    """Something outside Tingsu is in the way. ``str(error)`` is one sentence, fit to print alone."""


def sentence_for(error: OSError) -> str:
    """Say in one sentence what an operating-system error means for the person who typed the command."""
    where = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full{where}: free at least 1 GB and start again."
        case errno.EROFS:
            return f"The disk is read-only{where}: set TINGSU_HOME to a folder that can be written, and start again."
        case errno.EACCES | errno.EPERM:
            return f"This user may not write here{where}: change the owner, or set TINGSU_HOME to a folder of yours."
        case _:
            return f"The operating system refused{where}: {error.strerror or error}."


def resolved(typed: str | Path) -> Path:
    """A path as somebody wrote it, with ``~`` and links followed. Raises CannotStart for one that leads nowhere."""
    try:
        return Path(typed).expanduser().resolve()
    except (RuntimeError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CannotStart(f"{str(typed)[:200]!r} is no path that can be followed: {why.rstrip('.')}.") from error


_OF_DATABASES = ("psycopg", "django.db")
_SENTENCES = {
    "42501": "The database's role may not do this ({said}): docs/ops.md, The roles, says what it needs.",
    "53100": "The database's disk is full: free at least 1 GB and start again.",
    "53300": "The database has no connection left ({said}): stop what else uses it, or allow more.",
    "25006": "The database takes no changes ({said}): name the server that does.",
}
"""By SQLSTATE: what a server says that is nobody's mistake in here."""
_GONE = "The database ended or cannot be reached ({said}): nothing acknowledged is lost; start again when it runs."


def database_sentence(error: BaseException | None) -> str | None:
    """Say in one sentence why a database refused or went away; None for what would be a mistake of ours."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))  # one that was raised from itself, or in a ring, has no end
        kind = type(error)
        if kind.__module__.startswith(_OF_DATABASES):
            state = getattr(error, "sqlstate", None)
            said = (str(error).strip().splitlines() or ["it said nothing"])[0].rstrip(".")
            if "No space left on device" in said:
                state = "53100"
            if state in _SENTENCES:
                return _SENTENCES[state].format(said=said)
            if kind.__name__ in {"OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown"} and not state:
                return _GONE.format(said=said)
            if state is not None and state[:2] in {"08", "57", "28"}:
                return _GONE.format(said=said)
        error = error.__cause__
    return None
