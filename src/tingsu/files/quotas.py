"""How much room there is: for the loose files of one visitor or member, for one case, for the organisation (PS-03)."""

import time
import uuid

from django.conf import settings
from django.db.models import Sum

from tingsu.files.errors import QuotaUsed
from tingsu.files.models import StoredFile
from tingsu.kernel.tenancy import current_organisation_id

MEGABYTE = 1024 * 1024
COUNTED_FOR = 60.0
"""Seconds for which the sum of an organisation is believed: it goes through every file."""
_sums: dict[uuid.UUID, tuple[float, int]] = {}


def check(size: int, *, holder: uuid.UUID | None, stream_id: uuid.UUID | None = None) -> None:
    """Is there room for so many bytes more? Raises QuotaUsed. `holder` is whose loose files count, if anybody's."""
    if holder is not None:
        _compare(_sum(stream__isnull=True, received_by=holder) + size, settings.QUOTA_VISITOR_MB)
    if stream_id is not None:
        check_stream(stream_id, size)
    _compare(_of_organisation(size), settings.QUOTA_ORGANISATION_MB)


def check_stream(stream_id: uuid.UUID, size: int) -> None:
    """Is there room in this history? Raises QuotaUsed."""
    if size:
        _compare(_sum(stream_id=stream_id) + size, settings.QUOTA_CASE_MB)


def forget() -> None:
    """Count anew."""
    _sums.clear()


def _sum(**which: object) -> int:
    return StoredFile.objects.filter(erased_at__isnull=True, **which).aggregate(all=Sum("size"))["all"] or 0


def _of_organisation(size: int) -> int:
    """What the organisation has, with what this process added since it counted."""
    organisation_id, at = current_organisation_id(), time.monotonic()
    counted, known = _sums.get(organisation_id, (0.0, 0))
    if organisation_id not in _sums or at - counted > COUNTED_FOR:
        counted, known = at, _sum()
    _sums[organisation_id] = (counted, known + size)
    return known + size


def _compare(bytes_together: int, megabytes: int) -> None:
    if bytes_together > megabytes * MEGABYTE:
        raise QuotaUsed(limit=f"{megabytes} MB")
