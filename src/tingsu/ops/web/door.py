"""The door between the network and Django: whole bodies in, whole answers out, and nobody holds a thread by being slow.

A body is collected while it arrives, without a thread; Django is called when it is complete. An answer is collected as
fast as Django writes it and sent at the client's pace. Threads are handed out in turn by address (`turns`). What is too
large, too slow or too much is answered in a sentence, drawn by Django like any refusal (`pages.middleware.Doorkeeper`).
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from tingsu.kernel.clients import Proxies, client_of
from tingsu.ops.web.answers import Answer, Wsgi
from tingsu.ops.web.heart import Heart
from tingsu.ops.web.limits import Limits
from tingsu.ops.web.spool import Reader, Spool
from tingsu.ops.web.threads import Threads
from tingsu.ops.web.turns import Full, Turns
from tingsu.ops.web.watch import EVERY, Watch

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

Noted = Callable[[dict[str, Any], str, int, int, float], None]
"""Told of each answer: environment, client's address, status, bytes sent, seconds."""

LAST_SECONDS = 5
"""So long pages may still be drawn when the server ends."""
HEALTH = frozenset({"/healthz", "/readyz"})
FIGURES = "/metrics"
NO_DATABASE = "no_database"


class Refused(Exception):
    """A request that does not reach Django's pages: the word says which sentence is drawn."""

    def __init__(self, word: str, typed: bytes = b"") -> None:
        super().__init__(word)
        self.word = word
        self.typed = typed
        """The body, where the refusal is to hold out what somebody typed."""


class Gone(Exception):
    """The client went away; nobody is left to answer."""


class Door:
    """An ASGI application around a WSGI one. `warm` is called once, before the first page is drawn."""

    def __init__(
        self,
        application: Wsgi,
        *,
        limits: Limits,
        proxies: Proxies,
        folder: Path,
        prefix: str = "",
        warm: Callable[[Threads, int], None] | None = None,
        noted: Noted | None = None,
        static: str = "",
        silent: Callable[[], bool] | None = None,
        cut: Callable[[int], None] | None = None,
    ) -> None:
        self.application = application
        self.limits = limits
        self.proxies = proxies
        self.folder = folder
        self.prefix = prefix
        self.noted = noted
        self.static = static
        self.cut = cut
        self.turns = Turns(limits.threads, limits.queue)
        self.watch = Watch(min(EVERY, limits.body_seconds / 4))
        self.threads = Threads(self.turns.places, "page")
        # Questions after health, and refusals, are answered however many pages are being drawn.
        self.aside = Threads(2, "aside")
        self.heart: Heart[Answer] | None = Heart(silent, self._fall_silent, self._cut_lost) if silent else None
        self.drawn: set[Answer] = set()
        self.bodies: Counter[str] = Counter()
        self.spools: set[Spool] = set()
        self.ready = threading.Event()
        if warm is None:
            self.ready.set()
        else:
            threading.Thread(target=self._warm, args=(warm,), name="warm-up", daemon=True).start()

    def _warm(self, warm: Callable[[Threads, int], None]) -> None:
        try:
            warm(self.threads, self.turns.places)
        finally:
            self.ready.set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        environ = environment(scope, self.prefix)
        address = client_of(environ, self.proxies).address
        body = self._spool()
        answer = self._new_answer()
        try:
            try:
                await self._collect(environ, address, body, receive)
                await self._run(environ, address, body, answer)
            except Refused as refused:
                self._let_go(answer, body)
                answer, body = self._new_answer(), self._spool()
                environ["tingsu.refused"] = refused.word
                environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(refused.typed), str(len(refused.typed))
                if not refused.typed:
                    environ["REQUEST_METHOD"] = "GET" if environ["REQUEST_METHOD"] != "HEAD" else "HEAD"
                self._start(environ, answer, self.aside)
                await answer.moved()
            sent = await self._send(answer, send, closing="tingsu.refused" in environ)
            if self.noted is not None:
                self.noted(answer.environ, address, answer.status, sent, time.monotonic() - began)
        except Gone:
            pass
        finally:
            self._let_go(answer, body)

    def _new_answer(self) -> Answer:
        return Answer(self._spool(patient=True), asyncio.get_running_loop())

    def _let_go(self, answer: Answer, body: Spool) -> None:
        """Nobody waits for it any more. What a thread still reads and writes is closed when it is done."""
        self.spools -= {body, answer.spool}
        answer.abandon(body)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            last = message["type"] == "lifespan.shutdown"
            if last:  # the loop still sends what is drawn meanwhile
                await asyncio.to_thread(self.threads.end, LAST_SECONDS)
            await send({"type": f"{message['type']}.complete"})
            if last:
                return

    # -- in

    async def _collect(self, environ: dict[str, Any], address: str, body: Spool, receive: Receive) -> None:
        """Everything that is sent, however slowly, as long as it is not slower than the limit."""
        announced = environ.get("CONTENT_LENGTH", "")
        if announced in {"", "0"} and "HTTP_TRANSFER_ENCODING" not in environ:
            return
        too_large = announced.isdigit() and int(announced) > self.limits.body_bytes
        if self.bodies[address] >= self.limits.bodies_of_one or self._held() > self.limits.spool_bytes:
            raise Refused("too_busy")
        if too_large and environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            raise Refused("too_large")  # it asked before sending, and so hears us now
        began = time.monotonic()
        self.bodies[address] += 1
        try:
            more, arrived = True, 0
            while more:
                try:
                    message = await self.watch.wait(receive(), self.limits.longest(arrived, began))
                except TimeoutError as error:
                    raise Refused("too_large" if too_large else "too_slow") from error
                if message["type"] == "http.disconnect":
                    raise Gone
                more = bool(message.get("more_body"))
                content = message.get("body", b"")
                arrived += len(content)
                too_large = too_large or arrived > self.limits.body_bytes
                # What is too large is let pass unkept for a while: a browser hears nobody until it has sent everything.
                if too_large and (arrived > 4 * self.limits.body_bytes or not more):
                    raise Refused("too_large")
                if content and not too_large:
                    await self._keep(body, content)
            if too_large:
                raise Refused("too_large")
        finally:
            self.bodies[address] -= 1
            if self.bodies[address] <= 0:
                del self.bodies[address]

    async def _keep(self, body: Spool, content: bytes) -> None:
        try:
            if body.written + len(content) <= body.in_memory:
                body.write(content)
            else:
                await asyncio.get_running_loop().run_in_executor(None, body.write, content)
        except OSError as error:
            raise Refused("no_space") from error

    def _spool(self, *, patient: bool = False) -> Spool:
        spool = Spool(self.folder, patient=patient)
        self.spools.add(spool)
        return spool

    def _held(self) -> int:
        return sum(spool.waiting for spool in self.spools)

    # -- Django

    async def _run(self, environ: dict[str, Any], address: str, body: Spool, answer: Answer) -> None:
        """Have it answered, until the answer begins or is whole. Django gets its own copy of what was asked."""
        asked, path, typed = (
            {**environ, "wsgi.input": io.BufferedReader(Reader(body))},
            environ["PATH_INFO"],
            body.held(),
        )
        asked["CONTENT_LENGTH"] = str(body.written)
        silent = self.heart is not None and self.heart.silent
        if path in HEALTH or (silent and (path == FIGURES or (self.static and path.startswith(self.static)))):
            asked["tingsu.warm"] = self.ready.is_set()
            self._start(asked, answer, self.aside)
            await answer.moved()
            return
        if silent:
            raise Refused(NO_DATABASE, typed)
        if self.heart is None:
            await self._in_turn(asked, address, answer)
            return
        self.heart.begin(answer)
        try:
            await self._in_turn(asked, address, answer)
        finally:
            self.heart.end(answer)
        if answer.given_up:
            raise Refused(NO_DATABASE, typed)

    async def _in_turn(self, asked: dict[str, Any], address: str, answer: Answer) -> None:
        deadline = time.monotonic() + self.limits.queue_seconds
        while not self.ready.is_set():
            if time.monotonic() > deadline:
                raise Refused("too_busy")
            if answer.given_up:
                return
            await asyncio.sleep(0.02)
        try:
            await self.turns.enter(address, deadline - time.monotonic())
        except Full as error:
            if answer.given_up:
                return
            raise Refused("too_busy") from error
        self._start(asked, answer, self.threads, partial(self._drawn, answer, address))
        self.drawn.add(answer)
        await answer.moved()

    def _drawn(self, answer: Answer, address: str) -> None:
        self.drawn.discard(answer)
        self.turns.leave(address)

    def _fall_silent(self) -> None:
        """The database says nothing: whoever waits for a page hears so now, and those whose turn has not come go away with it."""
        assert self.heart is not None  # noqa: S101 it calls us
        for answer in self.heart.waiting():
            answer.give_up()
        self.turns.send_away()

    def _cut_lost(self) -> None:
        """The database is back, and a page that began before still waits: for a server that is not there any more."""
        for answer in self.drawn:
            if answer.given_up and answer.thread and self.cut is not None:
                self.cut(answer.thread)

    def _start(
        self, environ: dict[str, Any], answer: Answer, pool: Threads, then: Callable[[], None] | None = None
    ) -> None:
        answer.environ = environ
        pool.submit(partial(answer.fill, self.application, environ, self.limits.spool_bytes, then))

    # -- out

    async def _send(self, answer: Answer, send: Send, *, closing: bool) -> int:
        if not answer.begun:
            # Django answers its own failures; this is one outside it, and says nothing about it.
            answer.status, answer.headers = 500, [(b"content-type", b"text/plain; charset=utf-8")]
            answer.spool.write("Something went wrong on our side. 系统出错了。\n".encode())
        headers = [*answer.headers, (b"connection", b"close")] if closing else answer.headers
        await self._move({"type": "http.response.start", "status": answer.status, "headers": headers}, send, 0, None)
        began, sent, last = time.monotonic(), 0, False
        while not last:
            over = answer.over
            content = answer.spool.take()
            # The last piece says that it is the last; a half answer never does, and its connection is cut.
            last = over and not answer.failed and not answer.spool.waiting
            if content or last:
                sent += len(content)
                message = {"type": "http.response.body", "body": content, "more_body": not last}
                await self._move(message, send, sent, began)
            elif over:
                break
            else:
                await answer.moved()
        return sent

    async def _move(self, message: Message, send: Send, sent: int, began: float | None) -> None:
        at = time.monotonic()
        until = at + self.limits.body_seconds if began is None else self.limits.longest(sent, began)
        try:
            await self.watch.wait(send(message), max(until, at + 1))
        except (TimeoutError, OSError, RuntimeError) as error:
            raise Gone from error


def environment(scope: Message, prefix: str = "") -> dict[str, Any]:
    """A request as WSGI says it. Names of headers with an underscore are dropped: they could pass for others."""
    host, port = scope.get("server") or ("localhost", 80)
    path = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :] or "/"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": prefix,
        "PATH_INFO": path,
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, content in scope["headers"]:
        key = _key_of(raw)
        if not key:
            continue
        value = content.decode("latin-1")
        if key in environ:
            value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value
    return environ


@lru_cache(maxsize=256)
def _key_of(raw: bytes) -> str:
    name = raw.decode("latin-1")
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
