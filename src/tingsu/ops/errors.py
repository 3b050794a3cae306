"""The ways in which starting can fail, each in one sentence that says what to do."""

from __future__ import annotations

import errno


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
