"""Queries outside a case that wait for somebody who may release them, and a connection that waits for a second person."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from tingsu.complaints.terms import State
from tingsu.complaints.waiting import DutyKind, declare_cases, duty_of
from tingsu.inquiry.models import Release
from tingsu.inquiry.steps.releases import RELEASERS
from tingsu.kernel.actor import Actor


def releases(actor: Actor) -> QuerySet[Release, tuple[str, Any]]:
    """Queries of others that nobody has answered, the oldest first (IV-02)."""
    rows = Release.objects.filter(state=Release.State.ASKED).exclude(complaint__state=State.ARCHIVED)
    rows = rows.exclude(member_id=actor.id) if actor.has_role(*RELEASERS) else rows.none()
    return rows.order_by("asked_at", "id").values_list(duty_of(release=Q()), "complaint_id")


declare_cases(
    releases,
    DutyKind(
        name="release", label=pgettext_lazy("duty", "Query outside the case to release"), step="grant_release",
        reads=(Release,),
    ),
)  # fmt: skip
