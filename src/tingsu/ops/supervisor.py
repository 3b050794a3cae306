"""``demo``, ``serve`` and ``worker``: prepare, start, keep alive, stop all of it.

Nothing durable is here: the supervisor may be killed at any moment, and the next start clears up after it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import IO

from tingsu.ops import assets, children, database, figures, homes, migrating, renewing, served, telling, texts
from tingsu.ops.children import Child
from tingsu.ops.errors import CannotStart, sentence_for
from tingsu.ops.leaps import Clock
from tingsu.ops.postgres import Server, check_space

WORKER = "worker"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LAST_PORT = 65535
_LOOK_SECONDS = 0.25
_READY_SECONDS = 60
_DATABASE_PAUSE_SECONDS = 5
_SAY_AGAIN_SECONDS = 600
_JOBS_AT_ONCE = 4
_ONLY_AT_START = ("DATABASE_URL", "TINGSU_OWNER_DSN", "TINGSU_BENCH_DSN")
"""Addresses of the administrator and the owner: what strangers talk to must not hold them."""
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
# Without it each thread's allocator keeps what it once needed, and a process grows by a third.
_THRIFT = {"MALLOC_ARENA_MAX": "2"}


def demo(home: Path, *, host: str, port: int, fresh: bool = False) -> int:
    """Everything at once, with believable history; refuses to touch a database that is not its own.

    With ``fresh`` an earlier demo is forgotten first.
    """
    if database.external():
        raise CannotStart("The demo fills a database with invented cases: unset DATABASE_URL and start it again.")
    os.environ["TINGSU_DEMO"] = "1"
    if host not in _LOOPBACK:
        os.environ.setdefault("TINGSU_HOSTS", "*")
    with _Watch() as watch, _OnlyOne(home):
        began = time.monotonic()
        _prepare(home, host, port, homes.refuse_real, fresh=fresh)
        begun = renewing.is_begun(home)
        if not begun:
            say(f"Ready to tell its story after {time.monotonic() - began:.0f} s; making the first cases …")
        logs = home / "logs"
        # The web server loads while the first cases are made; its address is told when both are done.
        web = _web(host, port, log=logs / "web.log")
        web.start()
        try:
            if not begun:
                _step(["manage", "demo_data", "--first"], home, "The demo organisation could not be made")
        except BaseException:
            children.end_all([web])
            raise
        running = [
            web,
            _worker(log=logs / "worker.log"),
            Child("demo history", _python("demo_data", "--rest"), attempts=3),
        ]
        return watch.run(home, running, lambda: _say_open(host, port, time.monotonic() - began))


def serve(home: Path, *, host: str, port: int, with_worker: bool) -> int:
    """The web server, and a worker beside it if asked."""
    with _Watch() as watch:
        _prepare(home, host, port, homes.refuse_demo)
        running = [_web(host, port), *([_worker()] if with_worker else [])]
        return watch.run(home, running, lambda: _say_served(host, port))


def made_ready(home: Path) -> None:
    """Database and tables for a command that works in a home of real work. Raises CannotStart."""
    database.prepare(home)
    homes.refuse_demo(os.environ["TINGSU_APP_DSN"])
    texts.compile_catalogues()
    _migrate_or_refuse(home)


def worker(home: Path) -> int:
    """One worker, supervised."""
    with _Watch() as watch:
        database.prepare(home)
        homes.refuse_demo(os.environ["TINGSU_APP_DSN"])
        served.take(home)
        texts.compile_catalogues()
        _migrate_or_refuse(home)
        os.environ["TINGSU_SERVING"] = "1"
        return watch.run(home, [_worker()], lambda: say("The worker is at work."))


def say(text: str) -> None:
    """One line for the person at the terminal; a full disk or a closed pipe behind it ends nobody's work."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


# -- preparing


def _prepare(home: Path, host: str, port: int, refuse: Callable[[str], None], *, fresh: bool = False) -> None:
    children.end_leftovers()
    _check_port(host, port)
    if not database.status(home).running:
        say("Starting the database …")
    if fresh:
        renewing.forget_demo(home)
    database.prepare(home)
    refuse(os.environ["TINGSU_APP_DSN"])
    if not served.is_given():
        os.environ["TINGSU_PUBLIC_URL"] = _address(host, port)
    os.environ["TINGSU_SERVING"] = "1"
    texts.compile_catalogues()
    # Tables and front-end files know nothing of each other, and there are two processors.
    with ThreadPoolExecutor(1) as beside:
        files = beside.submit(_front_end)
        _migrate_or_refuse(home)
        files.result()
    served.note(home, _address(host, port))


def _front_end() -> None:
    assets.build()
    assets.collect()


def _migrate_or_refuse(home: Path) -> None:
    """Our own database follows the release by itself; somebody's server waits for an administrator's word."""
    if migrating.is_current():
        return
    if database.external():
        raise CannotStart("The database is not at this release's tables: run ./tingsu migrate, then start again.")
    say("Making the tables …")
    _step(["migrate", "--quiet"], home, "The tables could not be made")


def _step(arguments: list[str], home: Path, failed: str) -> None:
    if children.step(arguments) == 0:
        return
    check_space(home)
    raise CannotStart(f"{failed}; the lines above say why.")


def _check_port(host: str, port: int) -> None:
    if not 1 <= port <= _LAST_PORT:
        raise CannotStart(f"{port} is not a port: choose a number from 1 to {_LAST_PORT} with --port.")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError) as error:  # a name too long for any network
        raise CannotStart(
            f"{host or repr(host)} is not an address of this machine: choose another with --host."
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"Port {port} is taken by another program: choose another with --port.") from error
        if error.errno == errno.EACCES:
            raise CannotStart(f"This user may not listen on port {port}: choose one above 1023 with --port.") from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise CannotStart(
                f"{host or repr(host)} is not an address of this machine: choose another with --host."
            ) from error
        raise


class _OnlyOne:
    """Two demos on one home would fill it twice."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / "demo.lock"
        self.file: IO[str] | None = None

    def __enter__(self) -> None:
        self.file = open(self.path, "a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.file.close()
            raise CannotStart("A demo runs here already: stop it, or set TINGSU_HOME to another folder.") from error

    def __exit__(self, *_details: object) -> None:
        if self.file is not None:
            self.file.close()


# -- what is run


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "django", *arguments]


def _web(host: str, port: int, log: Path | None = None) -> Child:
    command = [sys.executable, "-m", "tingsu.ops.web.server", host, str(port)]
    folder = figures.fresh_folder(Path(os.environ["TINGSU_HOME"]), port)
    return Child("web", command, _THRIFT | {_FIGURES: str(folder)}, without=_ONLY_AT_START, log=log)


def _worker(log: Path | None = None) -> Child:
    # Django's checks load every page and the whole API, which doubles the start of a worker: the web server needs them, it does not.
    command = _python("procrastinate", "--skip-checks", "worker", "--concurrency", str(_JOBS_AT_ONCE))
    command += ["--delete-jobs", "successful", "--shutdown-graceful-timeout", "8"]
    return Child(WORKER, command, _THRIFT, without=_ONLY_AT_START, log=log)


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in _LOOPBACK | {"0.0.0.0", "::"} else host  # noqa: S104 - shown, not bound
    return f"http://{shown}:{port}"


def _say_served(host: str, port: int) -> None:
    say(f"Tingsu is open at {_address(host, port)}")
    if not homes.is_set_up(os.environ["TINGSU_APP_DSN"]):
        # On standard output, as what a command answers: a log of standard error does not keep the link.
        children.step(["manage", "setup", "--link", "--quiet-when-done"])


def _say_open(host: str, port: int, seconds: float) -> None:
    address = _address(host, port)
    say(f"\n听诉 Tingsu is open after {seconds:.0f} s · 已就绪\n")
    say(f"  {address}/                the public page, where people complain · 投诉人页面")
    say(f"  {address}/accounts/demo/  sign in as anybody, in any role · 一键以任意角色登录")
    say(f"  {address}/desk/           the desk, where staff work · 工作台")
    say(f"  {address}/desk/mail/      the mail room: every letter that was sent · 收发室")
    if host not in _LOOPBACK:
        say("\n  Anybody who reaches this machine can sign in as anybody: a demo is no place for real complaints.")
    say("\nCtrl-C stops all of it · 按 Ctrl-C 全部停止\n")


# -- keeping alive


class _Watch:
    """Signals become one KeyboardInterrupt, whenever they come; then everything is stopped, once."""

    def __enter__(self) -> _Watch:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
        telling.take()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._interrupt)
        return self

    def __exit__(self, *_details: object) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        raise KeyboardInterrupt

    def run(self, home: Path, running: list[Child], when_ready: Callable[[], None]) -> int:
        """Keep the children and the embedded database alive until a signal comes."""
        kept = None if database.external() else _Database(home)
        web = next((child for child in running if child.name == "web"), None)
        try:
            for child in running:
                if child.process is None:
                    child.start()
            ready, clock = web is None, Clock()
            deadline = time.monotonic() + _READY_SECONDS
            if ready:
                when_ready()
                telling.tell("READY=1")
            while True:
                if kept is not None:
                    kept.look(say)
                if leap := clock.leap():
                    say(leap)
                    for child in running:
                        if child.name == WORKER:
                            child.ask_to_end()
                for child in running:
                    child.look(say)
                if not ready and _answers(web):
                    ready = True
                    when_ready()
                    telling.tell("READY=1")
                elif not ready and time.monotonic() > deadline:
                    raise CannotStart("The web server did not answer within a minute; its log says why.")
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            telling.tell("STOPPING=1")
            children.end_all(running)
            if web is not None:
                figures.forget(Path(web.environment[_FIGURES]))
        say("Stopped.")
        return 0


class _Database:
    """The embedded server while others lean on it: started again when it ended, and tried until it can be.

    A full disk ends PostgreSQL. The web server goes on telling people so, and all work is taken up when there is room.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.server = home, Server(home)
        self.again_at = self.say_again_at = 0.0

    def look(self, say: Callable[[str], None]) -> None:
        """Start the server if it does not run and its pause is over; a cause that stays is told once in ten minutes."""
        if time.monotonic() < self.again_at or self.server.running():
            return
        if not self.again_at:
            say("The database ended, starting it again.")
        try:
            database.start(self.home)
        except (CannotStart, OSError) as error:
            self.again_at = time.monotonic() + _DATABASE_PAUSE_SECONDS
            if time.monotonic() >= self.say_again_at:
                self.say_again_at = time.monotonic() + _SAY_AGAIN_SECONDS
                why = str(error) if isinstance(error, CannotStart) else sentence_for(error)
                again = f"It is tried again every {_DATABASE_PAUSE_SECONDS} seconds by itself."
                say(f"The database cannot be started. {why.replace(' and start again', '')} {again}")
        else:
            if self.again_at:
                say("The database is back.")
            self.again_at = self.say_again_at = 0.0


def _answers(web: Child | None) -> bool:
    if web is None:
        return True
    host, port = web.command[-2:]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
    try:
        with urllib.request.urlopen(f"http://{reachable}:{port}/readyz", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code != HTTPStatus.SERVICE_UNAVAILABLE
    except OSError:
        return False
