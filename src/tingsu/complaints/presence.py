"""Who looks at a case at this moment, so that two people do not answer it at once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from tingsu.complaints.models import Complaint, Presence
from tingsu.kernel.actor import Actor
from tingsu.kernel.rows import put
from tingsu.kernel.shapes import found_by

HERE = timedelta(seconds=60)
"""How long one look counts."""
MOST = 5


def look(actor: Actor, complaint: Complaint, at: datetime) -> tuple[datetime | None, list[uuid.UUID]]:
    """Say that one looks at this case; learn when one did last, and who else does now. Two statements."""
    seen = dict(found_by(_seen, (complaint.pk, at - HERE, actor.id)))
    row = Presence(complaint=complaint, member_id=actor.id, seen_at=at)
    put(row, ("organisation_id", "complaint_id", "member_id"), ("seen_at",))
    return seen.pop(actor.id, None), list(seen)[:MOST]


def _seen(case: Any, since: Any, member: Any) -> QuerySet[Any, tuple[uuid.UUID, datetime]]:
    rows = Presence.objects.filter(Q(seen_at__gt=since) | Q(member_id=member), complaint_id=case)
    return rows.order_by("seen_at").values_list("member_id", "seen_at")[: MOST + 1]
