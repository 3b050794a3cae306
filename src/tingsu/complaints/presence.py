"""Who looks at a case at this moment, so that two people do not answer it at once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from tingsu.complaints.models import Complaint, Presence
from tingsu.kernel.actor import Actor
from tingsu.kernel.rows import put
from tingsu.kernel.shapes import found_by

HERE = timedelta(seconds=60)
"""How long one look counts."""


def last_look(actor: Actor, complaint: Complaint) -> datetime | None:
    """When this person last looked at the case, before this time. One query."""
    return next(iter(found_by(_last_look, (complaint.pk, actor.id))), None)


def mark_present(actor: Actor, complaint: Complaint, at: datetime) -> list[uuid.UUID]:
    """Say that one looks at this case, and learn who else does. Two statements."""
    row = Presence(complaint=complaint, member_id=actor.id, seen_at=at)
    put(row, ("organisation_id", "complaint_id", "member_id"), ("seen_at",))
    return found_by(_others, (complaint.pk, at - HERE, actor.id))


def _last_look(case: Any, member: Any) -> QuerySet[Any, datetime]:
    return Presence.objects.filter(complaint_id=case, member_id=member).values_list("seen_at", flat=True)[:1]


def _others(case: Any, since: Any, member: Any) -> QuerySet[Any, uuid.UUID]:
    rows = Presence.objects.filter(complaint_id=case, seen_at__gt=since).exclude(member_id=member)
    return rows.order_by("seen_at").values_list("member_id", flat=True)[:5]
