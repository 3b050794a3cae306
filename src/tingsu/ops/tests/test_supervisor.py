"""The whole of it, as a person runs it: web, worker and database killed while complaints are registered."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.ops.postgres import Server
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import Load, issue_token, serve, tingsu
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
    home = tmp_path_factory.mktemp("served") / "home"
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
            for word in ("procrastinate", "granian"):
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
