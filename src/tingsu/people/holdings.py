"""What keeps a member from leaving: apps above declare what somebody can be responsible for."""

import uuid
from collections.abc import Callable

from django.utils.functional import Promise

Count = Callable[[uuid.UUID], int]
_holdings: dict[str, tuple[str | Promise, Count]] = {}


def register_holding(name: str, label: str | Promise, count: Count) -> None:
    """Declare a kind of responsibility, such as open complaints: its words and how many a member has."""
    if name in _holdings:
        raise RuntimeError(f"holding {name} registered twice")
    _holdings[name] = (label, count)


def holdings_of(member_id: uuid.UUID) -> list[tuple[str, int]]:
    """What the member is still responsible for, in words with a count; empty when nothing."""
    found = [(str(label), count(member_id)) for label, count in _holdings.values()]
    return [(label, number) for label, number in found if number]
