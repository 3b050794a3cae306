"""Functions that open only after their training (PE-27): an app above says which ones, and a right is withheld until it is recorded."""

from collections.abc import Callable

from tingsu.people.models import Member

Withheld = Callable[[Member], frozenset[str]]
_known: list[Withheld] = []


def declare(withheld: Withheld) -> None:
    """Say what is withheld from a member; once, by the app that keeps the trainings."""
    if _known:
        raise RuntimeError("two apps know which functions need a training")
    _known.append(withheld)


def withheld_from(member: Member) -> frozenset[str]:
    """Rights that this member's roles carry and that wait for a training. No query while the rules are fresh."""
    return frozenset().union(*(one(member) for one in _known))
