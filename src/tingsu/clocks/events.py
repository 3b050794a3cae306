"""The events of time limits."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import timer_name
from tingsu.kernel.events import EventKind, Group, declare


def timer_named(body: Mapping[str, Any]) -> dict[str, str]:
    """The name of the time limit it is about."""
    return {"timer": str(timer_name(body["kind"]))}


declare(
    EventKind(
        name="promise.breached",
        words=pgettext_lazy("event", "Overdue: %(timer)s"),
        fills=timer_named,
        alone=True,
        tone="late",
        icon="alert-triangle",
        group=Group.CLOCKS,
    ),
    EventKind(
        name="promise.warned",
        words=pgettext_lazy("event", "Deadline draws near: %(timer)s"),
        fills=timer_named,
        alone=True,
        icon="clock",
        group=Group.CLOCKS,
    ),
    EventKind(
        name="promise.lapsed",
        words=pgettext_lazy("event", "No answer within the period: %(timer)s"),
        fills=timer_named,
        alone=True,
        icon="clock",
        group=Group.CLOCKS,
    ),
    EventKind(
        name="promise.escalated",
        words=pgettext_lazy("event", "Escalated because overdue: %(timer)s"),
        fills=timer_named,
        alone=True,
        tone="late",
        icon="arrow-up-right",
        group=Group.CLOCKS,
    ),
    EventKind(
        name="promise.recounted",
        words=pgettext_lazy("event", "Deadline counted anew: %(timer)s"),
        fills=timer_named,
        alone=True,
        icon="clock",
        group=Group.CLOCKS,
    ),
    EventKind(
        name="escalation.raised",
        words=pgettext_lazy("event", "Escalated to the next level"),
        alone=True,
        tone="late",
        icon="arrow-up-right",
        group=Group.CLOCKS,
    ),
    EventKind(name="escalation.taken_up", words=pgettext_lazy("event", "took up the escalation"), icon="circle-check"),
    EventKind(
        name="escalation.ended",
        words=pgettext_lazy("event", "The escalation ended with the case"),
        alone=True,
        icon="arrow-up-right",
        group=Group.CLOCKS,
    ),
)
