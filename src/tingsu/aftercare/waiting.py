"""Callbacks that wait for a person."""

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import ResultNotice
from tingsu.aftercare.queries import FOLLOWERS, callbacks_due
from tingsu.complaints.waiting import DutyKind, declare_cases, duty_of
from tingsu.kernel.actor import Actor


def callbacks(actor: Actor) -> QuerySet[ResultNotice, tuple[str, uuid.UUID]]:
    """Calls that are due, after a low rating by somebody else than who handled the case (SC-03)."""
    due = callbacks_due(actor.id, follows=actor.has_role(*FOLLOWERS))
    return due.values_list(duty_of(call_low=Q(low=True), call=Q()), "complaint_id")


declare_cases(
    callbacks,
    DutyKind(name="call", label=pgettext_lazy("duty", "Callback"), timer="callback"),
    DutyKind(name="call_low", label=pgettext_lazy("duty", "Callback after a low rating"), timer="callback"),
)
