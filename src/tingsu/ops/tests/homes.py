"""Taking away what a test's home left (its server, its data, its socket), and how a command refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import Server


def remove(home: Path) -> None:
    """Stop the home's server and remove its folders, which for root may lie outside the home."""
    if home.exists():
        server = Server(home)
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)


def refused(call, *arguments, **more) -> str:
    """The one sentence with which a command refuses."""
    with pytest.raises(CannotStart) as reason:
        call(*arguments, **more)
    assert "\n" not in str(reason.value)
    return str(reason.value)
