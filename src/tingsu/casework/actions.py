"""What casework does by itself: an answer to which nobody objected settles (P10, T16)."""

import logging
import uuid

from django.db.models import OuterRef, Q, Subquery

from tingsu.clocks.models import Promise
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import current_organisation_id

BATCH = 200
log = logging.getLogger(__name__)


def silent_answers(limit: int = BATCH) -> list[uuid.UUID]:
    """Complaints whose answer met no objection until the end of T16, earliest first."""
    over = Promise.objects.filter(
        kind="parties_opinion", stream_id=OuterRef("pk"), started_at__gte=OuterRef("entered_at"), due_at__lte=now()
    ).filter(Q(ended_at=None) | Q(ending=Promise.Ending.LAPSED))
    waiting = Complaint.objects.filter(state=State.ANSWERING).annotate(over_at=Subquery(over.values("due_at")[:1]))
    return list(waiting.exclude(over_at=None).order_by("over_at", "pk").values_list("pk", flat=True)[:limit])


def settle_silent_answers() -> int:
    """Settle them one by one, each in its own transaction; one that cannot be settled is left for the next run."""
    actor = automation("casework.settle_silent_answers", current_organisation_id())
    settled = 0
    for complaint_id in silent_answers():
        try:
            take_step(actor=actor, complaint_id=complaint_id, step="answer_settled", values={"reaction": "silent"})
            settled += 1
        except TingsuError:
            log.warning("the silent answer of complaint %s could not be settled", complaint_id, exc_info=True)
    return settled
