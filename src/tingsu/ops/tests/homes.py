"""Taking away what a test's home left: its server, its data, its socket."""

from __future__ import annotations

import shutil
from pathlib import Path

from tingsu.ops.postgres import Server


def remove(home: Path) -> None:
    """Stop the home's server and remove its folders, which for root may lie outside the home."""
    if home.exists():
        server = Server(home)
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)
