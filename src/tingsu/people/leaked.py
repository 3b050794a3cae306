"""Passwords that stood in leaks make no password here (ASVS 6.2.12). Nothing is asked outside the house.

Twenty thousand of the commonest come with Django. A firm that wants more names a file of SHA-1 digests in order, one a line, with or
without `:count` behind: that is how the collection of leaked passwords is given away. The file is searched, never read as a whole.
"""

import hashlib
import logging
import mmap
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
_LINE = re.compile(rb"[0-9A-F]{40}(?::\d+)?\r?\n?", re.IGNORECASE)


def digest_of(password: str) -> bytes:
    """As such lists write it. What is looked up is no secret's seal: passwords are kept by Django's hasher."""
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()


def stands_in(path: str, password: str) -> bool:
    """Is the password's digest a line of the file? A few reads, whatever its size. Raises OSError, ValueError for another file."""
    wanted = digest_of(password)
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high) // 2
            begin = lines.rfind(b"\n", low, middle) + 1 or low
            end = lines.find(b"\n", begin) + 1 or len(lines)
            found = lines[begin : min(end, begin + 80)]
            if not _LINE.fullmatch(found):
                raise ValueError("not a list of SHA-1 digests, one a line")
            if (told := found[:40].upper()) == wanted:
                return True
            low, high = (end, high) if told < wanted else (low, begin)
    return False


def fault_of(path: str) -> str:
    """What is wrong with the file that the settings name, in words; "" for none. Looks at its beginning, middle and end."""
    try:
        for password in ("", "password", "correct horse"):
            stands_in(path, password)
        if not stands_in(path, "password1234"):
            return "it does not know one of the commonest passwords: its lines are not in order, or it is cut"
    except OSError as error:
        return error.strerror or type(error).__name__
    except ValueError as error:
        return str(error)
    return ""


class NotLeaked:
    """Refuses a password of the firm's list of leaked ones. A list that cannot be read refuses nobody; log and `check` say so."""

    def validate(self, password: str, user: Any = None) -> None:
        path = settings.LEAKED_PASSWORDS
        if not path:
            return
        try:
            leaked = stands_in(path, password)
        except (OSError, ValueError) as error:
            log.error("the list of leaked passwords cannot be read: %s", type(error).__name__)
            return
        if leaked:
            raise ValidationError(
                _("This password stands in lists of leaked passwords. Choose another one."), code="password_leaked"
            )

    def get_help_text(self) -> str:
        return _("None that was leaked anywhere.")
