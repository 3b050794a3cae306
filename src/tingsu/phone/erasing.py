"""What is kept of a call beside its texts: the keyed digest of its number (PS-17)."""

import uuid
from datetime import datetime

from tingsu.kernel.erasing import erases
from tingsu.phone.models import Call, Waiting


@erases("fingerprints", "call", "missed_call")
def numbers(entry_id: uuid.UUID, at: datetime) -> int:
    """The call stays in the figures; nobody finds it by its number any more."""
    gone, _by_model = Waiting.objects.filter(entry_id=entry_id).delete()
    return gone + Call.objects.filter(entry_id=entry_id, number_index__isnull=False).update(number_index=None)
