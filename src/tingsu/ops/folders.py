"""The folders of a home into which web and worker write, and which of them take nothing."""

import os
from pathlib import Path

WRITTEN = ("files", "seals", "erasures", "uploads", "spool")
"""Below the home; each is made when it is needed first."""


def shut(home: Path) -> list[str]:
    """The folders into which this user cannot write: of another user, or on a disk that is read only."""
    there = (name for name in WRITTEN if (home / name).exists())
    return [name for name in there if not os.access(home / name, os.W_OK | os.X_OK)]
