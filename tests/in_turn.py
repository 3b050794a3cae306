"""Families of tests that ask the same of very many things: each run asks of a third of them, in turn.

What one declaration gives to every register is drawn and answered by the same code. All of them at every run would take the
suite over the half hour that two cores have. Which third it is follows from the number of commits, so that a run of one commit
is always the same and three commits look at everything. ``TINGSU_TESTS=whole`` asks of all: before a release, and by whoever
changes what all of them share.
"""

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

Thing = TypeVar("Thing")
THIRDS = 3
_HERE = Path(__file__).resolve().parent


@cache
def _turn() -> int:
    """How many commits there are; 0 where the sources stand without their history."""
    try:
        said = subprocess.run(
            ["git", "rev-list", "--count", "HEAD"],
            cwd=_HERE,
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
        return int(said.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def whole() -> bool:
    """Is everything asked for?"""
    return os.environ.get("TINGSU_TESTS", "") == "whole"


def its_turn(place: int) -> bool:
    """Is it the turn of whatever stands at this place?"""
    return whole() or place % THIRDS == _turn() % THIRDS


def in_turn(things: Sequence[Thing], *always: Thing) -> list[Thing]:
    """The third whose turn it is, and those that are looked at every time."""
    return [one for place, one in enumerate(things) if its_turn(place) or one in always]
