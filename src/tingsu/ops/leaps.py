"""The machine's clock set back or far on while we run. A worker plans its minutes ahead of those that it has had: set back by an hour it would
do none of its regular work for an hour, and set on by years (a machine without a battery that finds its time server late) it
would queue every minute of them. It begins anew instead; what is due is found in rows, once, whenever it looks.
"""

from __future__ import annotations

import time

BACK_SECONDS = 30
AHEAD_SECONDS = 24 * 3600
"""Less is made up for by the worker itself, a minute at a time; so is a machine that slept for a night."""


class Clock:
    """Compares the time of day with the time that passes."""

    def __init__(self) -> None:
        self._apart = self._now_apart()

    def leap(self) -> str:
        """What to say of a leap since the last call; empty when there was none that matters."""
        before, self._apart = self._apart, self._now_apart()
        seconds = self._apart - before
        if -BACK_SECONDS < seconds < AHEAD_SECONDS:
            return ""
        how = f"set back by {_words(-seconds)}" if seconds < 0 else f"set on by {_words(seconds)}"
        return f"The clock of this machine was {how}: the worker begins anew."

    @staticmethod
    def _now_apart() -> float:
        return time.time() - time.monotonic()


def _words(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
