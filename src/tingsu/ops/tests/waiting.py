"""Waiting for other processes without guessing how long they take."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(claim: Callable[[], object], seconds: float = 10) -> None:
    """Return as soon as the claim holds; fail when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)
