"""`/healthz`, `/readyz` and `/metrics`: answered before anything looks at host, session or organisation.

A balancer asks by address, with no name that we serve, and the answer must be true when little else works.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tingsu.kernel.clients import address_of
from tingsu.ops import folders
from tingsu.ops.web import lines

TRUE_FOR_SECONDS = 2.0
"""So long an answer stands, so that strangers who ask do not make the disk work."""
LONGEST_SECONDS = 3.0
"""So long the database is waited for; then it counts as away."""
LOST_SECONDS = 10.0
"""A question without an answer for so long is given up with its connection: the database may answer at the same address again,
from another machine, while the one that was asked never will."""
SILENT = "database does not answer"


class Health:
    """The three addresses; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _ADDRESSES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return _text("GET or HEAD only", 405)
        return answer(request)


def health(_request: HttpRequest) -> HttpResponse:
    """200 when database and disk take work, 503 with the reason in two words when not. Says nothing else to strangers."""
    wrong = _known.wrong()
    return _text(wrong or "ok", 503 if wrong else 200)


def ready(request: HttpRequest) -> HttpResponse:
    """The same, and 503 until this process has drawn its first pages."""
    if not request.META.get("tingsu.warm", True):
        return _text("warming up", 503)
    return health(request)


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to this machine itself, or with the token of TINGSU_METRICS_TOKEN."""
    if not _may_measure(request):
        return _text("not for you", 403)
    from tingsu.ops.web.metrics import exposition

    body, media_type = exposition()
    return HttpResponse(body, content_type=media_type)


def _may_measure(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    try:
        here = ip_address(address_of(request)).is_loopback
    except ValueError:
        here = False
    # A proxy on this machine that is not named in TINGSU_PROXIES must not make everybody a neighbour.
    return here and not request.META.get("tingsu.told", False)


def _text(line: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{line}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # a balancer that asks each second needs no line each second
    return response


class _Known:
    """What was found last; asked again when it is no longer fresh."""

    def __init__(self) -> None:
        self.at = -TRUE_FOR_SECONDS
        self.found: str | None = None

    def wrong(self) -> str | None:
        if time.monotonic() - self.at > TRUE_FOR_SECONDS:
            home = Path(settings.HOME)
            self.found = _disk(home) or _files(home) or _database.wrong()
            self.at = time.monotonic()
        return self.found

    def forget(self) -> None:
        self.at = -TRUE_FOR_SECONDS


_known = _Known()
forget = _known.forget


def _disk(home: Path) -> str | None:
    """A file is really written and taken away again: free space alone says nothing of quotas and read-only disks."""
    probe = home / f".probe-{os.getpid()}"
    try:
        if shutil.disk_usage(home).free < settings.WEB_LEAST_DISK_MB * 2**20:
            return "disk full"
        with open(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        probe.unlink()
    except OSError:
        return "disk cannot be written"
    return None


def _files(home: Path) -> str | None:
    """Attachments may lie on a disk of their own, shared by several machines: that one must take work too."""
    if shut := folders.shut(home):
        return f"{shut[0]} cannot be written"
    files = home / "files"
    return _disk(files) if files.is_dir() and files.stat().st_dev != home.stat().st_dev else None


class _Database:
    """The database, asked by a thread of its own: one that is frozen in the middle answers nothing, and whoever asks us must hear so."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asking: threading.Thread | None = None
        self.since = 0.0
        self.found: str | None = None

    def wrong(self) -> str | None:
        """Waits for the rest of the time that the present question has: nobody waits long behind one that is overdue."""
        with self.lock:
            if self.asking is None or not self.asking.is_alive():
                self.asking = threading.Thread(target=self._ask, name="health", daemon=True)
                self.since = time.monotonic()
                self.asking.start()
            asking, waited = self.asking, time.monotonic() - self.since
        if waited > LOST_SECONDS and asking.ident is not None:
            lines.cut(asking.ident)
        asking.join(max(0.0, LONGEST_SECONDS - waited))
        return SILENT if asking.is_alive() else self.found

    def _ask(self) -> None:
        found: str | None = "database unreachable"
        try:
            found = _answers()
        finally:
            self.found = found  # whatever ended the asking: the answer of before is not this one's


def _answers() -> str | None:
    """The database answers and writes: a message in its log that nobody reads, no row. On a connection of this thread alone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            if cursor.fetchone()[0]:
                return "database is read-only"
            cursor.execute("SELECT pg_logical_emit_message(false, 'tingsu', 'well')")
    except (DatabaseError, InterfaceError):
        return "database unreachable"
    finally:
        connection.close()
    return None


_database = _Database()


def is_silent() -> bool:
    """Is the database frozen, or behind a network that swallows what is sent? Asks it; returns after LONGEST_SECONDS at the latest."""
    return _database.wrong() == SILENT


_ADDRESSES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": health,
    "/readyz": ready,
    "/metrics": metrics,
}
