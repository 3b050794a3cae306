"""The scanner for malware: asked when there is one; *not scanned* and *locked away* are said (PS-03)."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from tingsu.desk.tests.cases import a_case
from tingsu.files import errors, rescanning, scanner, store, tasks
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound

BAD = b"something that only the scanner knows"


class Clamd(threading.Thread):
    """A scanner as clamd speaks: INSTREAM with blocks and their lengths, one answer, NUL at its end."""

    def __init__(self, line: socket.socket, say: Callable[[bytes], bytes]) -> None:
        super().__init__(daemon=True)
        self.line, self.say, self.seen = line, say, []
        self.start()

    def run(self) -> None:
        while True:
            try:
                caller, _from = self.line.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as words:
                if words.read(10) != b"zINSTREAM\x00":
                    continue
                content = b""
                while size := struct.unpack(">I", words.read(4))[0]:
                    content += words.read(size)
                self.seen.append(content)
                caller.sendall(self.say(content))


def verdict(content: bytes) -> bytes:
    return b"stream: Test.Bad-1 FOUND\x00" if BAD in content else b"stream: OK\x00"


@pytest.fixture(params=["path", "port"])
def clamd(request, settings, tmp_path) -> Iterator[Clamd]:
    settings.HOME = tmp_path
    if request.param == "path":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.bind(str(tmp_path / "c"))
        settings.CLAMD = str(tmp_path / "c")
    else:
        line = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD = f"127.0.0.1:{line.getsockname()[1]}"
    line.listen()
    yield Clamd(line, verdict)
    line.close()


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.mark.req("PS-03")
def test_a_scanner_sees_the_whole_file_and_its_word_is_noted(cast, clamd) -> None:
    content = b"harmless words " * 20_000
    file = store.keep("a.txt", content, actor=cast.frontline.actor)
    assert clamd.seen == [content]
    assert file.scanned_at is not None
    assert store.state_of(file) == ""


@pytest.mark.req("PS-03")
def test_what_it_finds_is_said_and_locked_away(cast, clamd, sign_in) -> None:
    with pytest.raises(errors.FileQuarantined):
        store.keep("a.txt", BAD, actor=cast.frontline.actor)
    file = StoredFile.objects.get()
    assert file.quarantined_at is not None
    with pytest.raises(errors.FileQuarantined):
        store.open_file(file)
    complaint = a_case(cast.frontline)
    with pytest.raises(NotFound):
        store.attach([file.pk], complaint.pk, now(), actor=cast.frontline.actor)
    page = sign_in(cast.frontline).get(reverse("files:download", args=[file.pk]))
    assert page.status_code == 422
    assert BAD not in page.content


@pytest.mark.req("PS-03")
def test_without_a_scanner_a_file_says_that_nobody_scanned_it(cast, home, settings) -> None:
    settings.CLAMD = ""
    file = store.keep("a.txt", BAD, actor=cast.frontline.actor)
    assert (file.scanned_at, str(store.state_of(file))) == (None, "未经病毒扫描")


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    "answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR\x00", b"nonsense", b"OK FOUND OK\x00"]
)
def test_a_scanner_that_gives_no_verdict_stops_nothing_and_has_not_scanned(cast, home, settings, answer) -> None:
    line = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"127.0.0.1:{line.getsockname()[1]}"
    Clamd(line, lambda _content: answer)
    assert scanner.scan(b"words") == scanner.NOT_SCANNED
    line.close()
    assert scanner.scan(b"words") == scanner.NOT_SCANNED
    settings.CLAMD = str(home / "nobody")
    assert scanner.scan(b"words") == scanner.NOT_SCANNED


@pytest.mark.req("PS-03")
def test_what_was_not_scanned_is_scanned_later_and_locked_away_in_its_case(cast, clamd, settings, sign_in) -> None:
    where, settings.CLAMD = settings.CLAMD, ""
    complaint = a_case(cast.frontline)
    bad, good = (store.keep("a.txt", content, actor=cast.frontline.actor) for content in (BAD, b"good words"))
    with transaction.atomic():
        store.attach([bad.pk, good.pk], complaint.pk, now(), actor=cast.frontline.actor)
    tasks.scan_later(0)
    assert not StoredFile.objects.filter(scanned_at__isnull=False).exists()
    copies = [store.place(one.pk, one.organisation_id, suffix) for one in (bad, good) for suffix in ("thumb", "clean")]
    for path in copies:
        store.write_durably(path, b"made of it before")
    settings.CLAMD = where
    assert rescanning.scan_waiting() == 1
    assert [path.exists() for path in copies] == [False, False, True, True]
    assert rescanning.scan_waiting() == 0
    assert set(StoredFile.objects.filter(quarantined_at__isnull=False).values_list("pk", flat=True)) == {bad.pk}
    client = sign_in(cast.frontline)
    assert client.get(reverse("files:download", args=[bad.pk])).status_code == 422
    assert client.get(reverse("files:download", args=[good.pk])).status_code == 200
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert page.count("发现病毒，已隔离") == 1
    assert "未经病毒扫描" not in page
