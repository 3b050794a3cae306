"""What surveys answer beside the facts: rooms above tell by name how many of how many answers in some days say so (KP-14)."""

from collections.abc import Callable
from datetime import date

KNOWN: dict[str, Callable[[date, date], tuple[int, int]]] = {}
"""Name → (first day, day after the last) → part and whole."""


def declare(name: str, counted: Callable[[date, date], tuple[int, int]]) -> None:
    """Make a question known. Called once, when the app that asks it loads."""
    KNOWN[name] = counted
