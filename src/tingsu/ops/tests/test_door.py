"""The door before Django: slow, large and many, each beside what goes through (PT-07)."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from django.test import Client

from tingsu.kernel.clients import read_proxies
from tingsu.ops.web.answers import Answer
from tingsu.ops.web.door import Door, environment
from tingsu.ops.web.limits import Limits
from tingsu.ops.web.spool import Spool

LIMITS = Limits(
    threads=2,
    queue=4,
    queue_seconds=5,
    body_bytes=400_000,
    body_seconds=0.3,
    slowest_rate=1_000_000,
    bodies_of_one=3,
    spool_bytes=10_000_000,
)


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Says what it was given, or why the door refused."""
    body = environ["wsgi.input"].read()
    if "tingsu.refused" in environ:
        start("503 Refused", [])
        return [environ["tingsu.refused"].encode()]
    start("200 OK", [("X-Length", environ["CONTENT_LENGTH"])])
    return [body]


def scope(headers: list[tuple[bytes, bytes]] = [], **changed: Any) -> dict[str, Any]:  # noqa: B006 - never changed
    plain = {"type": "http", "method": "POST", "path": "/x", "raw_path": b"/x", "query_string": b"", "scheme": "http"}
    return {**plain, "http_version": "1.1", "headers": headers, "client": ("192.0.2.1", 5), "server": None, **changed}


class Caller:
    """One request: what it sends piece by piece, and what it is told."""

    def __init__(self, *pieces: bytes, then: str = "end", length: int | None = None, **changed: Any) -> None:
        self.pieces, self.then = list(pieces), then
        announced = sum(map(len, pieces)) if length is None else length
        self.scope = scope([(b"content-length", str(announced).encode())], **changed)
        self.status, self.told = 0, b""
        self.headers: dict[bytes, bytes] = {}

    async def receive(self) -> dict[str, Any]:
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.then != "end"}
        if self.then == "leave":
            return {"type": "http.disconnect"}
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.told += message["body"]


def door(folder: Path, application: Any = echo, **changed: Any) -> Door:
    return Door(application, limits=LIMITS, proxies=read_proxies(""), folder=folder / "spool", **changed)


def in_a_thread(story: Coroutine[Any, Any, Any]) -> Any:
    """Play it in a loop of its own: a browser test of this process may have left one running in this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, story).result()


def call(at: Door, *callers: Caller) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(at(one.scope, one.receive, one.send) for one in callers))

    in_a_thread(all_of_them())


def test_a_body_in_pieces_arrives_whole_whatever_its_size(tmp_path: Path) -> None:
    small, large = b"ab" * 10, bytes(range(256)) * 1400
    first, second = Caller(small[:7], small[7:]), Caller(*(large[at : at + 9999] for at in range(0, len(large), 9999)))
    call(door(tmp_path), first, second)
    assert (first.status, first.told, first.headers[b"x-length"]) == (200, small, b"20")
    assert (second.status, second.told) == (200, large)


@pytest.mark.parametrize(
    ("caller", "word"),
    [
        (lambda: Caller(b"a" * 10, then="wait", length=100), b"too_slow"),
        (lambda: Caller(b"a" * 300_000, b"a" * 200_000), b"too_large"),
        (lambda: Caller(b"a" * 100, then="wait", length=400_001), b"too_large"),
        (lambda: Caller(*[b"a" * 200_000] * 9, then="wait", length=1), b"too_large"),
    ],
)
def test_too_slow_and_too_large_are_told_in_words_and_the_connection_ends(
    tmp_path: Path, caller: Any, word: bytes
) -> None:
    refused = caller()
    call(door(tmp_path), refused)
    assert (refused.status, refused.told, refused.headers[b"connection"]) == (503, word, b"close")


def test_who_asks_before_sending_is_answered_before_sending(tmp_path: Path) -> None:
    asking = Caller(then="wait", length=400_001)
    asking.scope["headers"].append((b"expect", b"100-continue"))
    call(Door(echo, limits=replace(LIMITS, body_seconds=60), proxies=read_proxies(""), folder=tmp_path), asking)
    assert asking.told == b"too_large"


def test_slow_ones_hold_no_thread_and_one_address_may_send_only_so_much_at_once(tmp_path: Path) -> None:
    """Three slow bodies, more than there are threads, and a fourth of the same address; the other address is answered."""
    slow = [Caller(b"a", then="wait", length=9) for _one in range(3)]
    fourth, other = Caller(b"a", then="wait", length=9), Caller(b"hello", client=("192.0.2.2", 5))
    answered: list[str] = []
    at = door(tmp_path, noted=lambda _e, address, status, _sent, _s: answered.append(f"{address} {status}"))
    call(at, *slow, fourth, other)
    assert (other.status, other.told) == (200, b"hello")
    assert fourth.told == b"too_busy"
    assert [one.told for one in slow] == [b"too_slow"] * 3
    assert answered.index("192.0.2.2 200") < answered.index("192.0.2.1 503", 1)
    assert at.bodies == {}
    assert at.spools == set()


def test_who_goes_away_while_sending_is_never_asked_after(tmp_path: Path) -> None:
    asked: list[bytes] = []
    gone = Caller(b"a" * 10, then="leave", length=100)
    call(door(tmp_path, lambda environ, start: asked.append(b"x") or []), gone)
    assert (asked, gone.status) == ([], 0)


def test_a_slow_reader_holds_no_thread(tmp_path: Path) -> None:
    """The answer is complete, and its thread free for another, before the reader took its first byte."""
    written = threading.Event()

    def long_answer(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [])

        def content() -> Any:
            yield from [b"z" * 100_000] * 20
            written.set()

        return content()

    class SlowReader(Caller):
        async def send(self, message: Any) -> None:
            if message["type"] == "http.response.body" and not written.is_set():
                await asyncio.to_thread(written.wait, 5)
                assert written.is_set()
            await super().send(message)

    reader = SlowReader(b"x")
    call(door(tmp_path, long_answer), reader)
    assert reader.told == b"z" * 2_000_000


@pytest.mark.parametrize(("streaming", "calls"), [(False, 1), (True, 4)])
def test_an_answer_that_django_has_whole_calls_the_loop_once(tmp_path: Path, streaming: bool, calls: int) -> None:
    """Each call changes threads, and the page of somebody else waits for it; what comes by and by is told piece by piece."""

    class Whole(list[bytes]):
        pass

    def pages(environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [])
        answer = Whole([b"a", b"b", b"c"])
        answer.streaming = streaming  # type: ignore[attr-defined]
        return answer

    called: list[Any] = []

    class Counting(Answer):
        def fill(self, *arguments: Any) -> None:
            real, self.loop = self.loop, Mock(wraps=self.loop)
            super().fill(*arguments)
            called.append(self.loop.call_soon_threadsafe.call_count)
            self.loop = real

    asking = Caller(b"x")
    with patch("tingsu.ops.web.door.Answer", Counting):
        at = door(tmp_path, pages)
        call(at, asking)
    at.threads.end(5)  # the answer may be there before its thread has counted
    assert (asking.status, asking.told, called) == (200, b"abc", [calls])


def test_an_answer_that_breaks_off_is_cut_and_one_that_never_began_is_a_plain_500(tmp_path: Path) -> None:
    def breaks(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/x":
            raise ZeroDivisionError
        start("200 OK", [])

        def content() -> Any:
            yield b"half"
            raise ZeroDivisionError

        return content()

    never, half = Caller(b"x"), Caller(b"x", raw_path=b"/half")
    ended: list[bool] = []

    class Ending(Caller):
        async def send(self, message: Any) -> None:
            ended.append(message.get("more_body") is False)
            await super().send(message)

    half = Ending(b"x", raw_path=b"/half")
    call(door(tmp_path, breaks), never, half)
    assert never.status == 500
    assert half.told == b"half"
    assert not any(ended), "a half answer must not look whole"


def test_nothing_is_answered_but_health_before_the_first_pages_were_drawn(tmp_path: Path) -> None:
    go_on, seen = threading.Event(), []

    def pages(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append((environ["PATH_INFO"], environ.get("tingsu.warm")))
        start("200 OK", [])
        if environ["PATH_INFO"] == "/readyz":
            go_on.set()
        return []

    at = door(tmp_path, pages, warm=lambda _threads, _number: go_on.wait(5) and None)
    call(at, Caller(b"x"), Caller(b"", raw_path=b"/readyz", method="GET"))
    assert seen == [("/readyz", False), ("/x", None)]


def test_a_request_becomes_an_environment_that_no_header_can_pass_through_disguised() -> None:
    sent = [
        (b"x_forwarded_for", b"1.1.1.1"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"x"),
        (b"accept", b"y"),
    ]
    made = environment(scope(sent, raw_path=b"/tingsu/%E4%B8%AD", path="/tingsu/中"), "/tingsu")
    assert made["PATH_INFO"].encode("latin-1").decode() == "/中"
    assert made["SCRIPT_NAME"] == "/tingsu"
    assert (made["HTTP_COOKIE"], made["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")
    assert "HTTP_X_FORWARDED_FOR" not in made
    assert environment(scope(raw_path=b"/tingsuite"), "/tingsu")["PATH_INFO"] == "/tingsuite"


def test_the_end_of_the_server_waits_for_the_page_that_is_being_drawn(tmp_path: Path) -> None:
    drawing, drawn = threading.Event(), []

    def page(environ: dict[str, Any], start: Any) -> list[bytes]:
        drawing.set()
        time.sleep(0.05)
        drawn.append("whole")
        return echo(environ, start)

    at, told = door(tmp_path, page), []

    async def play() -> None:
        asking = Caller(b"x")
        answer = asyncio.create_task(at(asking.scope, asking.receive, asking.send))
        await asyncio.to_thread(drawing.wait, 5)

        async def ending() -> dict[str, Any]:
            return {"type": "lifespan.shutdown"}

        async def tell(message: Any) -> None:
            told.append((message["type"], list(drawn)))

        await at({"type": "lifespan"}, ending, tell)
        await answer
        assert asking.told == b"x"

    in_a_thread(play())
    assert told == [("lifespan.shutdown.complete", ["whole"])]


def test_what_waits_on_the_disk_cannot_be_read_there_and_has_no_name(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", in_memory=10)
    spool.write(b"kept")
    spool.write("身份证".encode() * 1000)
    assert list((tmp_path / "spool").iterdir()) == []
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0
    assert spool._file is not None
    spool._file.seek(0)
    assert "身份证".encode() not in spool._file.read()
    taken = b"".join(iter(lambda: spool.take(7), b""))
    assert taken == b"kept" + "身份证".encode() * 1000
    spool.close()


@pytest.mark.parametrize("room", [0, 1])
def test_a_full_disk_cuts_no_answer_off_and_refuses_a_large_body(tmp_path: Path, room: int) -> None:
    """Scripts and long pages are larger than what is kept in memory: a half one would be a white page at the worst moment."""
    content = bytes(range(256)) * 4000
    pieces = [content[at : at + 50_000] for at in range(0, len(content), 50_000)]

    def pages(environ: dict[str, Any], start: Any) -> list[bytes]:
        if "tingsu.refused" in environ:
            return echo(environ, start)
        start("200 OK", [])
        return pieces

    left, write = [room], os.pwrite

    def full(*arguments: Any) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(*arguments)

    reader, sender = Caller(), Caller(*[b"a" * 100_000] * 3)
    with patch("tingsu.ops.web.spool.os.pwrite", full):
        call(door(tmp_path, pages), reader)
        left[0] = 0
        call(door(tmp_path, pages), sender)
    assert (reader.status, len(reader.told)) == (200, len(content))
    assert reader.told == content
    assert (sender.status, sender.told) == (503, b"no_space")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("too_large", 413, "body_too_large"),
        ("too_slow", 408, "body_too_slow"),
        ("too_busy", 503, "busy"),
        ("no_space", 503, "no_space"),
    ],
)
def test_what_the_door_refused_is_a_sentence_for_people_and_a_problem_for_programs(
    client: Client, word, status, code
) -> None:
    page = client.get("/", **{"tingsu.refused": word}, headers={"Accept-Language": "zh-CN"})
    assert page.status_code == status
    assert code in page.content.decode()
    problem = client.get("/api/v1/complaints", **{"tingsu.refused": word})
    assert (problem.status_code, problem.json()["code"]) == (status, code)
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert ("Retry-After" in page.headers) == (status == 503)
