"""A database that is frozen in the middle: people hear so in seconds, threads are bounded, and all goes on when it thaws."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from tingsu.kernel.organisations import organisations
from tingsu.ops.tests.test_door import Caller, door, in_a_thread
from tingsu.ops.web import health, heart, lines
from tingsu.ops.web.spool import Spool

FROZEN = ["/page", "/page", "/page", "/page", "/page", "/page"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(heart, "SUSPICIOUS_SECONDS", 0.03)
    monkeypatch.setattr(heart, "LOST_SECONDS", 0.05)


class Database:
    """Answers, or holds everybody who asks until it thaws."""

    def __init__(self) -> None:
        self.thawed, self.asked, self.pages, self.cut = threading.Event(), 0, [], []
        self.thawed.set()

    def silent(self) -> bool:
        self.asked += 1
        return not self.thawed.is_set()

    def application(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        if word := environ.get("tingsu.refused"):
            start("503 Refused", [])
            return [environ["REQUEST_METHOD"].encode(), b" ", word.encode(), b" ", body]
        if environ["PATH_INFO"] == "/page":
            self.pages.append(threading.get_ident())
            assert self.thawed.wait(30)
            body = body + environ["wsgi.input"].read()
        start("200 OK", [])
        return [body or b"drawn"]


@pytest.fixture
def frozen(quick: None) -> Iterator[Database]:
    database = Database()
    yield database
    database.thawed.set()


def asks(path: str, number: int = 1, body: bytes = b"") -> Caller:
    changed = {"path": path, "raw_path": path.encode(), "method": "POST" if body else "GET"}
    return Caller(*([body] if body else []), client=(f"192.0.2.{number}", 5), **changed)


def test_people_hear_of_a_frozen_database_threads_are_bounded_and_all_goes_on_when_it_thaws(
    tmp_path: Path, frozen: Database
) -> None:
    at = door(tmp_path, frozen.application, silent=frozen.silent, cut=frozen.cut.append, static="/static/")

    async def ask(*callers: Caller) -> None:
        await asyncio.wait_for(asyncio.gather(*(at(one.scope, one.receive, one.send) for one in callers)), 5)

    async def story() -> None:
        calm = asks("/calm")
        await ask(calm)
        assert (calm.told, frozen.asked) == (b"drawn", 0), "nobody asks while nobody waits"
        frozen.thawed.clear()
        first = [asks(path, number) for number, path in enumerate(FROZEN)]
        typed = asks("/page", 1, b"what somebody typed")
        await ask(*first, typed)
        assert {(one.status, one.told) for one in first} == {(503, b"GET no_database ")}
        assert (typed.status, typed.told) == (503, b"POST no_database what somebody typed")
        assert len(frozen.pages) == at.turns.places == 3, "no thread beyond its number waits"
        later = [asks("/page"), asks("/calm"), asks("/page", 2, b"more")]
        aside = [asks(path) for path in ("/healthz", "/metrics", "/static/pages.css")]
        await ask(*later, *aside)
        assert [one.told[-4:] for one in later] == [b"ase ", b"ase ", b"more"]
        assert {one.status for one in aside} == {200}, "what needs no database is still answered"
        assert len(frozen.pages) == 3, "no new page begins meanwhile"
        held = list(frozen.pages)
        frozen.thawed.set()
        while at.heart.silent or at.turns.running:
            await asyncio.sleep(0.01)
        after = [asks("/calm"), asks("/page", 3, b"again")]
        await ask(*after)
        assert [one.told for one in after] == [b"drawn", b"again"]
        asked = frozen.asked
        await asyncio.sleep(0.08)
        assert frozen.asked == asked, "nobody asks any more"
        assert frozen.cut == []
        # The one that was asked never comes back, but another answers at its address: who waits for the first is cut off.
        thaw, frozen.thawed = frozen.thawed, threading.Event()
        thaw.clear()
        lost, frozen_still = asks("/page"), frozen.thawed
        await ask(lost)
        assert lost.told == b"GET no_database "
        frozen.thawed = thaw
        thaw.set()
        while not frozen.cut:
            await asyncio.sleep(0.01)
        assert frozen.cut == [frozen.pages[-1]]
        assert set(held) <= set(frozen.pages)
        frozen_still.set()

    in_a_thread(asyncio.wait_for(story(), 30))


def test_a_page_that_only_takes_long_is_answered(tmp_path: Path, frozen: Database) -> None:
    """Whoever draws a large file is asked about, the database answers, and nobody is sent away."""
    frozen.thawed.clear()
    at = door(tmp_path, frozen.application, silent=lambda: bool(frozen.thawed.set()))
    slow = asks("/page", 1, b"much")

    in_a_thread(at(slow.scope, slow.receive, slow.send))
    assert (slow.status, slow.told) == (200, b"much")


def test_a_process_that_waits_for_a_processor_doubts_what_it_does_not_hear(
    monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    """On a crowded machine an answer may lie there unread: nobody is sent away for that, unless it goes on."""
    fell: list[int] = []

    async def story(starved: float) -> int:
        monkeypatch.setattr(heart, "STARVED_SECONDS", starved)
        asked: list[int] = []
        looked = threading.Event()
        one: heart.Heart[str] = heart.Heart(
            lambda: not asked.append(1) and not looked.wait(0.03), lambda: fell.append(len(asked)), lambda: None
        )
        one.begin("somebody")
        while not one.silent:
            await asyncio.sleep(0.005)
        return fell[-1]

    assert in_a_thread(asyncio.wait_for(story(60), 30)) == 1
    assert in_a_thread(asyncio.wait_for(story(-60), 30)) == 1 + heart.DOUBTS


def test_a_body_stays_whole_for_the_thread_that_still_reads_it(tmp_path: Path, quick: None) -> None:
    """Its sender is told and gone; half a form must not be taken for a whole one."""
    began, thaw, read = threading.Event(), threading.Event(), []

    def slow(environ: dict[str, Any], start: Any) -> list[bytes]:
        if "tingsu.refused" not in environ:
            began.set()
            thaw.wait(10)
            read.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b""]

    at = door(tmp_path, slow, silent=began.is_set)
    large = asks("/page", 1, b"x" * 300_000)

    async def story() -> None:
        await at(large.scope, large.receive, large.send)
        thaw.set()
        while not read or at.turns.running:
            await asyncio.sleep(0.01)

    in_a_thread(asyncio.wait_for(story(), 30))
    assert read == [b"x" * 300_000]


def test_a_body_is_held_out_whole_or_not_at_all(tmp_path: Path) -> None:
    small, large = Spool(tmp_path), Spool(tmp_path, in_memory=4)
    small.write(b"typed")
    large.write(b"a photo")
    assert (small.held(), large.held()) == (b"typed", b"")
    small.take(2)
    assert small.held() == b""


@pytest.mark.django_db
def test_the_page_says_so_in_the_readers_language_asks_nothing_and_holds_out_what_was_typed(
    client: Client, cast: object, django_assert_num_queries: Any
) -> None:
    organisations()
    refused = {"tingsu.refused": "no_database"}
    with django_assert_num_queries(0):
        plain = client.get("/", headers={"Accept-Language": "zh-CN"}, **refused)
        assert (plain.status_code, plain["Retry-After"]) == (503, "5")
        assert "数据库暂时无法访问" in plain.content.decode()
        form = {"csrfmiddlewaretoken": "t" * 64, "key": "k-1", "story": "水壶漏水 <b>"}
        for path, origin, held in (
            ("/submit/", "http://testserver", True),
            ("/o/test/submit/", "http://testserver", True),
            ("/submit/", "http://elsewhere.example", False),
            ("/accounts/login/", "http://testserver", False),
            ("/o/test/accounts/login/", "http://testserver", False),
        ):
            answer = client.post(path, form, headers={"Accept-Language": "en", "Origin": origin}, **refused)
            said = answer.content.decode()
            assert answer.status_code == 503
            assert "The database cannot be reached at the moment." in said
            assert "Idempotency" not in said
            values = ['name="key" value="k-1"', f'value="{"t" * 64}"', 'value="水壶漏水 &lt;b&gt;"', f'action="{path}"']
            assert [one in said for one in values] == [held] * 4, (path, origin)
        for path in ("/api/v1/complaints", "/o/test/api/v1/complaints"):
            problem = client.post(path, {}, **refused)
            assert (problem.status_code, problem["Content-Type"]) == (503, "application/problem+json")
            assert problem.json()["code"] == "unreachable"


def test_a_line_is_cut_off_from_another_thread(transactional_db: None) -> None:
    """A call that would last for ever ends; a thread that never asked is none of our business."""
    told: list[type[BaseException]] = []

    def wait() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(30)")
        except OperationalError as error:
            told.append(type(error.__cause__))
        finally:
            connection.close()

    waiting = threading.Thread(target=wait)
    began = time.monotonic()
    waiting.start()
    while waiting.is_alive() and time.monotonic() - began < 10:
        lines.cut(waiting.ident)
        waiting.join(0.02)
    assert told
    assert issubclass(told[0], psycopg.OperationalError)
    lines.cut(os.getpid())


def test_a_question_that_is_lost_is_given_up_and_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    database, gone, cut = health._Database(), threading.Event(), []
    monkeypatch.setattr(health, "LONGEST_SECONDS", 0.02)
    monkeypatch.setattr(health, "LOST_SECONDS", 0.04)
    monkeypatch.setattr(health, "_answers", lambda: gone.wait(10) and None)
    monkeypatch.setattr(lines, "cut", lambda thread: (cut.append(thread), gone.set()))
    assert database.wrong() == health.SILENT
    assert cut == []
    while database.wrong() == health.SILENT:
        time.sleep(0.005)
    assert len(cut) == 1
