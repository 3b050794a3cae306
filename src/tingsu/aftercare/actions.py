"""What aftercare does by itself: one friendly reminder to rate (SC-01), and closing after the last callback attempt (P23)."""

import json
import uuid
from datetime import timedelta

from django.db import transaction

from tingsu.aftercare.models import Callback, Rating, ResultNotice
from tingsu.aftercare.queries import round_of
from tingsu.aftercare.rules import aftercare_rules
from tingsu.complaints.actions import take_step
from tingsu.complaints.case import open_case
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import outbox

OLDEST = timedelta(days=60)
BATCH = 200


def remind_to_rate(complaint_id: uuid.UUID) -> bool:
    """Send the reminder of one case. Once per notice, never after a rating or once the case is closed."""
    at = now()
    with transaction.atomic(durable=True):
        case = open_case(automation("aftercare.remind", current_organisation_id()), complaint_id, at)
        notice = ResultNotice.objects.filter(
            complaint=case.complaint, superseded_at__isnull=True, reminded_at__isnull=True
        ).first()
        if notice is None or case.complaint.state != State.EVALUATING or Rating.objects.filter(notice=notice).exists():
            return False
        notice.reminded_at = at
        notice.save(update_fields=["reminded_at"])
        if party := complainant_of(case.complaint):
            outbox.queue_letter(
                case.chain,
                complaint=case.complaint,
                party=party,
                template="rating_reminder",
                intent=f"rating_reminder:{notice.round}",
                values={},
                at=at,
            )
        case.record("complaint.rating_reminded", {"notice": notice.pk})
        case.finish()
    return True


def remind_all() -> int:
    """Every case whose notice is old enough and still unrated; one case, one transaction. Gives how many."""
    at, rules = now(), aftercare_rules()
    if rules.get("no_reminder"):
        return 0
    due = at - timedelta(days=rules["reminder_after_days"])
    waiting = ResultNotice.objects.filter(
        sent_at__lte=due, sent_at__gt=at - OLDEST, superseded_at__isnull=True, reminded_at__isnull=True,
        complaint__state=State.EVALUATING, ratings__isnull=True,
    ).order_by("sent_at", "pk")  # fmt: skip
    return sum(remind_to_rate(one) for one in list(waiting.values_list("complaint_id", flat=True)[:BATCH]))


def close_unreached() -> int:
    """P23 by the system: all attempts are used and the caller left the review. What a guard still misses waits for a person.

    One case, one transaction; the guards of closing are the same for everybody. Gives how many were closed.
    """
    left = Callback.objects.filter(review__isnull=False, notice__superseded_at__isnull=True)
    waiting = Complaint.objects.filter(state=State.EVALUATING, pk__in=left.values("complaint_id")).select_related(
        "stream"
    )
    return sum(_close_unreached(complaint) for complaint in waiting.order_by("entered_at", "pk")[:BATCH])


def _close_unreached(complaint: Complaint) -> bool:
    current = round_of(complaint)
    call = current.review_left if current else None
    if call is None:
        return False
    try:
        actor = automation("aftercare.close_unreached", current_organisation_id())
        review = json.loads(call.text("review"))
        # The version as it was before the review was read: whoever called again meanwhile decides for themselves.
        take_step(actor=actor, complaint_id=complaint.pk, step="close", values=review, version=complaint.version)
    except TingsuError:
        return False
    return True
