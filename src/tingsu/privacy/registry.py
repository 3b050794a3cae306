"""How the privacy pages reach a case without knowing complaints: the app above supplies the finder."""

from collections.abc import Callable
from typing import Any

from tingsu.kernel.actor import Actor

Finder = Callable[[Actor, str], Any]
_finder: Finder | None = None


def register_case_finder(find: Finder) -> Finder:
    """Supply (actor, number) → the complaint, raising NotFound for what the actor may not see. One owner."""
    global _finder
    if _finder is not None and _finder is not find:
        raise RuntimeError("the case finder has two owners")
    _finder = find
    return find


def find_case(actor: Actor, number: str) -> Any:
    if _finder is None:
        raise RuntimeError("no app supplied the case finder")
    return _finder(actor, number)
