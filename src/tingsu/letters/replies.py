"""To which address an answer to a letter goes: the firm's own, or one that names the letter where whoever reads the mailbox can tell."""

import uuid
from collections.abc import Callable

Answers = Callable[[uuid.UUID, str], str]
"""(letter, the firm's address) → the address that names the letter, or nothing."""
_declared: list[Answers] = []


def declare_answers(address: Answers) -> None:
    """Say how an address names a letter; once, by the app that reads mailboxes, when it loads."""
    _declared.append(address)


def answer_address(letter_id: uuid.UUID, own: str) -> str:
    """The address for answers to a letter; empty when the firm has none."""
    if not own:
        return ""
    return next((named for address in _declared if (named := address(letter_id, own))), own)
