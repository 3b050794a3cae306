"""What the supervisor starts is restarted when it dies and gone when it stops, however it stops."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tingsu.ops import children, figures, supervisor
from tingsu.ops.children import Child
from tingsu.ops.errors import CannotStart
from tingsu.ops.tests.waiting import wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_dies_is_started_again_after_a_pause_and_its_family_is_ended():
    said: list[str] = []
    with_family = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    )
    child = Child("web", [sys.executable, "-c", with_family + " time.sleep(60)"])
    child.start()
    first = child.process.pid
    try:
        wait_until(lambda: len(family(first)) == 2)
        members = family(first)
        os.kill(first, signal.SIGKILL)
        child.process.wait()
        child.look(said.append)
        assert child.process is None, "not hot: there is a pause before the next try"
        wait_until(lambda: child.look(said.append) or child.process is not None)
        assert child.process.pid != first
        wait_until(lambda: all(gone(pid) for pid in members))
        assert said == ["web ended (signal SIGKILL), starting it again."]
    finally:
        children.end_all([child])


def test_a_task_that_ends_well_is_not_started_again_and_one_that_fails_gives_up():
    said: list[str] = []
    done = Child("history", [sys.executable, "-c", ""], attempts=3)
    failing = Child("history", [sys.executable, "-c", "raise SystemExit(3)"], attempts=2)
    for child in (done, failing):
        child.start()
        wait_until(lambda child=child: child.look(said.append) or child.finished)
    assert said == ["history ended (code 3), starting it again.", "history failed."]


def test_stopping_ends_every_child():
    running = [Child("one", SLEEPER), Child("two", SLEEPER)]
    for child in running:
        child.start()
    pids = [child.process.pid for child in running]
    children.end_all(running)
    assert all(gone(pid) for pid in pids)


def test_leftovers_of_a_killed_supervisor_are_ended_and_nobody_else():
    alive = Child("ours", SLEEPER)
    alive.start()
    orphan = subprocess.Popen(SLEEPER, env=os.environ | {"TINGSU_SUPERVISED_BY": "1:1"})
    stranger = subprocess.Popen(SLEEPER)
    try:
        children.end_leftovers()
        assert orphan.wait(5) == -signal.SIGKILL
        assert alive.process.poll() is None
        assert stranger.poll() is None
    finally:
        children.end_all([alive])
        stranger.kill()
        stranger.wait()


def test_children_end_with_a_killed_supervisor():
    code = (
        "import sys, time; from tingsu.ops.children import Child; "
        f"child = Child('x', {SLEEPER!r}); child.start(); print(child.process.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()
    wait_until(lambda: gone(child))


def test_a_taken_port_ends_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is taken by another program"):
            supervisor._check_port("127.0.0.1", port)
    supervisor._check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("127.0.0.1", 70000, "is not a port"),
        ("no.such.host.invalid", 8000, "is not an address of this machine"),
        ("192.0.2.1", 8000, "is not an address of this machine"),
    ],
)
def test_an_impossible_address_ends_in_one_sentence(host, port, sentence):
    with pytest.raises(CannotStart, match=sentence):
        supervisor._check_port(host, port)


def test_the_demo_refuses_a_database_that_is_not_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@their.server/complaints")
    with pytest.raises(CannotStart, match="unset DATABASE_URL"):
        supervisor.demo(tmp_path, host="127.0.0.1", port=8000)
    assert list(tmp_path.iterdir()) == []


def family(leader: int) -> list[int]:
    """The process ids of a group."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getpgid(int(folder.name)) == leader and not gone(int(folder.name)):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_a_log_is_its_owners_alone_and_is_turned_over_while_it_is_written(tmp_path, monkeypatch):
    """Whatever the umask says; and the child, which knows nothing of it, goes on in the same file."""
    monkeypatch.setattr(children, "LONGEST_LOG", 1000)
    log = tmp_path / "logs" / "web.log"
    told = "import os, time\nfor n in range(10000): os.write(1, b'line %d\\n' % n); time.sleep(0.001)"
    before = os.umask(0)
    child = Child("chatty", [sys.executable, "-c", told], log=log)
    try:
        child.start()
        wait_until(lambda: log.stat().st_size > 2000)
        child.look(print)
        old = log.with_suffix(".old.log")
        assert old.stat().st_size > 2000
        assert log.stat().st_mode & 0o077 == old.stat().st_mode & 0o077 == 0
        wait_until(lambda: log.stat().st_size > 100)
        assert log.read_bytes()[:4] == b"line", "no hole where the old lines were"
    finally:
        os.umask(before)
        children.end_all([child])


@pytest.mark.req("RC-03")
def test_a_database_that_cannot_start_is_tried_until_it_can_and_said_once(tmp_path, monkeypatch):
    """A disk that fills up ends PostgreSQL, not us: the web goes on saying so, and all begins again when there is room."""
    said, tries, at = [], [], [1000.0]
    kept = supervisor._Database(tmp_path)
    outcomes = iter(
        [CannotStart("The disk is full: free at least 1 GB and start again."), OSError(errno.ENOSPC, "full"), True]
    )
    running = [True, False, False, False, True]

    def start(_home):
        tries.append(at[0])
        if (outcome := next(outcomes)) is not True:
            raise outcome

    monkeypatch.setattr(supervisor.database, "start", start)
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(kept, "server", SimpleNamespace(running=lambda: running.pop(0)))
    for _look in range(20):
        kept.look(said.append)
        at[0] += 1
        if not running:
            break
    assert tries == [1001.0, 1006.0, 1011.0]
    assert said[0] == "The database ended, starting it again."
    assert (
        said[1]
        == "The database cannot be started. The disk is full: free at least 1 GB. It is tried again every 5 seconds by itself."
    )
    assert said[2:] == ["The database is back."]


@pytest.mark.req("RC-03")
def test_a_log_that_cannot_be_kept_ends_nothing(tmp_path, monkeypatch):
    (tmp_path / "logs").write_text("a file where the folder should be")
    child = Child("web", SLEEPER, log=tmp_path / "logs" / "web.log")
    try:
        child.start()
        child.look(print)
        assert child.process.poll() is None
        monkeypatch.setattr(child, "_turn_over", lambda: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        child.look(print)
        assert child.process.poll() is None
    finally:
        children.end_all([child])


@pytest.mark.req("RC-03")
def test_a_machine_without_memory_for_one_more_process_ends_nothing_and_is_asked_again(monkeypatch):
    child, said = Child("web", SLEEPER), []

    def refuse(*_arguments, **_named):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    with monkeypatch.context() as patch:
        patch.setattr(children.subprocess, "Popen", refuse)
        child.look(said.append)
    assert said == ["web cannot be started (Cannot allocate memory), trying again in 0.4 s."]
    child.restart_at = 0.0
    try:
        child.look(said.append)
        assert child.process is not None
    finally:
        children.end_all([child])


def test_figures_are_kept_in_memory_for_their_owner_alone_or_in_the_home(tmp_path, monkeypatch):
    memory, home = tmp_path / "shm", tmp_path / "home"
    memory.mkdir()
    home.mkdir()
    monkeypatch.setattr(figures, "MEMORY", memory)
    folder = figures.fresh_folder(home, 8000)
    assert folder.parent == memory
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "counter_1.db").touch()
    assert figures.fresh_folder(home, 8001) != folder, "two servers of one home do not wipe each other's"
    assert figures.fresh_folder(home, 8000) == folder
    assert list(folder.iterdir()) == []
    figures.forget(folder)
    assert not folder.exists()
    folder.symlink_to(home)  # somebody else was there first
    assert figures.fresh_folder(home, 8000) == home / "metrics"
    monkeypatch.setattr(figures, "MEMORY", tmp_path / "none")
    assert figures.fresh_folder(home, 8000) == home / "metrics"
