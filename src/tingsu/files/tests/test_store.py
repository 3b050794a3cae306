"""The encrypted store: kept, attached, opened, erased, swept (PS-03, RG-06, RG-09, invariant 3)."""

import io
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from tingsu.files import errors, store, sweeping
from tingsu.files.keeping import KEEPING
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s
from tingsu.kernel import crypto
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.tenancy import acting_for


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def stream(cast: Any) -> uuid.UUID:
    chain = open_chain("complaint")
    chain.flush()
    return chain.stream.pk


def photo(name: str = "包裹破损 13800002210.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, s.picture("JPEG", (900, 600)), "image/jpeg")


def everything_in(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.req("PS-03", "RG-06")
def test_a_file_is_sealed_on_disk_and_comes_back_whole(cast: Any, home: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    content = s.picture("JPEG", (900, 600))
    assert store.open_file(file) == content
    assert store.name_of(file) == "包裹破损 13800002210.jpg"
    assert (file.size, file.media_type) == (len(content), "image/jpeg")
    assert bytes(file.sha256) == crypto.digest(content)
    on_disk = everything_in(home)
    assert content[:64] not in on_disk
    assert "包裹".encode() not in bytes(file.name)
    assert all(oct(path.stat().st_mode)[-2:] == "00" for path in (home / "files").rglob("*"))


@pytest.mark.req("PS-03")
def test_a_refused_file_leaves_nothing_behind_but_a_line_in_the_log(cast: Any, home: Any, caplog: Any) -> None:
    with pytest.raises(errors.MalwareFound):
        store.accept_upload(SimpleUploadedFile("张三的病历.txt", s.EICAR), actor=cast.frontline.actor)
    assert f"files.refused: malware_found, 68 bytes from member {cast.frontline.id}" in caplog.text
    assert "张三" not in caplog.text
    assert not StoredFile.objects.exists()
    assert everything_in(home) == b""


@pytest.mark.req("PS-03")
def test_a_small_picture_is_made_without_the_place_where_it_was_taken(cast: Any) -> None:
    marked = Image.new("RGB", (900, 600))
    exif = Image.Exif()
    exif[0x010F] = "Camera of Chen"
    out = io.BytesIO()
    marked.save(out, "JPEG", exif=exif)
    file = store.keep("a.jpg", out.getvalue(), actor=cast.frontline.actor)
    small = Image.open(io.BytesIO(store.open_thumbnail(file)))
    assert max(small.size) == store.THUMBNAIL
    assert not small.getexif()
    text = store.keep("a.txt", b"hello there", actor=cast.frontline.actor)
    with pytest.raises(NotFound):
        store.open_thumbnail(text)


@pytest.mark.req("RG-09")
def test_attaching_notes_that_the_material_was_received(cast: Any, stream: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    assert not file.acknowledged_at
    at = now()
    with transaction.atomic():
        store.attach([file.pk], stream, at, actor=cast.frontline.actor)
    file.refresh_from_db()
    assert (file.stream_id, file.acknowledged_at) == (stream, at)


@pytest.mark.req("RG-09")
def test_files_of_the_case_may_be_named_again_those_of_another_not(cast: Any, stream: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    at = now()
    store.attach([file.pk], stream, at)
    again = store.attach([file.pk], stream, at + timedelta(hours=1))
    assert again[0].acknowledged_at == at
    other = open_chain("complaint")
    other.flush()
    with pytest.raises(NotFound):
        store.attach([file.pk], other.stream.pk, at)


@pytest.mark.req("PS-11")
def test_nobody_attaches_a_file_that_somebody_else_just_uploaded(cast: Any, stream: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    with pytest.raises(NotFound):
        store.attach([file.pk], stream, now(), actor=cast.specialist.actor)
    with pytest.raises(NotFound):
        store.attach([uuid.uuid4()], stream, now())
    assert store.attach([file.pk], stream, now(), actor=cast.frontline.actor)


@pytest.mark.req("invariant-5")
def test_another_organisation_cannot_attach_or_find_the_file(cast: Any, stream: Any, other_organisation: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    with acting_for(other_organisation.pk):
        assert not StoredFile.objects.filter(pk=file.pk).exists()
        with pytest.raises(NotFound):
            store.attach([file.pk], stream, now())


@pytest.mark.req("invariant-3")
def test_writing_inside_a_transaction_is_refused(cast: Any) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        store.accept_upload(photo(), actor=cast.frontline.actor)
    assert store.accept_upload(photo(), actor=cast.frontline.actor)


@pytest.mark.req("invariant-3")
def test_the_bytes_are_synced_before_the_row_exists(cast: Any, monkeypatch: Any) -> None:
    order: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: order.append("fsync"))
    real = StoredFile.save

    def save(file: StoredFile, **options: Any) -> None:
        order.append("row")
        real(file, **options)

    monkeypatch.setattr(StoredFile, "save", save)
    store.accept_upload(photo(), actor=cast.frontline.actor)
    assert order[-1] == "row"
    assert order.count("fsync") >= 4


@pytest.mark.req("invariant-3")
def test_a_write_that_fails_leaves_no_half_file(cast: Any, home: Any, monkeypatch: Any) -> None:
    def broken(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        store.accept_upload(photo(), actor=cast.frontline.actor)
    assert not StoredFile.objects.exists()
    assert everything_in(home) == b""


@pytest.mark.req("IV-08", "RC-03")
def test_no_evidence_becomes_another(cast: Any, stream: Any) -> None:
    """What a file is and to which history it belongs is set once; the database refuses to change it, whoever writes."""
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    store.attach([file.pk], stream, now(), actor=cast.frontline.actor)
    kept = StoredFile.objects.filter(pk=file.pk)
    before = kept.values().get()
    for change in (
        {"sha256": crypto.digest(b"another")}, {"size": 1}, {"media_type": "text/plain"}, {"received_at": now()},
        {"stream_id": uuid.uuid4()}, {"stream_id": None},
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
            kept.update(**change)
    assert kept.values().get() == before


@pytest.mark.req("PS-03", "IV-08", "RC-03")
@pytest.mark.parametrize("harm", ["flip", "lose", "swap", "other content under the same key"])
def test_a_changed_or_missing_file_is_noticed(cast: Any, harm: Any) -> None:
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    path = store.place(file.pk, file.organisation_id)
    if harm == "flip":
        content = bytearray(path.read_bytes())
        content[100] ^= 1
        path.write_bytes(content)
    elif harm == "lose":
        path.unlink()
    elif harm == "other content under the same key":
        # Whoever has the key seals as we do: the hash of what was received is what tells.
        file.sha256 = crypto.digest(b"what was received")
    else:
        other = store.keep("b.txt", b"something else", actor=cast.frontline.actor)
        path.write_bytes(store.place(other.pk, other.organisation_id).read_bytes())
    with pytest.raises(errors.FileDamaged):
        store.open_file(file)


def test_erasing_a_history_makes_its_files_unreadable_and_keeps_the_proof(cast: Any, stream: Any, home: Any) -> None:
    kept = store.accept_upload(photo(), actor=cast.frontline.actor)
    file = store.accept_upload(photo(), actor=cast.frontline.actor)
    store.attach([file.pk], stream, now())
    assert store.erase(stream, now()) == [file.pk]
    file.refresh_from_db()
    with pytest.raises(errors.FileGone):
        store.open_file(file)
    with pytest.raises(crypto.Erased):
        store.name_of(file)
    assert bytes(file.sha256)
    assert store.open_file(kept)


def age(path: Path) -> None:
    os.utime(path, (0, 0))


def test_the_sweep_takes_what_nobody_attached_and_what_no_row_names(cast: Any, stream: Any, home: Any) -> None:
    loose = store.accept_upload(photo(), actor=cast.frontline.actor)
    attached = store.accept_upload(photo(), actor=cast.frontline.actor)
    erased = store.accept_upload(photo(), actor=cast.frontline.actor)
    store.attach([attached.pk], stream, now())
    gone = open_chain("complaint")
    gone.flush()
    store.attach([erased.pk], gone.stream.pk, now())
    store.erase(gone.stream.pk, now())
    orphan = store.place(uuid.uuid4(), cast.organisation_id)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a killed process")
    strange = orphan.parent / ".nfs0000000a2b"  # a network disk's own, or an administrator's
    strange.write_bytes(b"")
    assert sweeping.sweep_loose() == 0
    for path in (home / "files").rglob("*.*"):
        age(path)
    age(strange)
    with travel_to(now() + timedelta(days=1, minutes=1)):
        assert sweeping.sweep_loose() >= 3
        assert sweeping.sweep_loose() == 0
    assert not StoredFile.objects.filter(pk=loose.pk).exists()
    assert (orphan.exists(), strange.exists()) == (False, True)
    assert not store.place(erased.pk, cast.organisation_id).exists()
    assert store.open_file(StoredFile.objects.get(pk=attached.pk))


@pytest.mark.req("RC-03")
def test_nothing_is_swept_while_a_backup_copies(cast: Any, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as copying:
        orphan = store.folder(cast.organisation_id) / "ab" / f"{'0' * 30}ab.sealed"
        orphan.parent.mkdir(parents=True)
        orphan.write_bytes(b"nobody's")
        os.utime(orphan, (0, 0))
        copying.execute("SELECT pg_advisory_lock_shared(%s)", [KEEPING])
        assert sweeping.sweep_loose() == 0
        assert orphan.exists()
        copying.execute("SELECT pg_advisory_unlock_shared(%s)", [KEEPING])
        assert sweeping.sweep_loose() == 1
        assert not orphan.exists()
        # The sweep gives its lock back, or the next backup would wait for ever.
        assert copying.execute("SELECT pg_try_advisory_lock(%s)", [KEEPING]).fetchone() == (True,)
