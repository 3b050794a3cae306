"""On-call alerts that wait for a person's confirmation (AS-10); plans that came back to their author."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.complaints.waiting import DutyKind, address_of, declare_cases, duty_of, reads_also
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.process.waiting import MOST
from tingsu.triage.models import OnCallAlert, PrePlan


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alert that this person is called for and has not confirmed."""

    number: str
    url: str
    confirm: str
    why: str
    confirm_by: datetime | None


def open_alerts() -> QuerySet[OnCallAlert]:
    """Alerts that nobody has confirmed yet, whoever is called."""
    return OnCallAlert.objects.filter(confirmed_at=None, ended_at=None)


@Asking
def alarms_for(actor: Actor) -> Reader[list[Alarm]]:
    """On-call alerts that wait for this person's confirmation, oldest first. One query."""
    (rows,) = yield [open_alerts().select_related("complaint").order_by("called_at", "pk")[:MOST]]
    found = [row for row in rows if str(actor.id) in row.told and row.complaint.is_open]
    return [
        Alarm(
            number=row.complaint.number,
            url=address_of(row.complaint),
            confirm=reverse("desk:step", args=[row.complaint.number, "confirm_alert"]),
            why=row.get_why_display(),
            confirm_by=row.confirm_by if str(actor.id) in row.turns[row.turn] else None,
        )
        for row in found
    ]


def plans_to_write_anew(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Cases whose plan this person wrote and got back, returned or refused, while nobody has written another (TR-15)."""
    plans = PrePlan.objects.filter(complaint=OuterRef("pk"))
    back = plans.filter(author_id=actor.id, state__in=[PrePlan.State.RETURNED, PrePlan.State.REFUSED])
    rows = Complaint.objects.filter(
        Exists(back), ~Exists(plans.filter(state=PrePlan.State.DRAFT)), state=State.PRE_PLAN
    )
    return rows.order_by("next_due_at", "id").values_list(duty_of(plan_anew=Q()), "pk")


declare_cases(
    plans_to_write_anew,
    DutyKind(
        name="plan_anew",
        label=pgettext_lazy("duty", "Pre-handling plan to write anew"),
        step="draft_pre_plan",
        timer="pre_plan",
    ),
)
reads_also("plan", PrePlan)
