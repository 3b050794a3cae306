"""Where backups lie: an S3-compatible store by its own protocol, and a folder with the same behaviour."""

from __future__ import annotations

import contextlib
import errno
import os
import tarfile
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from tingsu.ops import backup, parcel, places, safes, straight
from tingsu.ops.errors import CannotStart

NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket in a small S3 server of this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for variable in NAMES:
        monkeypatch.setenv(variable, "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT", f"http://{host}:{port}")
    import boto3

    name = f"kept-{uuid.uuid4().hex[:8]}"  # the server forgets nothing within one process

    boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1").create_bucket(Bucket=name)
    yield f"s3://{name}/of-the-firm"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> places.Place:
    if request.param == "folder":
        return places.place_named(str(tmp_path / "backups"))
    return places.place_named(request.getfixturevalue("bucket"))


@pytest.mark.req("RC-03")
def test_what_is_put_there_is_read_again_and_the_newest_is_found(place):
    large = os.urandom(parcel.PIECE * 5)
    for number, content in enumerate((b"first", large)):
        with place.writing(f"tingsu-2026010{number}T000000Z.backup") as sink:
            for start in range(0, len(content), parcel.CHUNK):
                sink.write(content[start : start + parcel.CHUNK])
    assert place.names() == ["tingsu-20260100T000000Z.backup", "tingsu-20260101T000000Z.backup"]
    found, name = places.find(place.name)
    assert name == "tingsu-20260101T000000Z.backup"
    with found.reading(name) as source:
        assert b"".join(iter(lambda: source.read(parcel.CHUNK), b"")) == large
    assert places.find(f"{place.name}/tingsu-20260100T000000Z.backup")[1] == "tingsu-20260100T000000Z.backup"
    assert backup.prune(place, 1) == ["tingsu-20260100T000000Z.backup"]
    assert place.names() == ["tingsu-20260101T000000Z.backup"]
    with pytest.raises(CannotStart, match="There is no backup"):
        places.find(f"{place.name}/tingsu-20260100T000000Z.backup")


@pytest.mark.req("RC-03")
def test_what_breaks_off_is_not_there(place):
    def broken(sink) -> None:
        for _part in range(5):
            sink.write(bytes(parcel.PIECE * 5))
        raise OSError(5, "the cable was pulled")

    with pytest.raises(CannotStart, match="was not written to") as refused, place.writing("half.backup") as sink:
        broken(sink)
    assert "\n" not in str(refused.value)
    assert place.names() == []


@pytest.mark.req("RC-03")
def test_what_was_just_made_is_never_taken_away(place):
    """The clock was years ahead once: what was made then has the later name."""
    for year in (2026, 2027, 2031):
        with place.writing(f"tingsu-{year}0101T000000Z.backup") as sink:
            sink.write(b"x")
    made = "tingsu-20260101T000000Z.backup"
    assert backup.prune(place, 5, made) == []
    assert backup.prune(place, 2, made) == ["tingsu-20270101T000000Z.backup"]
    assert backup.prune(place, 1, made) == ["tingsu-20310101T000000Z.backup"]
    assert place.names() == [made]


@pytest.mark.req("RC-03")
def test_what_a_killed_backup_left_is_swept_and_one_at_work_is_left_alone(tmp_path):
    place = places.Folder(tmp_path)
    dead = tmp_path / "tingsu-20260101T000000Z.backup.77.partial"
    dead.write_bytes(b"half of it")
    with place.writing("tingsu-20260102T000000Z.backup") as first:
        assert not dead.exists()
        first.write(b"first")
        [at_work] = tmp_path.glob("*.partial")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "getpid", lambda: 4711)
            with place.writing("tingsu-20260102T000000Z.backup") as second:
                assert at_work.exists()
                second.write(b"second")
    assert place.names() == ["tingsu-20260102T000000Z.backup"]
    assert (tmp_path / place.names()[0]).read_bytes() == b"first", "each was whole; the last to end has the name"
    assert list(tmp_path.glob("*.partial")) == []


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("shared", [True, False])
def test_a_backup_leaves_the_disk_of_the_home_room_to_work_on(tmp_path, monkeypatch, shared):
    monkeypatch.setenv("TINGSU_HOME", str(tmp_path if shared else "/proc"))
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _path: SimpleNamespace(free=500 * 2**20))
    place = places.Folder(tmp_path / "backups")

    def write() -> None:
        with place.writing("tingsu-20260101T000000Z.backup") as sink:
            sink.write(b"x")

    if shared:
        with pytest.raises(CannotStart, match="The disk is full"):
            write()
    else:
        write()
    assert len(list((tmp_path / "backups").iterdir())) == (0 if shared else 1)


def test_a_changed_byte_anywhere_in_a_head_ends_in_one_sentence_and_in_little_memory(tmp_path):
    place = places.Folder(tmp_path)
    with place.writing("whole.backup") as sink:
        packer = parcel.Packer(sink)
        packer.add("head.age", b"h" * 600)
        packer.end()
    content = (tmp_path / "whole.backup").read_bytes()
    for position in range(512):
        spoiled = bytearray(content)
        spoiled[position] ^= 1 << position % 8
        (tmp_path / "spoiled.backup").write_bytes(spoiled)
        with contextlib.suppress(CannotStart), place.reading("spoiled.backup") as source:
            assert [member.size for member in parcel.members(source)] == [600]
    for name, size in (
        ("head.age", 2**40),
        ("schema.age", 2**40),
        ("rows/1/000001", 2**30),
        ("database/000001", 2**30),
    ):
        about = tarfile.TarInfo(name)
        about.size = size
        (tmp_path / "huge.backup").write_bytes(about.tobuf() + bytes(2048))
        with place.reading("huge.backup") as source, pytest.raises(CannotStart, match="no whole backup"):
            next(parcel.members(source))


def test_a_parcel_goes_through_either_place(place):
    identity = safes.x25519.Identity.generate()
    with place.writing("whole.backup") as sink:
        packer = parcel.Packer(sink)
        packer.add("head.age", safes.close(b"{}", [identity.to_public()]))
        pieces = parcel.Pieces(packer, "rows/1")
        pieces.write(b"x" * (parcel.PIECE + 5))
        pieces.end()
        packer.end()
    with place.reading("whole.backup") as source:
        found = [(member.name, len(member.read(member.size))) for member in parcel.members(source)]
    assert found[1:] == [("rows/1/000001", parcel.PIECE), ("rows/1/000002", 5)]


@pytest.mark.parametrize(
    "name", ["../escape", "files/../../x", "/etc/passwd", "files/a/b/c.sealed", "seals/../x.jsonl", "rows/1/../000001"]
)
def test_a_parcel_that_would_write_elsewhere_is_refused(tmp_path, name):
    place = places.Folder(tmp_path)
    with place.writing("bad.backup") as sink:
        packer = parcel.Packer(sink)
        packer.add(name, b"x")
        packer.end()
    with place.reading("bad.backup") as source, pytest.raises(CannotStart, match="no backup of Tingsu"):
        list(parcel.members(source))


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("ftp://host/x", "is no place for backups"),
        ("s3:/bucket/x", "is no place for backups"),
        ("~nobody-of-this-name/x", "is no path that can be followed"),
        ("s3://not-there/x", "s3://not-there/x does not answer as it should"),
    ],
)
def test_a_place_that_is_none_is_said_in_a_sentence(bucket, where, sentence):
    with pytest.raises(CannotStart, match=sentence) as refused:
        places.place_named(where).names()
    assert "\n" not in str(refused.value)


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("wrong", ["nobody listens", "no bucket"])
def test_a_store_that_cannot_be_used_is_one_sentence_before_anything_is_sent(bucket, monkeypatch, wrong):
    monkeypatch.setattr(places, "_RETRY", {"max_retries": 0})
    if wrong == "nobody listens":
        monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    words = {"nobody listens": "nothing answers there", "no bucket": "there is no such bucket"}[wrong]
    place = places.place_named("s3://not-there/x" if wrong == "no bucket" else bucket)
    with pytest.raises(CannotStart) as refused, place.writing("tingsu-20260101T000000Z.backup") as sink:
        sink.write(b"x")
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("The backup was not written to s3://")
    assert words in str(refused.value)


ANSWERS = [
    # what the store answers, its code, and what whoever has to mend it reads
    (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
    (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
    (403, "RequestTimeTooSkewed", "clocks of this machine and of the store"),
    (403, "AccessDenied", "may not do this there"),
    (404, "NoSuchBucket", "no such bucket"),
    (400, "AuthorizationHeaderMalformed", "AWS_REGION"),
    (301, "PermanentRedirect", "AWS_REGION"),
    (400, "ExpiredToken", "has expired"),
    (503, "SlowDown", "come back later"),
    (500, "InternalError", "failed by itself"),
    (418, "Teapot", "418"),
]


@pytest.mark.req("RC-03")
@pytest.mark.parametrize(("status", "code", "words"), ANSWERS)
def test_each_refusal_of_a_store_says_what_to_mend(monkeypatch, status, code, words):
    """As Amazon's store words them; the small server of the other tests takes any key at any time."""

    class Store(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = f"<?xml version='1.0'?>\n<Error><Code>{code}</Code><Message>One.\nTwo.</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_words):
            pass

    monkeypatch.setattr(places, "_RETRY", {"max_retries": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    Thread(target=server.serve_forever, daemon=True).start()
    for name in NAMES:
        monkeypatch.setenv(name, "secret-words")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    place = places.place_named("s3://kept/firm")
    try:
        with pytest.raises(CannotStart, match=words) as listing:
            place.names()
        with pytest.raises(CannotStart, match=words) as writing, place.writing("tingsu-1.backup") as sink:
            sink.write(b"x")
    finally:
        server.shutdown()
        server.server_close()
    for refused, begins in (
        (listing, "s3://kept/firm does not answer"),
        (writing, "The backup was not written to s3://kept/firm"),
    ):
        assert str(refused.value).startswith(begins)
        assert "\n" not in str(refused.value)
        assert "secret-words" not in str(refused.value)


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("half", [True, False])
def test_a_store_that_breaks_off_while_it_is_read_is_one_sentence(monkeypatch, half):
    content = os.urandom(6 * 2**20)

    class Store(BaseHTTPRequestHandler):
        def do_HEAD(self, status=200, size=6 * 2**20, more=()):
            self.send_response(status)
            for name, value in (
                ("Content-Length", size),
                ("ETag", '"x"'),
                ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
                *more,
            ):
                self.send_header(name, str(value))
            self.end_headers()

        def do_GET(self):
            first, last = (int(one) for one in self.headers["Range"].removeprefix("bytes=").split("-"))
            part = content[first : last + 1]
            self.do_HEAD(206, len(part), [("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")])
            self.wfile.write(part[: len(part) // 2] if half and first else part)
            self.close_connection = True

        def log_message(self, *_words):
            pass

    monkeypatch.setattr(places, "_RETRY", {"max_retries": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    Thread(target=server.serve_forever, daemon=True).start()
    for name, value in dict.fromkeys(NAMES, "x").items() | {("AWS_ENDPOINT", f"http://127.0.0.1:{server.server_port}")}:
        monkeypatch.setenv(name, value)
    found = bytearray()

    def read() -> None:
        with places.place_named("s3://kept/firm").reading("tingsu-1.backup") as source:
            while chunk := source.read(2**20):
                found.extend(chunk)

    try:
        if half:
            with pytest.raises(CannotStart) as refused:
                read()
            assert str(refused.value) == (
                "s3://kept/firm broke off while the backup was read: the connection ended in the middle; try again."
            )
        else:
            read()
            assert found == content
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("size", [0, 1, 4096, straight.BLOCK, 2 * straight.BLOCK + 77])
@pytest.mark.parametrize("way", ["past the cache", "refused when opened", "refused when written"])
def test_a_large_file_is_written_whole_whatever_the_file_system_can(tmp_path, monkeypatch, size, way):
    content, opened, put = os.urandom(size), os.open, straight.put

    def refuse_opening(path, flags, *mode):
        if flags & straight._PAST:
            raise OSError(errno.EINVAL, "Invalid argument")
        return opened(path, flags, *mode)

    def refuse_writing(descriptor, view):
        if straight.fcntl.fcntl(descriptor, straight.fcntl.F_GETFL) & straight._PAST:
            raise OSError(errno.EINVAL, "Invalid argument")
        return put(descriptor, view)

    if way == "refused when opened":
        monkeypatch.setattr(straight.os, "open", refuse_opening)
    if way == "refused when written":
        monkeypatch.setattr(straight, "put", refuse_writing)
    with contextlib.closing(straight.Straight(tmp_path / "large")) as file:
        for start in range(0, size, 700_001):
            file.write(content[start : start + 700_001])
        file.end()
    assert (tmp_path / "large").read_bytes() == content
    assert (tmp_path / "large").stat().st_mode & 0o777 == 0o600
