"""The whole of it, as a person runs it: web, worker and database killed while complaints are registered."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tingsu.ops.postgres import Server
from tingsu.ops.tests import kept_homes
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import Load, Running, issue_token, serve, tingsu
from tingsu.ops.tests.waiting import wait_until

# The promise is 10 s on a machine of its own; tests share theirs.
AGAIN_SECONDS = 25
_NUMBERS = """
from tingsu.complaints.models import Complaint
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
with acting_for(Organisation.objects.get(slug="test").pk):
    print("numbers", *Complaint.objects.values_list("number", flat=True))
"""


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With its tables: that a start makes them is looked at where the first day is (`test_first_home`)."""
    home = kept_homes.copy(kept_homes.READY, tmp_path_factory.mktemp("served") / "home")
    yield home
    remove(home)


@pytest.mark.req("invariant-3", "RG-13")
def test_every_number_that_was_shown_exists_once_after_killing_everything(served_home):
    running = serve(served_home)
    try:
        running.wait()
        load = Load(running, issue_token(served_home))
        with load:
            wait_until(lambda: len(load.shown) >= 20 or load.refused, 60)
            for word in ("procrastinate", "web.server"):
                victims = running.children(word)
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)
                before = len(load.shown)
                wait_until(lambda word=word, victims=victims: set(running.children(word)) - set(victims), 30)
                wait_until(lambda before=before: len(load.shown) >= before + 10, 60)
            server = Server(served_home)
            os.kill(server.pid(), signal.SIGKILL)
            before = len(load.shown)
            wait_until(lambda: len(load.shown) >= before + 10, 60)
        assert load.refused == []
        assert load.failures > 0, "nothing was interrupted, so nothing was proved"
        kept = tingsu(served_home, "manage", "shell", "--no-imports", "-c", _NUMBERS).stdout
        numbers = Counter(kept.rpartition("numbers ")[2].split())
        assert set(load.shown) <= set(numbers)
        assert max(numbers.values()) == 1
        assert max(Counter(load.shown).values()) == 1
        # A call whose answer was lost was repeated with its key: at most the last one of each client is unshown.
        assert len(numbers) - len(load.shown) <= load.clients
        verified = tingsu(served_home, "verify")
        assert "histories" in verified.stdout
        changed = [line for line in verified.stdout.splitlines() if line.startswith(("kernel_", "complaints_"))]
        assert changed == []
    finally:
        running.stop()
    assert running.process.returncode == 0
    assert running.children("python") == []
    assert not Server(served_home).running()


def test_slow_uploads_and_slow_connections_shut_nobody_out(served_home):
    """Twelve bodies that do not end and 200 connections that do not begin; eight threads once were all there was."""
    running = serve(served_home)
    slow: list[socket.socket] = []
    try:
        running.wait()
        for number in range(212):
            slow.append(socket.create_connection(("127.0.0.1", running.port)))
            head = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\nlogin="
            slow[-1].sendall(head if number < 12 else head[:20])
        for _again in range(8):
            with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/accounts/login/", timeout=10) as page:
                assert page.status == 200
        for pid in running.children("web.server"):
            held = Path(f"/proc/{pid}/environ").read_text()
            assert "TINGSU_APP_DSN" in held
            assert "TINGSU_OWNER_DSN" not in held
            assert "TINGSU_BENCH_DSN" not in held
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/metrics", timeout=10) as figures:
            assert 'tingsu_answers_total{method="GET",route="accounts/login/",status="200"}' in figures.read().decode()
        lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
        assert {("accounts/login/", 200)} <= {(line.get("route"), line.get("status")) for line in lines}
        for one in slow:
            one.close()
        told_of_a_frozen_database(running, Server(served_home).pid())
    finally:
        for one in slow:
            one.close()
        running.stop()


def told_of_a_frozen_database(running: Running, postmaster: int) -> None:
    """The whole server is stopped in the middle: a sentence in seconds, and all goes on by itself."""
    address = f"http://127.0.0.1:{running.port}/accounts/login/"
    before = {word: running.children(word) for word in ("web.server", "procrastinate")}
    with ThreadPoolExecutor(12) as people, frozen(postmaster):
        for seconds in (30, 10):  # the first find out, the others are told at once; tests share their machine
            answers = list(people.map(partial(_asked, address, seconds), range(12)))
            assert {status for status, _said in answers} == {503}, answers
            assert {said for _status, said in answers} == {"The database cannot be reached at the moment."}
    wait_until(lambda: _asked(address, 10)[0] == 200, 20)
    assert before == {word: running.children(word) for word in before}, "nobody died of it"


@contextmanager
def frozen(postmaster: int) -> Iterator[None]:
    """Every process of it stopped, as by a machine that hangs."""
    everybody = [postmaster, *map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]
    for one in everybody:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in everybody:
            os.kill(one, signal.SIGCONT)


def _asked(address: str, seconds: float, _who: int = 0) -> tuple[int, str]:
    """The status of a page and its heading, asked by an English reader."""
    asked = urllib.request.Request(address, headers={"Accept-Language": "en"})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as page:  # noqa: S310
            return page.status, ""
    except urllib.error.HTTPError as refusal:
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", refusal.read().decode(), re.DOTALL)
        return refusal.code, heading[1].strip() if heading else ""


def test_a_second_start_is_quick_even_after_kill_9_of_the_supervisor(served_home):
    first = serve(served_home)
    first.wait()
    first.process.kill()
    first.process.wait()
    began = time.monotonic()
    second = serve(served_home)
    try:
        second.wait()
        assert time.monotonic() - began < AGAIN_SECONDS
        assert first.children("python") == []
    finally:
        second.stop()


def test_an_interrupt_while_starting_stops_all_of_it(served_home):
    running = serve(served_home)
    wait_until(lambda: Server(served_home).running() or running.process.poll() is not None, 20)
    os.killpg(running.process.pid, signal.SIGINT)
    running.process.wait(20)
    wait_until(lambda: not Server(served_home).running(), 10)
    assert running.children("python") == []
    assert "Traceback" not in running.log.read_text()
