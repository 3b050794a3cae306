"""Where backups lie: an S3-compatible store by its own protocol, and a folder with the same behaviour."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.ops import backup, parcel, places, safes
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


def test_a_parcel_goes_through_either_place(place):
    identity = safes.x25519.Identity.generate()
    with place.writing("whole.backup") as sink:
        packer = parcel.Packer(sink)
        packer.add("head.age", safes.close(b"{}", [identity.to_public()]))
        pieces = parcel.Pieces(packer)
        pieces.write(b"x" * (parcel.PIECE + 5))
        pieces.end()
        packer.end()
    with place.reading("whole.backup") as source:
        found = [(member.name, len(member.read(member.size))) for member in parcel.members(source)]
    assert found[1:] == [("database/000001", parcel.PIECE), ("database/000002", 5)]


@pytest.mark.parametrize(
    "name", ["../escape", "files/../../x", "/etc/passwd", "files/a/b/c.sealed", "seals/../x.jsonl"]
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
        ("s3://not-there/x", "s3://not-there/x does not answer as it should"),
    ],
)
def test_a_place_that_is_none_is_said_in_a_sentence(bucket, where, sentence):
    with pytest.raises(CannotStart, match=sentence) as refused:
        places.place_named(where).names()
    assert "\n" not in str(refused.value)
