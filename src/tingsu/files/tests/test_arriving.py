"""Files while they arrive: never in clear on the disk, refused by size while they come, asked at the door before a byte is
parsed (PS-03).
"""

import io
import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as known_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from tingsu.files import arriving, checks, errors, quotas, store
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s

MARK = "商家说签收后不负责 13800002210 ".encode()
LARGE = MARK * 60_000
"""More than two megabytes of what must not lie about in clear."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    quotas.forget()
    return tmp_path


@pytest.fixture
def opened(monkeypatch) -> list[int]:
    """The files that anybody opens for keeping something for a moment, held open so that the test can look into them."""
    held: list[int] = []
    real = tempfile.TemporaryFile

    def watch(*args, **options):
        file = real(*args, **options)
        held.append(os.dup(file.fileno()))
        return file

    def never(*args, **options):
        raise AssertionError("an upload got a temporary file with a name")

    monkeypatch.setattr(tempfile, "TemporaryFile", watch)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", never)
    return held


def posted(content: bytes, name: str = "聊天记录.txt"):
    request = RequestFactory().post("/", {"files": SimpleUploadedFile(name, content)})
    return request.FILES["files"]


@pytest.mark.req("PS-03")
def test_what_arrives_lies_sealed_on_the_disk_and_without_a_name(home, opened) -> None:
    upload = posted(LARGE)
    assert len(opened) == 1
    kept = os.pread(opened[0], len(LARGE), 0)
    assert len(kept) == len(LARGE)
    assert MARK not in kept
    assert not [path for path in home.rglob("*") if path.is_file()]
    assert upload.read() == LARGE
    upload.seek(len(MARK) * 1000 + 7)
    assert upload.read(50) == LARGE[len(MARK) * 1000 + 7 :][:50]
    assert b"".join(upload.chunks()) == LARGE
    upload.close()


@pytest.mark.req("PS-03")
def test_django_has_no_other_way_to_keep_an_upload() -> None:
    assert known_settings.FILE_UPLOAD_HANDLERS == ["tingsu.files.arriving.SealedUploadHandler"]
    assert posted(b"small").read() == b"small"


@pytest.mark.req("PS-03")
def test_every_file_has_a_key_of_its_own(opened) -> None:
    posted(LARGE), posted(LARGE)
    first, second = (os.pread(one, 4096, 0) for one in opened)
    assert first != second


@pytest.mark.req("PS-03")
def test_a_file_that_is_too_large_is_let_go_while_it_arrives(cast, opened) -> None:
    upload = posted(b"a" * (checks.SIZE_LIMIT + 1))
    assert os.fstat(opened[0]).st_size <= checks.SIZE_LIMIT
    with pytest.raises(errors.FileTooLarge) as raised:
        store.accept_upload(upload, actor=cast.frontline.actor)
    assert "20.0 MB" in str(raised.value)
    assert not StoredFile.objects.exists()
    assert store.accept_upload(posted(b"a" * checks.SIZE_LIMIT), actor=cast.frontline.actor)


def test_an_arrival_is_read_from_anywhere() -> None:
    arrival = arriving.Arrival()
    for place in range(0, len(LARGE), 70_001):
        arrival.keep(LARGE[place : place + 70_001])
    for place in (0, 1, 15, 16, 17, 131_072, len(LARGE) - 3, len(LARGE), len(LARGE) + 9):
        arrival.seek(place)
        assert arrival.read(40) == LARGE[place : place + 40]
    assert arrival.seek(-5, io.SEEK_END) == len(LARGE) - 5
    arrival.seek(0)
    assert io.BufferedReader(arrival).read() == LARGE


@pytest.fixture
def unread(monkeypatch) -> None:
    """Nobody parses a body in this test."""

    def never(self):
        raise AssertionError("the body was parsed")

    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", never)


def send(client, size: int = 200_000, path: str = "/submit/files/"):
    return client.post(path, {"files": SimpleUploadedFile("a.txt", b"a" * size)})


@pytest.mark.req("PS-03")
@pytest.mark.parametrize("path", ["/submit/files/", "/submit/story/", "/case/add/files/", "/case/add/", "/nowhere/"])
def test_a_body_that_is_too_large_is_refused_before_a_byte_is_parsed(cast, client, settings, unread, path) -> None:
    settings.WEB_BODY_MB = 1
    assert send(client, 1_200_000, path).status_code in ({413} if path != "/nowhere/" else {404})


@pytest.mark.req("PS-03")
def test_who_uploaded_too_often_is_refused_before_a_byte_is_parsed(cast, client, settings, monkeypatch) -> None:
    settings.LIMIT_UPLOADS = 2
    assert [send(client).status_code for _time in range(2)] == [201, 201]
    with monkeypatch.context() as patch:
        patch.setattr("django.http.multipartparser.MultiPartParser.parse", lambda self: pytest.fail("parsed"))
        assert send(client).status_code == 429
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert send(client).status_code == 201


@pytest.mark.req("PS-03")
def test_small_files_count_one_by_one(cast, client, settings) -> None:
    settings.LIMIT_UPLOADS = 2
    assert [send(client, 20).status_code for _time in range(3)] == [201, 201, 429]


@pytest.mark.req("PS-03")
def test_a_member_has_a_limit_too(cast, sign_in, settings, unread) -> None:
    settings.LIMIT_UPLOADS = 0
    assert send(sign_in(cast.frontline), path="/desk/").status_code == 429


@pytest.mark.req("PS-03")
def test_a_visit_without_room_is_refused_before_a_byte_is_parsed(cast, client, settings, monkeypatch) -> None:
    settings.QUOTA_VISITOR_MB = 1
    assert send(client, 700_000).status_code == 201
    with monkeypatch.context() as patch:
        patch.setattr("django.http.multipartparser.MultiPartParser.parse", lambda self: pytest.fail("parsed"))
        assert send(client, 700_000).status_code == 413
    other = type(client)()
    assert send(other, 700_000).status_code == 201


QUOTAS = [("QUOTA_VISITOR_MB", 1), ("QUOTA_ORGANISATION_MB", 1)]


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("quota", "limit"), QUOTAS, ids=[row[0] for row in QUOTAS])
def test_room_is_asked_again_when_a_file_is_kept(cast, settings, quota, limit) -> None:
    setattr(settings, quota, limit)
    store.keep("a.txt", b"a" * 700_000, actor=cast.frontline.actor)
    with pytest.raises(errors.QuotaUsed):
        store.keep("b.txt", b"b" * 700_000, actor=cast.frontline.actor)
    assert StoredFile.objects.count() == 1
    if quota == "QUOTA_VISITOR_MB":
        assert store.keep("b.txt", b"b" * 700_000, actor=cast.specialist.actor)


@pytest.mark.req("PS-03", "PS-17")
def test_what_was_erased_takes_no_room_any_more(cast, settings) -> None:
    from tingsu.kernel.clock import now

    settings.QUOTA_VISITOR_MB = settings.QUOTA_ORGANISATION_MB = 1
    first = store.keep("a.txt", b"a" * 700_000, actor=cast.frontline.actor)
    StoredFile.objects.filter(pk=first.pk).update(erased_at=now())
    quotas.forget()
    assert store.keep("b.txt", b"b" * 700_000, actor=cast.frontline.actor)


@pytest.mark.req("PS-03")
def test_a_case_has_room_for_so_much(cast, settings) -> None:
    from tingsu.desk.tests.cases import a_case
    from tingsu.kernel.clock import now

    settings.QUOTA_CASE_MB = 1
    one, other = a_case(cast.frontline), a_case(cast.frontline)
    ids = [store.keep("a.txt", b"a" * 700_000, actor=cast.frontline.actor).pk for _time in range(2)]
    store.attach(ids[:1], one.pk, now(), actor=cast.frontline.actor)
    with pytest.raises(errors.QuotaUsed):
        store.attach(ids[1:], one.pk, now(), actor=cast.frontline.actor)
    assert store.attach(ids[1:], other.pk, now(), actor=cast.frontline.actor)
    assert store.attach(ids[:1], one.pk, now(), actor=cast.frontline.actor), "named again, it is no file more"


@pytest.mark.req("PS-03")
def test_bytes_that_were_refused_leave_nothing_on_the_way(cast, client, home) -> None:
    answer = client.post("/submit/files/", {"files": SimpleUploadedFile("a.jpg", s.EXE * 2000)})
    assert answer.status_code == 422
    assert not [path for path in home.rglob("*") if path.is_file()]
