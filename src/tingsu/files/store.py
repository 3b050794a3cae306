"""The encrypted store: bytes on disk under a key per file, named by rows, served only through an access check (PS-03, IV-08).

A file is written and fsynced before the row that names it, and the row before the transaction that attaches it, so that
an acknowledged photo survives the loss of any process (invariant 3). What nobody attached within a day is swept.
"""

import contextlib
import io
import logging
import os
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext
from PIL import Image, ImageOps

from tingsu.files import checks, metadata, quotas, scanner
from tingsu.files.arriving import SealedUpload
from tingsu.files.errors import FileDamaged, FileGone, FileQuarantined, FileRefused, FileTooLarge
from tingsu.files.models import StoredFile
from tingsu.files.sql import may_delete
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.durable import sync_folder
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id

log = logging.getLogger(__name__)

LOOSE_FOR = timedelta(days=1)
THUMBNAIL = 480
COPY = "copy"
"""A document of everything recorded about a person: nobody of ours opens it without a purpose, whatever its kind."""
PURPOSES = frozenset({"evidence", "letter", "scan", "signature", "export", "proof", COPY})


def folder(organisation_id: uuid.UUID) -> Path:
    return Path(settings.HOME) / "files" / str(organisation_id)


def place(file_id: uuid.UUID, organisation_id: uuid.UUID, suffix: str = "sealed") -> Path:
    """Where the bytes of a file lie. The last two hex digits spread files over 256 folders: a UUIDv7 begins with the time."""
    return folder(organisation_id) / file_id.hex[-2:] / f"{file_id.hex}.{suffix}"


def accept_upload(
    uploaded: "UploadedFile[Any]",
    *,
    actor: Actor,
    purpose: str = "evidence",
    holder: uuid.UUID | None = None,
    anonymous: bool = False,
) -> StoredFile:
    """Check, seal and keep one upload; the row is loose until `attach`. Call it outside any transaction.

    Raises a FileRefused with a sentence for the person. Nothing is kept of a refused file, but what the scanner finds is
    locked away. `holder` and `anonymous` as for `keep`.
    """
    if isinstance(uploaded, SealedUpload) and uploaded.refusal is not None:
        raise uploaded.refusal
    if uploaded.size is not None and uploaded.size > checks.SIZE_LIMIT:
        raise FileTooLarge(size=checks.megabytes(uploaded.size), limit=checks.megabytes(checks.SIZE_LIMIT))
    name, content = uploaded.name or "", uploaded.read()
    return keep(name, content, actor=actor, purpose=purpose, holder=holder, anonymous=anonymous)


def keep(
    name: str,
    content: bytes,
    *,
    actor: Actor,
    purpose: str = "evidence",
    holder: uuid.UUID | None = None,
    anonymous: bool = False,
) -> StoredFile:
    """The same for bytes that did not come by a form (mail, exports, demo). Raises FileRefused.

    `holder` is whose the loose file is, where the actor has no id of its own: a visitor's draft (PS-11). From somebody who
    wants to stay `anonymous` the file is kept without place, camera and author, if its kind can be had without (PS-17).
    """
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose} is not a purpose of files")
    owner = holder or actor.id
    quotas.check(len(content), holder=owner)
    try:
        media_type = checks.check(name, content).media_type
    except FileRefused as refused:
        log.warning("files.refused: %s, %s bytes from %s %s", refused.code, len(content), actor.kind, owner or "")
        raise
    verdict = scanner.scan(content)
    file = StoredFile(
        purpose=purpose,
        media_type=media_type,
        received_from=actor.kind,
        received_by=owner,
        scanned_at=now() if verdict.scanned else None,
        quarantined_at=now() if verdict.found else None,
    )
    _seal(file, name, content, anonymous=anonymous and not verdict.found)
    if verdict.found:
        log.warning("files.quarantined on arrival: %s", file.pk)
        raise FileQuarantined
    return file


def keep_original(name: str, content: bytes, media_type: str, *, actor: Actor) -> StoredFile:
    """Keep what reached us byte for byte, whatever it is: a mail is evidence even where no file of its kind would be taken in.

    It is only ever downloaded. What the scanner finds is kept too, locked away: look at `quarantined_at`. Raises nothing of FileRefused.
    """
    verdict = scanner.scan(content)
    file = StoredFile(
        purpose="letter",
        media_type=media_type,
        received_from=actor.kind,
        received_by=actor.id,
        scanned_at=now() if verdict.scanned else None,
        quarantined_at=now() if verdict.found else None,
    )
    _seal(file, name, content, anonymous=False)
    return file


def _seal(file: StoredFile, name: str, content: bytes, *, anonymous: bool) -> None:
    """Write the bytes of a new row and then the row."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("files are written before the transaction that names them")
    if anonymous:
        with contextlib.suppress(metadata.NotCleanable):
            file.media_type, content = metadata.clean(file.media_type, content)
            file.cleaned = True
    file.id, file.organisation_id, file.received_at = new_id(), current_organisation_id(), now()
    file.size, file.sha256 = len(content), crypto.digest(content)
    key, file.wrapped_key = crypto.new_data_key(file.organisation_id)
    file.name = key.seal(_name_for(file.media_type, checks.tidy_name(name)), f"file:{file.pk}:name")
    if file.media_type.startswith("image/") and file.quarantined_at is None and (small := thumbnail(content)):
        write_durably(place(file.pk, file.organisation_id, "thumb"), key.seal_bytes(small, f"file:{file.pk}:thumb"))
    write_durably(place(file.pk, file.organisation_id), key.seal_bytes(content, f"file:{file.pk}"))
    file.save(force_insert=True)


def _name_for(media_type: str, name: str) -> str:
    """A HEIC that became a JPEG is called so."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.jpg" if dot and media_type == "image/jpeg" and ending.lower() in {"heic", "heif"} else name


def without_metadata(file_ids: Iterable[uuid.UUID], *, actor: Actor, holder: uuid.UUID | None) -> list[uuid.UUID]:
    """Loose files of somebody who now says that they want to stay anonymous: the same files, or copies without metadata in
    their place (PS-17). The copies are rows of their own, so that whatever is killed leaves one whole file or the other;
    the originals go with `forget_loose` once the copies are attached, so they take no room. Outside any transaction.
    """
    kept = []
    for file in StoredFile.objects.filter(pk__in=list(file_ids), stream__isnull=True).order_by("received_at", "id"):
        if file.received_by != (holder or actor.id) or file.cleaned or not metadata.can_clean(file.media_type):
            kept.append(file.pk)
            continue
        fresh = StoredFile(
            purpose=file.purpose,
            media_type=file.media_type,
            received_from=file.received_from,
            received_by=file.received_by,
            scanned_at=file.scanned_at,
        )
        _seal(fresh, name_of(file), open_file(file), anonymous=True)
        kept.append(fresh.pk)
    return kept


def forget_loose(file_ids: Iterable[uuid.UUID], *, holder: uuid.UUID | None) -> None:
    """Delete loose files of one holder at once, without waiting for the sweep unless a backup copies them."""
    wanted = list(file_ids)
    if not wanted:
        return
    with may_delete() as free:
        if free:
            _forget(wanted, holder)


def _forget(file_ids: list[uuid.UUID], holder: uuid.UUID | None) -> None:
    for file in StoredFile.objects.filter(pk__in=file_ids, stream__isnull=True, received_by=holder):
        if StoredFile.objects.filter(pk=file.pk, stream__isnull=True).delete()[0]:
            remove_bytes(file.pk, file.organisation_id)


def write_durably(path: Path, content: bytes) -> None:
    """Write so that after the return the file is there whole, whatever is killed: temporary name, fsync, rename, fsync."""
    fresh = not path.parent.exists()
    for above in (path.parent.parent.parent, path.parent.parent, path.parent):
        above.mkdir(mode=0o700, exist_ok=True, parents=True)
    temporary = path.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
    if fresh:
        for above in (path.parent.parent, path.parent.parent.parent):
            sync_folder(above)


def thumbnail(content: bytes) -> bytes | None:
    """A small WebP of a picture without its metadata (place, camera); None for what cannot be opened."""
    try:
        with Image.open(io.BytesIO(content), formats=[*checks.PICTURES, "HEIF"]) as picture:
            # In its own proportions: asked for a square, a JPEG that lies on its side is read twice as finely as needed.
            most = min(1, THUMBNAIL * 2 / max(picture.size))
            picture.draft("RGB", (max(1, int(picture.width * most)), max(1, int(picture.height * most))))
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((THUMBNAIL, THUMBNAIL))
            out = io.BytesIO()
            small.save(out, "WEBP", quality=80)
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def keep_locked(file_id: uuid.UUID, stream_id: uuid.UUID, at: datetime) -> None:
    """Make an original that is locked away part of a history, inside its transaction: nobody opens it, and no sweep takes it."""
    rows = StoredFile.objects.filter(pk=file_id, stream=None, quarantined_at__isnull=False)
    rows.update(stream_id=stream_id, acknowledged_at=at)


def attach(
    file_ids: Iterable[uuid.UUID],
    stream_id: uuid.UUID,
    at: datetime,
    *,
    actor: Actor | None = None,
    holder: uuid.UUID | None = None,
) -> list[StoredFile]:
    """Make loose files part of a history, inside its transaction, and note 材料已收悉 (RG-09).

    Files that are already part of it may be named again. With `actor`, a loose file that another person, visitor or program
    uploaded is refused; `holder` stands for the actor as in `keep`. Raises NotFound when one of them belongs to another
    history, to somebody else, is locked away or gone, and QuotaUsed when the history is full.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    rows = {row.pk: row for row in StoredFile.objects.select_for_update().filter(pk__in=wanted)}
    if len(rows) != len(wanted) or any(_elsewhere(row, stream_id) for row in rows.values()):
        raise NotFound
    loose = [row for row in rows.values() if row.stream_id is None]
    if actor is not None and any(not is_held_by(row, actor, holder) for row in loose):
        raise NotFound
    quotas.check_stream(stream_id, sum(row.size for row in loose))
    StoredFile.objects.filter(pk__in=[row.pk for row in loose]).update(stream_id=stream_id, acknowledged_at=at)
    for row in loose:
        row.stream_id, row.acknowledged_at = stream_id, at
    return [rows[one] for one in wanted]


def digests(file_ids: Iterable[uuid.UUID | str]) -> dict[str, str]:
    """SHA-256 of files by id, as an event keeps them beside the files it names: whoever changed bytes and row could not change the
    history too (IV-08). One query, none without files.
    """
    wanted = [str(one) for one in file_ids]
    rows = StoredFile.objects.filter(pk__in=wanted).values_list("pk", "sha256") if wanted else ()
    return {str(pk): bytes(digest)[1:].hex() for pk, digest in rows}


def state_of(file: StoredFile) -> str:
    """What whoever sees the file in a list must know about its safety: locked away, not scanned, or nothing (PS-03)."""
    if file.quarantined_at is not None:
        return gettext("Malware found: locked away")
    return "" if file.scanned_at is not None else gettext("Not scanned for malware")


def is_held_by(file: StoredFile, actor: Actor, holder: uuid.UUID | None = None) -> bool:
    """Is this loose file one that this actor, or this visitor, uploaded? A file of nobody is nobody's."""
    owner = holder or actor.id
    return file.received_by == owner and (owner is not None or file.received_from == actor.kind == "system")


def _elsewhere(file: StoredFile, stream_id: uuid.UUID) -> bool:
    return file.stream_id not in {None, stream_id} or (file.stream_id is None and file.quarantined_at is not None)


def name_of(file: StoredFile) -> str:
    """The name as it was sent. Raises Erased."""
    return _key(file).open(file.name, f"file:{file.pk}:name")


def open_file(file: StoredFile) -> bytes:
    """The content, checked against the hash it was received with. Raises FileGone, FileDamaged."""
    content = _read(file, "sealed", f"file:{file.pk}")
    if crypto.digest(content) != bytes(file.sha256):
        raise FileDamaged
    return content


def open_thumbnail(file: StoredFile) -> bytes:
    """The small picture of a picture. Raises NotFound when the file has none, FileGone, FileDamaged."""
    if not place(file.pk, file.organisation_id, "thumb").exists():
        raise NotFound
    return _read(file, "thumb", f"file:{file.pk}:thumb")


def open_clean(file: StoredFile) -> tuple[str, bytes]:
    """Type and content of a copy without place, camera and author, for showing (PS-05). Made once and kept sealed beside
    the file. Raises metadata.NotCleanable for kinds that have none, FileGone, FileDamaged.
    """
    if not metadata.can_clean(file.media_type):
        raise metadata.NotCleanable
    shown = "image/jpeg" if file.media_type == "image/heic" else file.media_type
    kept = place(file.pk, file.organisation_id, "clean")
    if kept.exists():
        return shown, _read(file, "clean", f"file:{file.pk}:clean")
    content = open_file(file)
    shown, cleaned = metadata.clean(file.media_type, content)
    if cleaned != content:
        with contextlib.suppress(FileExistsError):  # another thread is writing the same copy
            write_durably(kept, _key(file).seal_bytes(cleaned, f"file:{file.pk}:clean"))
    return shown, cleaned


def _key(file: StoredFile) -> crypto.Key:
    return crypto.data_key(file.organisation_id, file.wrapped_key)


def _read(file: StoredFile, suffix: str, context: str) -> bytes:
    if file.erased_at is not None:
        raise FileGone
    if file.quarantined_at is not None:
        raise FileQuarantined
    try:
        sealed = place(file.pk, file.organisation_id, suffix).read_bytes()
        return _key(file).open_bytes(sealed, context)
    except (FileNotFoundError, crypto.KeyMissing) as error:
        raise FileDamaged from error


def erase(stream_id: uuid.UUID, at: datetime) -> list[uuid.UUID]:
    """Destroy keys and names of a history's files, inside its transaction; the rows stay as proof that they existed.

    The unreadable bytes are removed by the next sweep.
    """
    rows = StoredFile.objects.filter(stream_id=stream_id, erased_at__isnull=True)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(wrapped_key=None, name=None, erased_at=at)
    return ids


def destroy(file_ids: Iterable[Any], stream_id: uuid.UUID, at: datetime) -> int:
    """Destroy keys and names of some files of a history, inside its transaction, as `erase` does for all; how many."""
    rows = StoredFile.objects.filter(pk__in=list(file_ids), stream_id=stream_id, erased_at__isnull=True)
    return rows.update(wrapped_key=None, name=None, erased_at=at)


def remove_bytes(file_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
    for suffix in ("sealed", "thumb", "clean"):
        place(file_id, organisation_id, suffix).unlink(missing_ok=True)
