"""Letters and notices about an erased thing (PS-17): what stood in a letter goes with its columns, here go its traces."""

import uuid
from datetime import datetime

from tingsu.kernel.erasing import erases
from tingsu.letters.models import Delivery, Letter, Notice


@erases("letters")
def letters(thing_id: uuid.UUID, at: datetime) -> int:
    """The marks by which servers, providers and couriers know a letter; that one was sent, when and for what, stays."""
    Delivery.objects.filter(letter__stream_id=thing_id).update(said=None, provider_id="", tracking="")
    return Letter.objects.filter(stream_id=thing_id).update(message_id="", provider_id="")


@erases("notices")
def notices(thing_id: uuid.UUID, at: datetime) -> int:
    """What colleagues were told about it in the house."""
    return Notice.objects.filter(stream_id=thing_id).delete()[0]
