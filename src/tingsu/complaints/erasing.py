"""What a complaint leaves beside its own columns, and how it goes (PS-17)."""

import uuid
from datetime import datetime

from tingsu.complaints.models import OtherPhone, Party, Presence, SearchEntry
from tingsu.kernel.erasing import erases


@erases("persons", "complaint")
def persons(complaint_id: uuid.UUID, at: datetime) -> int:
    """Each person's own key; the row stays, so that figures by kind of person stay too."""
    OtherPhone.objects.filter(complaint_id=complaint_id).delete()
    rows = Party.objects.filter(complaint_id=complaint_id, erased_at=None)
    return rows.update(erased_at=at, wrapped_key=None, honorific="", country="", preferred_channel="")


@erases("words", "complaint")
def words(complaint_id: uuid.UUID, at: datetime) -> int:
    """The words by which it was found."""
    Presence.objects.filter(complaint_id=complaint_id).delete()
    return SearchEntry.objects.filter(pk=complaint_id).delete()[0]
