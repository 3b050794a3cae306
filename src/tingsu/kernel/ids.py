"""Identifiers: time-ordered keys for rows, unguessable codes for people."""

import secrets
import uuid
from datetime import datetime

import uuid_utils

from tingsu.kernel.spelling import fold

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


LONGEST_STEP = 2 * 3600 * 1000
"""Thousandths of a second: summer time, or a zone taken for another, set right."""
_newest = bytes(6)


def new_id() -> uuid.UUID:
    """A UUIDv7: keeps indexes warm. It is neither a time (the demo travels) nor a secret.

    Where the machine's clock is set back by an hour, keys of this process stand still until it has caught up: seals and
    the folding of figures know rows by the time in their keys, and none may slip in behind them. A longer step is followed.
    """
    global _newest
    made = uuid_utils.uuid7().bytes
    if made[:6] >= _newest:
        _newest = made[:6]
    elif int.from_bytes(_newest) - int.from_bytes(made[:6]) <= LONGEST_STEP:
        made = _newest + made[6:]
    else:
        _newest = made[:6]
    return uuid.UUID(bytes=made)


def first_of(at: datetime) -> uuid.UUID:
    """No key made after this instant is smaller. Only for rows whose instants are those of this machine's clock, or earlier."""
    return uuid.UUID(int=max(0, int(at.timestamp() * 1000)) << 80)


def new_code(length: int = 12) -> str:
    """An unguessable code without look-alike signs: 31^12 is about 2^59 (RG-14, IN-23)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def tidy_code(typed: str) -> str:
    """A code as somebody typed it: blanks, hyphens, small and wide letters forgiven."""
    return "".join(sign for sign in fold(typed).upper() if sign.isalnum())
