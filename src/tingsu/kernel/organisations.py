"""The organisations of this installation, kept in memory for a few seconds: every request and job asks for them."""

import time
import uuid

from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import current_organisation_id

KEEP_SECONDS = 5.0
_known: tuple[float, dict[str, Organisation]] = (0.0, {})


def organisations() -> dict[str, Organisation]:
    """All organisations by slug, oldest first."""
    global _known
    if _known[0] < time.monotonic():
        rows = {row.slug: row for row in Organisation.objects.order_by("created_at", "pk")}
        _known = (time.monotonic() + (KEEP_SECONDS if rows else 0.0), rows)
    return _known[1]


def organisation_with(organisation_id: uuid.UUID) -> Organisation:
    """One organisation by id. Raises Organisation.DoesNotExist."""
    for row in organisations().values():
        if row.pk == organisation_id:
            return row
    return Organisation.objects.get(pk=organisation_id)


def current_organisation() -> Organisation:
    """The organisation we act for: name, time zone, contacts."""
    return organisation_with(current_organisation_id())


def forget_organisations() -> None:
    """After a change of an organisation's row in this process."""
    global _known
    _known = (0.0, {})
