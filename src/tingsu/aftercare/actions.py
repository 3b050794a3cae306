"""What aftercare does by itself: one friendly reminder to rate (SC-01)."""

import uuid
from datetime import timedelta

from django.db import transaction

from tingsu.aftercare.models import Rating, ResultNotice
from tingsu.aftercare.rules import aftercare_rules
from tingsu.complaints.case import open_case
from tingsu.complaints.effects import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
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
    at = now()
    due = at - timedelta(days=aftercare_rules()["reminder_after_days"])
    waiting = ResultNotice.objects.filter(
        sent_at__lte=due, sent_at__gt=at - OLDEST, superseded_at__isnull=True, reminded_at__isnull=True,
        complaint__state=State.EVALUATING, ratings__isnull=True,
    ).order_by("sent_at", "pk")  # fmt: skip
    return sum(remind_to_rate(one) for one in list(waiting.values_list("complaint_id", flat=True)[:BATCH]))
