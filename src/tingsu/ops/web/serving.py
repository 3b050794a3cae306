"""One web process: the door, its warm-up, and the line that each answer leaves in the log and the figures."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import threading
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

from tingsu.kernel.clients import network_of
from tingsu.ops.web import health, lines, metrics
from tingsu.ops.web.answers import Wsgi
from tingsu.ops.web.door import HEALTH, Door
from tingsu.ops.web.limits import limits
from tingsu.ops.web.threads import Threads

_access = logging.getLogger("tingsu.access")
_FIRST_PAGES = ("/", "/accounts/login/")


def at_the_door(application: Wsgi) -> Door:
    """Django's application as this process serves it. Starts warming up beside."""
    metrics.begin()
    return Door(
        application,
        limits=limits(),
        proxies=settings.PROXIES,
        folder=Path(settings.HOME) / "spool",
        prefix=settings.PREFIX,
        warm=lambda threads, number: warm_up(application, threads, number),
        noted=note,
        static=settings.STATIC_URL.removeprefix(settings.PREFIX),
        silent=health.is_silent,
        cut=lines.cut,
    )


def note(environ: dict[str, Any], address: str, status: int, sent: int, seconds: float) -> None:
    """One line for each answer: the route and never the address of the page, the network and never the person's own address."""
    route = environ.get("tingsu.route", "-")
    metrics.count(environ["REQUEST_METHOD"], route, status, seconds)
    if environ["PATH_INFO"] in HEALTH or not settings.ACCESS_LOG:
        return
    facts = {
        "method": environ["REQUEST_METHOD"],
        "route": route,
        "status": status,
        "ms": round(seconds * 1000),
        "bytes": sent,
        "network": network_of(address),
    }
    if account := environ.get("tingsu.account"):
        facts["account"] = account
    if word := environ.get("tingsu.refused"):
        facts["refused"] = word
    _access.info("answered", extra={"facts": facts})


def warm_up(application: Any, threads: Threads, number: int) -> None:
    """What a first visitor would wait for: pages' code, texts, templates, and in each thread a connection and two pages."""
    with contextlib.suppress(Exception):  # whatever is wrong here is told by the page that meets it
        get_resolver()._populate()
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                translation.gettext("Tingsu")
        for name in ("pages/error.html", "pages/document.html", "errors/refused.html"):
            engines["django"].get_template(name)
    together = threading.Barrier(number)
    done = threading.Semaphore(0)
    for _one in range(number):
        threads.submit(partial(_warmed, done, application, together))
    for _one in range(number):
        done.acquire()
    # What stands now stands to the end. A full collection need not walk through all of it, while a page waits.
    gc.collect()
    gc.freeze()


def _warmed(done: threading.Semaphore, application: Any, together: threading.Barrier) -> None:
    try:
        _first_pages(application, together)
    finally:
        done.release()


def _first_pages(application: Any, together: threading.Barrier) -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(10)  # else one thread would do the work of all
    connection.ensure_connection()
    host = next((name for name in settings.ALLOWED_HOSTS if name[:1].isalnum()), "localhost")
    for path in _FIRST_PAGES:
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": settings.PREFIX,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "https" if settings.SESSION_COOKIE_SECURE else "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        answer = application(environ, lambda *_details: None)
        b"".join(answer)
        answer.close()
