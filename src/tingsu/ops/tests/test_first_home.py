"""The first day as it really is: the lines of the systemd units started as processes on an empty home, the link they print,
two browsers at once, a kill in the middle, a day that passes, and a stop that leaves nothing behind."""

from __future__ import annotations

import configparser
import http.cookiejar
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tingsu.ops.bootstrap import REPOSITORY
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import environment, tingsu
from tingsu.ops.tests.waiting import wait_until
from tingsu.setup.tests.given import CONTACT, FIRM, PERSON, RULES

READY_SECONDS = 240
LINK = re.compile(r"(/setup/link/[\w-]+/)")
A_DAY_AGO = """
from datetime import timedelta
from tingsu.setup.models import Link
row = Link.objects.get()
Link.objects.update(made_at=row.made_at - timedelta(hours=25))
"""


@dataclass
class Service:
    """One unit's ExecStart as a process, with a service manager that listens."""

    unit: str
    home: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)
    manager: socket.socket = field(init=False)
    said: Path = field(init=False)

    def start(self) -> Service:
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(REPOSITORY / "deploy" / self.unit)
        assert unit["Service"]["Type"] == "notify"
        _program, *arguments = shlex.split(unit["Service"]["ExecStart"])
        arguments = [str(self.port) if one == "8000" else one for one in arguments]
        where = self.home.parent / f"{self.unit}.socket"
        where.unlink(missing_ok=True)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(where))
        self.manager.settimeout(READY_SECONDS)
        self.said = self.home.parent / f"{self.unit}.log"
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tingsu", *arguments], stdout=said, stderr=said, start_new_session=True,
                env=environment(self.home) | {"NOTIFY_SOCKET": str(where)},
            )  # fmt: skip
        assert self.told() == "READY=1", self.said.read_text()
        return self

    def told(self) -> str:
        return self.manager.recv(4096).decode()

    def stop(self) -> None:
        """As systemd does: SIGTERM to the main process (KillMode=mixed)."""
        children = list(_children(self.process.pid))
        assert children
        self.process.send_signal(signal.SIGTERM)
        assert self.told() == "STOPPING=1"
        assert self.process.wait(60) == 0
        assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
        self.manager.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        self.manager.close()

    def link(self) -> str:
        """The address that stands in the terminal last."""
        wait_until(lambda: LINK.search(self.said.read_text()), 60)
        return LINK.findall(self.said.read_text())[-1]


def _children(parent: int) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                yield int(folder.name)
        except (OSError, IndexError):
            continue


class Browser:
    """A browser without a screen: cookies, and forms with their tokens."""

    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[int, str, str]:
        return self._ask(urllib.request.Request(self.base + path))  # noqa: S310 - our own address

    def send(self, path: str, values: dict[str, object]) -> tuple[int, str, str]:
        token = next((one.value for one in self.jar if "csrf" in one.name), "")
        body = urllib.parse.urlencode(values | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._ask(urllib.request.Request(self.base + path, data=body, headers={"Origin": self.base}))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> tuple[int, str, str]:
        """Status, path at the end of all redirects, page."""
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, urllib.parse.urlsplit(answer.url).path, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, urllib.parse.urlsplit(error.url).path, error.read().decode()


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    found = tmp_path_factory.mktemp("first") / "home"
    yield found
    remove(found)


@pytest.mark.req("PT-02", "OE-18")
def test_the_first_day_from_an_empty_home_through_a_kill_to_a_firm_and_a_clean_stop(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Web and whatever else is started with it make the tables of an empty home once, and none stumbles over the other.
    beside = threading.Thread(target=lambda: tables.append(tingsu(home, "migrate")))
    tables: list[subprocess.CompletedProcess[str]] = []
    beside.start()
    service = Service("tingsu.service", home, port).start()
    try:
        beside.join()
        assert tables[0].returncode == 0, tables[0].stderr
        link = service.link()
        one, two = Browser(port), Browser(port)
        status, _path, page = two.get("/")
        assert status == 503
        assert link not in page
        for browser in (one, two):
            assert browser.get(link)[0] == 200
        # Two people press at the same moment: one has it, the other reads one sentence that says what to do.
        answers: dict[Browser, tuple[int, str, str]] = {}
        threads = [threading.Thread(target=lambda b=b: answers.update({b: b.send(link, {})})) for b in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(status for status, _path, _page in answers.values()) == [200, 403]
        winner = next(browser for browser, answer in answers.items() if answer[0] == 200)
        loser = two if winner is one else one
        assert "./tingsu setup --link" in answers[loser][2]
        assert winner.send("/setup/firm/", FIRM)[1] == "/setup/rules/"
        assert loser.get("/setup/rules/")[0] == 403

        # The power goes; the next start prints another link, and the browser that began goes on without it.
        service.kill()
        service.start()
        second = service.link()
        assert second != link
        assert winner.get("/setup/rules/")[0] == 200
        assert winner.send("/setup/rules/", RULES)[1] == "/setup/contact/"
        assert tingsu(home, "manage", "shell", "--no-imports", "-c", A_DAY_AGO).returncode == 0
        status, _path, page = loser.get(second)
        assert status == 403
        assert "./tingsu setup --link" in page

        # Somebody else takes over by a new link, with what was entered; the first one is told so.
        made = tingsu(home, "setup", "--link")
        third = LINK.findall(made.stdout)[0]
        assert f"http://localhost:{port}{third}" in made.stdout, "the address that answers, not a usual one"
        assert "Nothing is served" not in made.stderr
        assert loser.get(third)[0] == 200
        assert loser.send(third, {})[1] == "/setup/contact/"
        assert winner.get("/setup/contact/")[0] == 409
        assert loser.send("/setup/contact/", CONTACT)[1] == "/setup/person/"
        status, path, _page = loser.send("/setup/person/", PERSON)
        assert (status, path) == (200, "/accounts/2fa/totp/activate/")
        assert CONTACT["hotline"] in winner.get("/")[2]
        for used in (link, second, third):
            assert Browser(port).get(used)[0] == 410
        assert tingsu(home, "setup", "--link").returncode == 1
        service.stop()
        worker = Service("tingsu-worker.service", home, port).start()
        worker.stop()
        again = Service("tingsu.service", home, port).start()
        assert not LINK.search(again.said.read_text()), "a firm that is set up gets no link any more"
        again.stop()
    except BaseException:
        service.process.kill()
        raise
