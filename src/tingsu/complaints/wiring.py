"""What rooms below ask of complaints: who may see the case behind a file, a promise or a personal field."""

import uuid

from tingsu.clocks.access import register_checker as register_promise_checker
from tingsu.complaints.access import check_visible
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound


def sees_stream(actor: Actor, stream_id: uuid.UUID) -> bool:
    """May the actor see the complaint of this stream?"""
    complaint = Complaint.objects.filter(pk=stream_id).first()
    if complaint is None:
        return False
    try:
        check_visible(actor, complaint)
    except NotFound:
        return False
    return True


def wire() -> None:
    register_promise_checker("complaint", sees_stream)
