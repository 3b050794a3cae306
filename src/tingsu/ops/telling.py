"""Telling systemd how far a service is: ready when it answers, stopping when it was asked to (sd_notify(3)).

Without a socket named by the service manager nothing is told. No child inherits the socket's name.
"""

from __future__ import annotations

import contextlib
import os
import socket

_NAME = "NOTIFY_SOCKET"
_address = ""


def take() -> None:
    """Remember where the service manager listens and take it out of the environment of all children."""
    global _address
    _address = os.environ.pop(_NAME, "")


def tell(*words: str) -> None:
    """Say READY=1, STOPPING=1, STATUS=…; a service manager that does not listen stops nobody."""
    if not _address:
        return
    where = f"\0{_address[1:]}" if _address.startswith("@") else _address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto("\n".join(words).encode(), where)
