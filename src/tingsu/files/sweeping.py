"""What nobody attached, what was erased and what no row names leaves the disk, a day later (PS-17)."""

import re
import uuid
from datetime import datetime, timedelta

from django.db import models

from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.sql import may_delete
from tingsu.kernel.clock import now
from tingsu.kernel.tenancy import current_organisation_id

QUARANTINED_FOR = timedelta(days=30)
"""So long a loose file with malware lies locked away, for whoever looks into it."""
_OURS = re.compile(r"[0-9a-f]{32}\.")
"""A network disk and people leave files of their own there: not ours to judge, and no reason to leave the rest."""


def sweep_loose() -> int:
    """Delete loose files older than a day, bytes of erased ones, and bytes that no row names. For this organisation.

    Nothing while a backup copies: it copies what was there at its moment (`ops/backup.py`).
    """
    with may_delete() as free:
        return _sweep() if free else 0


def _sweep() -> int:
    limit = now() - store.LOOSE_FOR
    swept = 0
    old = models.Q(received_at__lt=limit, quarantined_at__isnull=True)
    old |= models.Q(received_at__lt=now() - QUARANTINED_FOR, quarantined_at__isnull=False)
    for file in StoredFile.objects.filter(old, stream__isnull=True)[:1000]:
        # The row first: bytes without a row are swept next time, a row without bytes would be a broken promise.
        if StoredFile.objects.filter(pk=file.pk, stream__isnull=True).delete()[0]:
            store.remove_bytes(file.pk, file.organisation_id)
            swept += 1
    return swept + _sweep_orphans()


def _sweep_orphans() -> int:
    """Bytes on disk, older than a day by the disk's own clock, whose row is missing or erased."""
    root = store.folder(current_organisation_id())
    oldest = datetime.now().timestamp() - store.LOOSE_FOR.total_seconds()  # noqa: DTZ005 — compared with the disk's times
    swept = 0
    for shelf in sorted(root.glob("??")) if root.exists() else []:
        aged = [path for path in shelf.iterdir() if _OURS.match(path.name) and path.stat().st_mtime < oldest]
        ids = {path: uuid.UUID(path.name[:32]) for path in aged}
        kept = set(
            StoredFile.objects.filter(pk__in=set(ids.values()), erased_at__isnull=True).values_list("pk", flat=True)
        )
        for path, file_id in ids.items():
            if file_id not in kept or path.suffix == ".part":
                path.unlink(missing_ok=True)
                swept += 1
    return swept
