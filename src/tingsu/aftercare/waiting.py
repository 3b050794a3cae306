"""Callbacks that wait for a person."""

from collections.abc import Iterator

from django.utils.translation import pgettext_lazy

from tingsu.aftercare.queries import FOLLOWERS, callbacks_due
from tingsu.complaints.waiting import Duty, DutyKind, declare_duties
from tingsu.kernel.actor import Actor
from tingsu.process.waiting import MOST


def callbacks(actor: Actor) -> Iterator[Duty]:
    """Calls that are due, after a low rating by somebody else than who handled the case (SC-03). One query."""
    for complaint_id, low in callbacks_due(actor.id, follows=actor.has_role(*FOLLOWERS))[:MOST]:
        yield Duty(kind="call_low" if low else "call", complaint_id=complaint_id)


declare_duties(
    callbacks,
    DutyKind(name="call", label=pgettext_lazy("duty", "Callback"), timer="callback"),
    DutyKind(name="call_low", label=pgettext_lazy("duty", "Callback after a low rating"), timer="callback"),
)
