"""The lines of this process to the database, each by the thread that asks on it, so that another thread can cut one off."""

from __future__ import annotations

import os
import socket
import threading
import weakref
from contextlib import suppress
from typing import Any

import psycopg
from django.db.backends.signals import connection_created

_of: dict[int, weakref.ref[psycopg.Connection[Any]]] = {}


def _note(connection: Any, **_more: object) -> None:
    _of[threading.get_ident()] = weakref.ref(connection.connection)


connection_created.connect(_note, dispatch_uid="ops.web.lines")


def cut(thread: int) -> None:
    """Whoever waits in this thread for the database hears that the connection is gone; a thread that asks nothing, nothing."""
    raw = _of.get(thread, lambda: None)()
    if raw is None or raw.closed:
        return
    # Of a copy: the connection closes its own when it notices.
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(raw.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
