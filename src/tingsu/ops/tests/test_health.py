"""Health told truly to whoever asks by whatever name, and figures to this machine or the token alone."""

from __future__ import annotations

import errno
import gc
import os
import threading

import pytest
from django.test import Client

from tingsu.kernel.clients import read_proxies
from tingsu.ops import folders
from tingsu.ops.web import health, serving
from tingsu.ops.web.threads import Threads

pytestmark = pytest.mark.django_db
ADDRESSES = ["/healthz", "/readyz"]


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    health.forget()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_balancer_asks_by_address(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Host": "10.20.30.40:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.get("/", headers={"Host": "10.20.30.40:8000"}).status_code == 400
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_full_disk_is_told(client: Client, address: str, monkeypatch, settings) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.WEB_LEAST_DISK_MB = 0
    assert client.get(address).status_code == 200
    health.forget()
    monkeypatch.setattr(os, "fsync", full)
    assert (client.get(address).status_code, client.get(address).content) == (503, b"disk cannot be written\n")
    monkeypatch.undo()
    health.forget()
    settings.WEB_LEAST_DISK_MB = 10**12
    assert client.get(address).content == b"disk full\n"


def test_a_folder_of_files_that_takes_nothing_is_told(client: Client, monkeypatch, settings, tmp_path) -> None:
    """Of another user, on a disk that is read only, or on a full disk of its own."""
    settings.HOME, settings.WEB_LEAST_DISK_MB, shut = tmp_path, 0, []
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(os, "access", lambda place, _how: place not in shut)
    assert client.get("/readyz").status_code == 200
    health.forget()
    shut.append(tmp_path / "files")
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (503, b"files cannot be written\n")
    assert folders.shut(tmp_path) == ["files"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_database_that_is_away_is_told(client: Client, address: str, monkeypatch) -> None:
    from django.db import OperationalError
    from django.db.backends.base.base import BaseDatabaseWrapper

    def gone(self: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", gone)
    assert (client.get(address).status_code, client.get(address).content) == (503, b"database unreachable\n")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_question_that_ends_in_no_answer_at_all_is_told(client: Client, monkeypatch) -> None:
    assert client.get("/readyz").status_code == 200
    health.forget()
    monkeypatch.setattr(health, "_answers", lambda: 1 // 0)
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (503, b"database unreachable\n")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_database_that_is_frozen_is_told_and_asked_once(client: Client, address: str, monkeypatch) -> None:
    """It took the question and says nothing: whoever asks hears so, and no second question waits beside the first."""
    thaw, asked = threading.Event(), []

    def frozen() -> None:
        asked.append(address)
        thaw.wait(30)

    with monkeypatch.context() as stuck:
        stuck.setattr(health, "LONGEST_SECONDS", 0.05)
        stuck.setattr(health, "_answers", frozen)
        for _time in range(2):
            answer = client.get(address)
            assert (answer.status_code, answer.content) == (503, b"database does not answer\n")
            health.forget()
        assert asked == [address]
        thaw.set()
        for one in threading.enumerate():
            if one.name == "health":
                one.join(5)
    health.forget()
    assert client.get(address).status_code == 200


def test_a_process_that_still_warms_up_lives_and_is_not_ready(client: Client) -> None:
    assert client.get("/readyz", **{"tingsu.warm": False}).content == b"warming up\n"
    assert client.get("/healthz", **{"tingsu.warm": False}).status_code == 200


def test_figures_are_for_this_machine_or_the_token(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403
    # A proxy on this machine that nobody told us of must not make everybody a neighbour.
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403
    settings.PROXIES = read_proxies("1")
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    settings.METRICS_TOKEN = "right"
    for token, status in (("right", 200), ("wrong", 403), ("", 403)):
        answer = client.get("/metrics", REMOTE_ADDR="203.0.113.7", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


def test_figures_tell_of_jobs_and_disk_and_of_nobody(client: Client) -> None:
    told = client.get("/metrics").content.decode()
    assert "tingsu_database_up 1.0" in told
    assert "tingsu_disk_free_bytes" in told
    assert "tingsu_job_wait_seconds" in told
    labels = {
        part.split("=")[0]
        for line in told.splitlines()
        if "{" in line
        for part in line.split("{")[1].split("}")[0].split(",")
    }
    assert labels <= {"method", "route", "status", "le", "state", "queue"}


def test_what_stands_after_the_warm_up_is_not_walked_through_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full collection of a process that has loaded everything takes longer than most pages."""
    monkeypatch.setattr(serving, "_first_pages", lambda _application, _together: None)
    gc.unfreeze()
    threads = Threads(1, "warm")
    serving.warm_up(lambda _environ, _start: (), threads, 1)
    threads.end(5)
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert frozen > 100_000
