"""Uploads that go on after a cut, held against the protocol tus 1.0.0 clause by clause (RG-03, PS-03)."""

import base64
import errno
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.files import quotas, store
from tingsu.files.archives import EICAR
from tingsu.files.checks import SIZE_LIMIT
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.portal import drafts, resumable, wizard
from tingsu.portal.models import PortalDraft, Upload
from tingsu.portal.tests.test_submit import CONTACT, PNG, STORY
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("WB-01", "PS-03")]
BYTES = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"\n%%EOF"
TEXT = "一二三四五\n".encode() * 900


def name_of(name: str) -> str:
    return "filename " + base64.b64encode(name.encode()).decode()


class Tus:
    """A browser's requests, as the protocol writes them."""

    def __init__(self) -> None:
        self.client = Client()

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str | None) -> Any:
        given = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
        kind = given.pop("Content-Type", "application/offset+octet-stream")
        kept = {name: value for name, value in given.items() if value is not None}
        return self.client.generic(method, url, body, content_type=kind or "", headers=kept)

    def create(self, size: int, name: str = "清单.txt", **headers: str | None) -> Any:
        return self.ask(
            "POST", "/submit/uploads/", **{"Upload_Length": str(size), "Upload_Metadata": name_of(name), **headers}
        )

    def begun(self, size: int, name: str = "清单.txt") -> str:
        answer = self.create(size, name)
        assert answer.status_code == 201, answer.content
        return str(answer.headers["Location"])

    def piece(self, url: str, offset: int, body: bytes, **headers: str | None) -> Any:
        return self.ask("PATCH", url, body, **{"Upload_Offset": str(offset), **headers})

    def whole(self, content: bytes, name: str) -> Any:
        url = self.begun(len(content), name)
        assert not content or self.piece(url, 0, content).status_code == 204
        return self.client.get(url).json()


@pytest.fixture
def tus(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tus:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return Tus()


def test_a_file_goes_on_where_it_was_cut_and_becomes_evidence_like_every_other(tus: Tus) -> None:
    said = tus.ask("OPTIONS", "/submit/uploads/", Tus_Resumable=None)
    assert said.status_code == 204
    assert {name: said.headers[name] for name in ("Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm")} == {
        "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination,expiration,checksum", "Tus-Max-Size": str(SIZE_LIMIT),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }  # fmt: skip
    url = tus.begun(len(TEXT))
    first = tus.piece(url, 0, TEXT[:4000])
    assert (first.status_code, first.headers["Upload-Offset"], first.headers["Tus-Resumable"]) == (204, "4000", "1.0.0")
    assert "Upload-Expires" in first.headers
    place = resumable.place(Upload.objects.get())
    assert "一二三".encode() not in place.read_bytes(), "nothing lies in clear on the disk"
    # The process is killed while it writes the second piece: what it left does not count.
    with place.open("ab") as torn:
        torn.write(b"\x00\x00\x10\x00half")
    head = tus.ask("HEAD", url)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("4000", str(len(TEXT)))
    assert "no-store" in head.headers["Cache-Control"]
    assert tus.client.get(url).json() == {"files": [], "refused": [], "offset": 4000}
    assert tus.piece(url, 4000, TEXT[4000:]).status_code == 204
    row = tus.client.get(url).json()["files"][0]
    assert (row["name"], row["size"]) == ("清单.txt", len(TEXT))
    assert tus.client.get(url).json()["files"] == [row], "asked twice, taken once"
    assert store.open_file(StoredFile.objects.get()) == TEXT
    assert not place.exists()
    tus.client.post("/submit/story/", STORY)
    tus.client.post("/submit/contact/", CONTACT)
    tus.client.post("/submit/check/", {"go": "on"})
    assert StoredFile.objects.get().stream_id == Complaint.objects.get().pk


def test_what_the_protocol_forbids_is_refused_with_its_status_and_changes_nothing(tus: Tus) -> None:
    good = "sha1 " + base64.b64encode(hashlib.sha1(TEXT[:10]).digest()).decode()  # noqa: S324 the protocol's
    for status, headers in (
        (412, {"Tus_Resumable": None}), (412, {"Tus_Resumable": "0.2.2"}), (400, {"Upload_Length": ""}), (400, {"Upload_Length": "-1"}),
        (400, {"Upload_Length": "１２"}), (400, {"Upload_Length": "9" * 16}), (422, {"Upload_Length": str(SIZE_LIMIT + 1)}),
        (400, {"Upload_Metadata": "filename ***"}), (400, {"Upload_Metadata": "filename " + "A" * 4000}),
    ):  # fmt: skip
        answer = tus.create(10, **headers)
        assert answer.status_code == status, headers
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert not Upload.objects.exists()
    url = tus.begun(100)
    for status, offset, body, headers in (
        (415, 0, b"x", {"Content_Type": "text/plain"}), (409, 1, b"x", {}), (400, 0, b"x", {"Upload_Offset": "x"}), (413, 0, b"x" * 101, {}),
        (412, 0, b"x", {"Tus_Resumable": "2.0.0"}), (460, 0, b"other", {"Upload_Checksum": good}), (400, 0, b"x", {"Upload_Checksum": "md5 AAAA"}),
        (400, 0, b"x", {"Upload_Checksum": "sha1 *"}),
    ):  # fmt: skip
        assert tus.piece(url, offset, body, **headers).status_code == status, (status, headers)
    assert tus.ask("HEAD", url).headers["Upload-Offset"] == "0"
    assert tus.piece(url, 0, TEXT[:10], Upload_Checksum=good).status_code == 204
    assert tus.piece(url, 0, TEXT[:10]).status_code == 409, "sent twice, kept once"
    other = Tus()
    for method in ("HEAD", "PATCH", "DELETE", "GET"):
        assert other.ask(method, url, Upload_Offset="10").status_code == 404, "another browser's"
    assert tus.ask("DELETE", url).status_code == 204
    assert tus.ask("HEAD", url).status_code == 404
    assert not Upload.objects.exists()


def test_a_whole_file_is_looked_at_like_every_other(tus: Tus) -> None:
    for content, name, words in (
        (EICAR, "a.txt", "a.txt"), (b"MZ" + b"\x00" * 200, "b.exe", "b.exe"), (PNG, "c.pdf", "c.pdf"), (b"", "d.txt", "d.txt"),
        (TEXT, "../../etc/passwd.txt", None),
    ):  # fmt: skip
        said = tus.whole(content, name)
        assert bool(said["files"]) is (words is None), name
        if words:
            assert said["refused"][0].startswith(words)
    assert said["files"][0]["name"] == "passwd.txt"
    draft = PortalDraft.objects.get()
    assert [one["name"] for one in drafts.read_body(draft)["files"]] == ["passwd.txt"]
    assert not list(resumable.folder(draft.organisation_id).glob("*.part")), "nothing without a name is left"


def test_pieces_that_do_not_lie_here_are_said_to_be_gone_and_the_folders_are_ours_alone(tus: Tus) -> None:
    """After a restore, or where another machine keeps them: no hole is filled with zeros, the browser begins anew."""
    url, half = tus.begun(len(TEXT)), len(TEXT) // 2
    assert tus.piece(url, 0, TEXT[:half]).status_code == 204
    [part] = (settings.HOME / "uploads").rglob("*.part")
    assert {one.stat().st_mode & 0o777 for one in (part.parent, part.parent.parent)} == {0o700}
    whole = part.read_bytes()
    for left in (0, 2, 4, 5, 9, 20, len(whole) - 1):
        part.write_bytes(whole[:left])
        with pytest.raises(NotFound):
            resumable.content_of(Upload.objects.get())
    assert tus.piece(url, half, TEXT[half:]).status_code == 410
    part.unlink()
    assert tus.piece(url, half, TEXT[half:]).status_code == 410
    assert tus.whole(TEXT, "清单.txt")["files"]


def test_a_full_disk_is_told_beside_the_file_and_the_upload_goes_on_when_there_is_room(
    tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    tus.client.raise_request_exception = False
    url = tus.begun(len(TEXT))
    with monkeypatch.context() as full:
        full.setattr(
            resumable,
            "_append",
            lambda *_given: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")),
        )
        answer = tus.piece(url, 0, TEXT)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_space")
        assert "没有保存" in answer.json()["refused"][0] or "未能保存" in answer.json()["refused"][0]
    assert tus.ask("HEAD", url).headers["Upload-Offset"] == "0"
    assert tus.piece(url, 0, TEXT).status_code == 204


def test_twenty_files_find_room_and_what_is_beyond_is_told(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wizard.FILE_LIMIT == 20
    assert settings.QUOTA_VISITOR_MB >= 20 * 10
    tus.begun(10)
    draft = PortalDraft.objects.get()
    drafts.add_files(draft, [{"id": str(n), "name": "x", "size": 1} for n in range(19)], limit=20)
    assert tus.whole(TEXT, "20.txt")["files"]
    assert tus.create(10).status_code == 422
    drafts.change_draft(draft, files=[])
    monkeypatch.setattr(resumable, "MOST_OPEN", 3)
    for _time in range(2):
        tus.begun(SIZE_LIMIT)
    assert tus.create(10).status_code == 413
    monkeypatch.setattr(resumable, "MOST_OPEN", 100)
    monkeypatch.setattr(settings, "QUOTA_VISITOR_MB", 50)
    quotas.forget()
    assert tus.create(SIZE_LIMIT).status_code in {413, 422}, "those that are on their way count"


def test_what_nobody_finished_goes_with_its_time_and_pieces_without_a_name_too(tus: Tus) -> None:
    with travel_to(MONDAY):
        url = tus.begun(100)
        tus.piece(url, 0, b"x" * 50)
        path = resumable.place(Upload.objects.get())
        lost = path.with_name("0" * 32 + ".part")
        lost.write_bytes(b"x")
        assert resumable.forget_expired() == 0
        assert path.exists()
        assert not lost.exists()
    with travel_to(MONDAY + resumable.KEPT_FOR + timedelta(seconds=1)):
        assert tus.ask("HEAD", url).status_code == 404
        assert resumable.forget_expired() == 1
    assert not path.exists()
    assert not Upload.objects.exists()
    with travel_to(MONDAY):
        url = tus.begun(100)
    with travel_to(MONDAY + resumable.KEPT_FOR - timedelta(minutes=1)):
        assert tus.piece(url, 0, b"x" * 50).status_code == 204
    with travel_to(MONDAY + resumable.KEPT_FOR + timedelta(hours=1)):
        assert tus.ask("HEAD", url).headers["Upload-Offset"] == "50", "the time begins anew with each piece"
