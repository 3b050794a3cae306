"""What the public side still holds of a complaint: the page after sending, codes that open it (PS-17)."""

import uuid
from datetime import datetime

from tingsu.kernel.erasing import erases
from tingsu.portal.models import OneTimeCode, PortalDraft


@erases("drafts", "complaint")
def drafts(complaint_id: uuid.UUID, at: datetime) -> int:
    """The draft it was written in, and one-time codes."""
    OneTimeCode.objects.filter(complaint_id=complaint_id).delete()
    return PortalDraft.objects.filter(complaint_id=complaint_id).delete()[0]
