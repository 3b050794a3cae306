"""Where the web processes of one server add up their figures for `/metrics`: in memory, so that no full disk can end them.

The files are mapped, and whoever writes to a mapped page that the disk has no room for is killed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, for nobody else


def fresh_folder(home: Path, port: int) -> Path:
    """An empty folder for the server on this port; what an earlier start left there is gone.

    It lies in memory where the machine has such a place, else in the home. Raises OSError where nothing can be made.
    """
    whose = hashlib.sha256(f"{home.resolve()} {port}".encode()).hexdigest()[:16]
    for folder in (MEMORY / f"tingsu-{os.geteuid()}-{whose}", home / "metrics"):
        if not os.access(folder.parent, os.W_OK):
            continue
        forget(folder)
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:  # somebody else's, who knew our name
            continue
        return folder
    return Path(tempfile.mkdtemp(prefix="tingsu-metrics-"))


def forget(folder: Path) -> None:
    """Take the folder away, if it is ours."""
    if not folder.is_symlink() and folder.is_dir() and folder.stat().st_uid == os.geteuid():
        shutil.rmtree(folder, ignore_errors=True)
