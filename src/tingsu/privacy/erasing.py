"""Windows in which a field of an erased person was open (PS-17). Purposes in the access log are sealed under the thing's key."""

import uuid
from datetime import datetime

from tingsu.kernel.erasing import erases
from tingsu.privacy.models import Reveal


@erases("windows")
def windows(thing_id: uuid.UUID, at: datetime) -> int:
    """Nothing of it is open to anybody any more."""
    return Reveal.objects.filter(stream_id=thing_id).delete()[0]
