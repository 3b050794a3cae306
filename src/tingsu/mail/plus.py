"""Addresses that name a letter: service+<letter>@firm, where the server of our mailbox takes them. They only suggest a case."""

import re
import uuid

from tingsu.letters.models import Letter
from tingsu.letters.returned import letter_named
from tingsu.mail.models import Mailbox

NAMED = re.compile(r"[^@+\s]{1,64}\+([0-9a-f]{32})@[^@\s]+", re.IGNORECASE)
LONGEST = 64 - 33
"""Signs before the plus: a name before the @ has at most 64."""


def address_for(letter_id: uuid.UUID, own: str) -> str:
    """The address for answers to a letter; empty where no mailbox that we read takes such."""
    name, _at, domain = own.partition("@")
    if len(name) > LONGEST or "+" in name or not domain:
        return ""
    if not Mailbox.objects.filter(active=True, waits_since=None, plus=True, username__iexact=own).exists():
        return ""
    return f"{name}+{letter_id.hex}@{domain}"


def letter_of(addresses: tuple[str, ...]) -> Letter | None:
    """The letter that one of these addresses names."""
    for one in addresses:
        if (found := NAMED.fullmatch(one)) and (letter := letter_named(f"<{uuid.UUID(found[1])}@plus>")):
            return letter
    return None
