"""What keeps a member from leaving: things of a kind that are theirs, and what apps above declare beside."""

import uuid
from collections.abc import Callable

from django.utils.functional import Promise

from tingsu.kernel.kinds import kinds

Count = Callable[[uuid.UUID], int]
_holdings: dict[str, tuple[str | Promise, Count]] = {}


def register_holding(name: str, label: str | Promise, count: Count) -> None:
    """Declare a responsibility inside things of others, such as measures to carry out: its words and how many a member has."""
    if name in _holdings:
        raise RuntimeError(f"holding {name} registered twice")
    _holdings[name] = (label, count)


def holdings_of(member_id: uuid.UUID) -> list[tuple[str, int]]:
    """What the member is still responsible for, in words with a count; empty when nothing."""
    held = [(one.label, one.count) for kind in kinds().values() for one in kind.held]
    found = [(str(label), count(member_id)) for label, count in [*held, *_holdings.values()]]
    return [(label, number) for label, number in found if number]
