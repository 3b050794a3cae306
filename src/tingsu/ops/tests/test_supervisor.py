"""The whole of it, as a person runs it: web, worker and database killed while complaints are registered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tingsu.ops.postgres import Server
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.waiting import wait_until

READY_SECONDS = 90
AGAIN_SECONDS = 10


@dataclass
class Running:
    """A supervisor, its address and what it says."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def children(self, word: str) -> list[int]:
        """Live processes of this supervisor whose command line holds the word."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                mine = f"TINGSU_SUPERVISED_BY={self.process.pid}:".encode() in (folder / "environ").read_bytes()
                if mine and word.encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    yield home
    remove(home)


def start(home: Path) -> Running:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.parent / "said.log"
    kept = ("TINGSU_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(kept)}
    environment |= {"TINGSU_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "tingsu", "serve", "--with-worker", "--port", str(port)]
    with open(log, "ab") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
    return Running(process, port, log)


def wait_for(running: Running, seconds: float = READY_SECONDS) -> None:
    def up() -> bool:
        assert running.process.poll() is None, running.log.read_text()
        return running.answers() and bool(running.children("procrastinate"))

    wait_until(up, seconds)


@pytest.mark.req("invariant 3")
def test_what_is_killed_comes_back_and_a_stop_leaves_nothing(served_home):
    running = start(served_home)
    try:
        wait_for(running)
        for word in ("procrastinate", "granian"):
            victims = running.children(word)
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda word=word, victims=victims: set(running.children(word)) - set(victims), 20)
            wait_for(running, 30)
        server = Server(served_home)
        os.kill(server.pid(), signal.SIGKILL)
        wait_until(lambda: not server.running(), 5)
        wait_for(running, 30)
        assert server.running()
    finally:
        running.process.terminate()
        running.process.wait(30)
    assert running.process.returncode == 0
    assert running.children("python") == []
    assert not server.running()


def test_a_second_start_is_quick_even_after_kill_9_of_the_supervisor(served_home):
    first = start(served_home)
    wait_for(first)
    first.process.kill()
    first.process.wait()
    began = time.monotonic()
    second = start(served_home)
    try:
        wait_for(second)
        assert time.monotonic() - began < AGAIN_SECONDS
        assert first.children("python") == []
    finally:
        second.process.terminate()
        second.process.wait(30)


def test_an_interrupt_while_starting_stops_all_of_it(served_home):
    running = start(served_home)
    wait_until(lambda: Server(served_home).running() or running.process.poll() is not None, 20)
    os.killpg(running.process.pid, signal.SIGINT)
    running.process.wait(20)
    wait_until(lambda: not Server(served_home).running(), 10)
    assert running.children("python") == []
    assert "Traceback" not in running.log.read_text()
