"""A supervisor as a person starts it, and a load of registrations on it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from tingsu.ops.tests.waiting import wait_until

READY_SECONDS = 120
_ISSUE_TOKEN = """
from tests.cast import Cast, build_cast
from tingsu.kernel.actor import automation
from tingsu.api.tokens import issue_token
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
if not Organisation.objects.exists():
    build_cast()
organisation = Organisation.objects.get(slug="test")
with acting_for(organisation.pk):
    cast = Cast(organisation.pk)
    _row, text = issue_token(
        actor=automation("test", cast.organisation_id), name="load", scopes=("complaints:read", "complaints:write"),
        roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
    )
print("token", text)
"""
_STORY = {
    "problem_type": "consumer",
    "description": "商家已同意退款，七天没有到账。",
    "product": "空气炸锅",
    "occurred_on": "2026-02-20",
    "name": "陈小满",
    "phone": "13800002210",
    "mode": "internet",
    "demands": [{"kind": "refund", "amount": 129900}],
}


def environment(home: Path) -> dict[str, str]:
    """The environment of a person's shell: nothing of the tests' own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINGSU_", "DATABASE_URL"))}
    return kept | {"TINGSU_HOME": str(home), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def tingsu(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    command = [sys.executable, "-m", "tingsu", *arguments]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)


def issue_token(home: Path) -> str:
    """A cast in this home and a token of one of them."""
    done = tingsu(home, "manage", "shell", "--no-imports", "-c", _ISSUE_TOKEN)
    assert "token " in done.stdout, done.stdout + done.stderr
    return done.stdout.rpartition("token ")[2].strip()


@dataclass
class Running:
    """A supervisor, its port and what it says."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
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

    def wait(self, seconds: float = READY_SECONDS) -> None:
        """Until web and worker are up; fails with what was said when the supervisor gave up."""

        def up() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return self.answers() and bool(self.children("procrastinate"))

        wait_until(up, seconds)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def serve(home: Path) -> Running:
    """``serve --with-worker`` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.parent / "said.log"
    command = [sys.executable, "-m", "tingsu", "serve", "--with-worker", "--port", str(port)]
    with open(log, "wb") as said:
        process = subprocess.Popen(command, env=environment(home), stdout=said, stderr=said, start_new_session=True)
    return Running(process, port, log)


@dataclass
class Load:
    """Clients that register complaints one after another and note every number they were shown.

    A call that got no answer is repeated with its key, as a browser or a program would, so that a complaint whose
    answer was lost must not appear twice.
    """

    running: Running
    token: str
    clients: int = 4
    shown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failures: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._register) for _client in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _register(self) -> None:
        key = str(uuid.uuid4())
        while not self._stop.is_set():
            number = self._call(key)
            if number is None:
                self.failures += 1
                self._stop.wait(0.1)
                continue
            self.shown.append(number)
            key = str(uuid.uuid4())

    def _call(self, key: str) -> str | None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.running.port}/api/v1/complaints",
            data=json.dumps(_STORY).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
                return str(json.load(answer)["number"])
        except urllib.error.HTTPError as error:
            # A conflict says that the first try is still at work; everything below 500 else is our mistake.
            if error.code < 500 and error.code not in {409, 429}:
                self.refused.append(error.read().decode())
                self._stop.set()
            return None
        except OSError:
            return None
