"""Who looks at a case at this moment, so that two people do not answer it at once."""

import uuid
from datetime import datetime, timedelta

from tingsu.complaints.models import Complaint, Presence
from tingsu.kernel.actor import Actor
from tingsu.kernel.rows import put

HERE = timedelta(seconds=60)
"""How long one look counts."""


def last_look(actor: Actor, complaint: Complaint) -> datetime | None:
    """When this person last looked at the case, before this time. One query."""
    rows = Presence.objects.filter(complaint_id=complaint.pk, member_id=actor.id)
    return rows.values_list("seen_at", flat=True).first()


def mark_present(actor: Actor, complaint: Complaint, at: datetime) -> list[uuid.UUID]:
    """Say that one looks at this case, and learn who else does. Two statements."""
    row = Presence(complaint=complaint, member_id=actor.id, seen_at=at)
    put(row, ("organisation_id", "complaint_id", "member_id"), ("seen_at",))
    rows = Presence.objects.filter(complaint_id=complaint.pk, seen_at__gt=at - HERE).exclude(member_id=actor.id)
    return list(rows.order_by("seen_at").values_list("member_id", flat=True)[:5])
