"""Uploads that go on after a cut: tus 1.0.0 with creation, termination, expiration and checksum (https://tus.io/protocols/resumable-upload).

What has arrived lies sealed on the disk, each piece under the key of its upload, until the file is whole; then it is looked at like
every other one and becomes a file of the draft. An upload belongs to one draft and ends with its time, whole or not.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from tingsu.files import checks, quotas, store
from tingsu.files.errors import FileRefused, FileTooLarge
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.durable import sync_folder
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.portal.models import Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
KEPT_FOR = timedelta(hours=6)
"""From the last piece on."""
MOST_OPEN = 25
"""Unfinished uploads of one draft."""
LARGEST_PIECE = 8 * 1024 * 1024
METADATA_LIMIT = 2048


class TusRefused(TingsuError):
    """A request that the protocol does not allow; `status` as the protocol names it."""

    code, status = "tus", 400
    sentence = _("This upload cannot go on like this. Choose the file again.")

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code=code)
        self.status = status


def folder(organisation_id: uuid.UUID) -> Path:
    return Path(settings.HOME) / "uploads" / str(organisation_id)


def place(upload: Upload) -> Path:
    return folder(upload.organisation_id) / f"{upload.pk.hex}.part"


def read_metadata(header: str) -> dict[str, str]:
    """`Upload-Metadata`: names with values in base64, separated by commas. Raises TusRefused."""
    if len(header) > METADATA_LIMIT:
        raise TusRefused("metadata", 400)
    found = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        name, _blank, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise TusRefused("metadata", 400) from error
    return found


def whole_number(header: str) -> int | None:
    return int(header) if header.isascii() and header.isdigit() and len(header) <= 15 else None


def begin(holder: uuid.UUID, length: str, metadata: str) -> Upload:
    """An upload of so many bytes for a draft. Raises TusRefused, FileTooLarge, QuotaUsed."""
    size, said = whole_number(length), read_metadata(metadata)
    if size is None:
        raise TusRefused("length", 400)
    if size > checks.SIZE_LIMIT:
        raise FileTooLarge(size=checks.megabytes(size), limit=checks.megabytes(checks.SIZE_LIMIT))
    mine = Upload.objects.filter(holder=holder, ended_at=None, expires_at__gt=now())
    if mine.count() >= MOST_OPEN:
        raise TusRefused("too_many", 413)
    waiting = mine.aggregate(all=Sum("length"))["all"] or 0
    quotas.check(waiting + size, holder=holder)
    _key, wrapped = crypto.new_data_key(current_organisation_id())
    upload = Upload(id=new_id(), holder=holder, length=size, wrapped_key=wrapped, expires_at=now() + KEPT_FOR)
    upload.name = _key.seal(checks.tidy_name(said.get("filename", "")), f"upload:{upload.pk}:name")
    upload.save(force_insert=True)
    return upload


def find(holder: uuid.UUID | None, upload_id: uuid.UUID) -> Upload:
    """An upload of this draft that is still there. Raises NotFound: another's does not exist for anybody."""
    found = Upload.objects.filter(pk=upload_id, holder=holder, expires_at__gt=now()).first() if holder else None
    if found is None:
        raise NotFound
    return found


@contextmanager
def _locked(upload: Upload) -> Iterator[Upload]:
    with transaction.atomic():
        row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            raise NotFound
        yield row


def add(upload: Upload, offset: str, piece: bytes, checksum: str) -> Upload:
    """Keep one piece behind those that are there; it is on the disk before it counts. Raises TusRefused."""
    if whole_number(offset) is None:
        raise TusRefused("offset", 400)
    _compare(piece, checksum)
    with _locked(upload) as row:
        if row.ended_at is not None or int(offset) != row.offset:
            raise TusRefused("offset", 409)
        if row.stored and not _lies(row):
            raise TusRefused("gone", 410)
        if row.offset + len(piece) > row.length:
            raise TusRefused("beyond_the_length", 413)
        sealed = row.key().seal_bytes(piece, _context(row, row.offset))
        _append(place(row), row.stored, len(sealed).to_bytes(4, "big") + sealed)
        row.stored += 4 + len(sealed)
        row.offset += len(piece)
        row.expires_at = now() + KEPT_FOR
        row.save(update_fields=["stored", "offset", "expires_at"])
    return row


def _context(row: Upload, offset: int) -> str:
    return f"upload:{row.pk}:{offset}"


def _compare(piece: bytes, checksum: str) -> None:
    """`Upload-Checksum`: an algorithm and the digest in base64. Raises TusRefused."""
    if not checksum:
        return
    name, _blank, value = checksum.partition(" ")
    if name not in ALGORITHMS:
        raise TusRefused("algorithm", 400)
    try:
        said = base64.b64decode(value.strip(), validate=True)
    except binascii.Error as error:
        raise TusRefused("checksum", 400) from error
    if not hmac.compare_digest(ALGORITHMS[name](piece).digest(), said):
        raise TusRefused("checksum_mismatch", 460)


def _lies(upload: Upload) -> bool:
    """Is there what arrived before? Not after a restore, nor on another machine that has a folder of its own."""
    try:
        return place(upload).stat().st_size >= upload.stored
    except FileNotFoundError:
        return False


def _append(path: Path, at: int, content: bytes) -> None:
    """Write behind what counts; whatever a killed process left behind that is overwritten."""
    fresh = not path.exists()
    for folder_of in (path.parent.parent, path.parent):
        folder_of.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as out:
        out.truncate(at)
        out.seek(at)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    if fresh:
        sync_folder(path.parent)


def content_of(upload: Upload) -> bytes:
    """Every byte that has arrived. Raises NotFound where the pieces are gone."""
    key, found, at = upload.key(), [], 0
    if not upload.offset:
        return b""
    try:
        with open(place(upload), "rb") as kept:
            while at < upload.offset:
                size = int.from_bytes(kept.read(4), "big")
                sealed = kept.read(size)
                if not size or len(sealed) < size:
                    raise NotFound
                piece = key.open_bytes(sealed, _context(upload, at))
                found.append(piece)
                at += len(piece)
    except (OSError, crypto.KeyMissing) as error:
        raise NotFound from error
    return b"".join(found)


def finish(upload: Upload, *, actor: Actor, anonymous: bool) -> dict[str, Any]:
    """The upload is whole: look at the file as at every other one. Gives the draft's row for it, or why it was refused; the same
    again when it is asked twice. Outside any transaction, for files are written before rows.
    """
    if upload.ended_at is not None:
        return verdict_of(upload)
    name = upload.key().open(upload.name, f"upload:{upload.pk}:name")
    try:
        file = store.keep(name, content_of(upload), actor=actor, holder=upload.holder, anonymous=anonymous)
        said: dict[str, Any] = {"file": {"id": str(file.pk), "name": store.name_of(file), "size": file.size}}
    except (FileRefused, NotFound) as refusal:
        said = {"refused": _("%(name)s: %(why)s") % {"name": name, "why": refusal}}
    with _locked(upload) as row:
        if row.ended_at is not None:  # two last pieces at the same moment: the first verdict stands
            store.forget_loose([uuid.UUID(said["file"]["id"])] if "file" in said else [], holder=upload.holder)
            return verdict_of(row)
        row.verdict = row.key().seal(json.dumps(said, default=str, ensure_ascii=False), f"upload:{row.pk}:verdict")
        row.ended_at = now()
        row.save(update_fields=["verdict", "ended_at"])
    _remove(upload)
    return said


def verdict_of(upload: Upload) -> dict[str, Any]:
    """What became of an upload that is whole."""
    return dict(json.loads(upload.key().open(upload.verdict, f"upload:{upload.pk}:verdict")))


def end(upload: Upload) -> None:
    """The writer does not want it any more: nothing of it stays."""
    Upload.objects.filter(pk=upload.pk).delete()
    _remove(upload)


def _remove(upload: Upload) -> None:
    with suppress(FileNotFoundError):
        place(upload).unlink()


def forget_expired(at: datetime | None = None) -> int:
    """Uploads whose time is over, and pieces on the disk that no upload names; run each hour."""
    moment = at or now()
    over = list(Upload.objects.filter(expires_at__lte=moment))
    for upload in over:
        end(upload)
    home = folder(current_organisation_id())
    lying = {path.stem: path for path in home.glob("*.part")} if home.is_dir() else {}
    named = {pk.hex for pk in Upload.objects.values_list("pk", flat=True)}
    for path in (path for name, path in lying.items() if name not in named):
        with suppress(FileNotFoundError):
            path.unlink()
    return len(over)
