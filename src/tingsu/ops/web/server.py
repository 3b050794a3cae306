"""Starts granian for `tingsu.asgi`: `python -m tingsu.ops.web.server HOST PORT [TARGET]`."""

from __future__ import annotations

import resource
import sys

from django.conf import settings
from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels

_FILES_EACH = 3
"""Open files that one connection may need: itself, what it sends, what it is sent."""


def main(host: str, port: int, target: str = "tingsu.asgi:application") -> None:
    """Serve until told to end. The benchmarks serve a `target` of their own."""
    import django

    django.setup()
    each = max(64, settings.WEB_CONNECTIONS // settings.WEB_PROCESSES)
    _allow_files(each * _FILES_EACH + 200)
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.WEB_PROCESSES,
        runtime_mode=RuntimeModes.st,
        backlog=max(1024, settings.WEB_CONNECTIONS),
        backpressure=each,
        http1_settings=HTTP1Settings(header_read_timeout=settings.WEB_HEADER_SECONDS * 1000),
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING,
        # One dead process must not take the other with it, nor leave the port to half a server.
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=8,
    ).serve()


def _allow_files(wanted: int) -> None:
    """Raise the soft limit of open files as far as the machine lets us: a shell's 1024 is less than our connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
