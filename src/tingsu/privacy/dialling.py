"""How a telephone number that somebody opened is dialled: by the telephone of the device, or as the app of the telephone says."""

from collections.abc import Callable

Dials = Callable[[str], str]
"""A number → the address that calls it; empty where nothing can be called."""
_declared: list[Dials] = []


def declare_dialling(dials: Dials) -> None:
    """Say how numbers are dialled; once, at start."""
    _declared.append(dials)


def dialled(number: str) -> str:
    """The address that calls a number. Ask it only of a number that the reader sees in the clear."""
    return next((address for dials in _declared if (address := dials(number))), "")
