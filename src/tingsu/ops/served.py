"""Where a home was served last, so that a command at another terminal names the address that answers and not a usual one.

A line in the home, written by ``serve`` and ``demo`` and locked while they run. TINGSU_PUBLIC_URL stands above it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import IO

from tingsu.ops import environment

FILE = "served"
_LONGEST = 400
_held: list[IO[str]] = []
"""Locks of this process: they end with it, however it ends."""


def is_given() -> bool:
    """Did whoever runs this name the address himself?"""
    return bool(os.environ.get("TINGSU_PUBLIC_URL") or os.environ.get("TINGSU_PUBLIC_URL_FILE"))


def note(home: Path, address: str) -> None:
    """This process serves the home at the address from now on, until it ends; of several the last one is named."""
    with contextlib.suppress(OSError):  # without the note a command names the usual address, and nothing else is lost
        file = open(home / FILE, "a+", encoding="utf-8")  # noqa: SIM115 - held until the process ends
        fcntl.flock(file, fcntl.LOCK_SH)
        _held.append(file)
        file.truncate(0)
        file.write(f"{address}\n")
        file.flush()


def take(home: Path) -> None:
    """Let the settings of this process name the address at which the home was served last, unless another was given."""
    if is_given():
        return
    address = _noted(home)
    if address:
        os.environ["TINGSU_PUBLIC_URL"] = address


def is_running(home: Path) -> bool:
    """Is the home served at this moment, by a process of this machine?"""
    try:
        with open(home / FILE, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _noted(home: Path) -> str:
    """The address in the note; "" when there is none or something else has written into it."""
    try:
        with open(home / FILE, encoding="utf-8") as file:
            address = file.read(_LONGEST).strip()
    except (OSError, ValueError):
        return ""
    check = environment.VARIABLES["TINGSU_PUBLIC_URL"].check
    return address if address and check(address) is None else ""
