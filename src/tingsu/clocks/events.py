"""The events of time limits."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import lapse_words, timer_name
from tingsu.kernel.events import EventKind, Group, declare


def timer_lapsed(body: Mapping[str, Any]) -> dict[str, str]:
    """What is said of a time that was not ours and ran out, and its name."""
    return {"said": str(lapse_words(body["kind"])), **timer_named(body)}


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
        words=pgettext_lazy("event", "%(said)s: %(timer)s"),
        fills=timer_lapsed,
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
