"""The events of triage: assessment, high risk, on-call alerts, records of major and mass events."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare
from tingsu.kernel.punctuation import listed
from tingsu.people.queries import alias_of


def people_named(body: Mapping[str, Any]) -> dict[str, str]:
    """The work identities of those it is about."""
    return {"names": listed(alias_of(uuid.UUID(one)) for one in body["members"])}


declare(
    EventKind(
        name="complaint.graded",
        words=pgettext_lazy("event", "assessed and graded"),
        icon="flag",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.evaluated_in_short",
        words=pgettext_lazy("event", "evaluated the complaint in short"),
        group=Group.INSIDE,
        icon="scale",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.department_changed",
        words=pgettext_lazy("event", "changed the department responsible"),
        group=Group.INSIDE,
        icon="arrow-up-right",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.immediate_measure_recorded",
        words=pgettext_lazy("event", "recorded an immediate measure"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.high_risk_reported",
        words=pgettext_lazy("event", "reported the high risk upward"),
        tone="late",
        icon="alert-triangle",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.pre_plan_drafted",
        words=pgettext_lazy("event", "wrote the pre-handling plan"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.pre_plan_adopted",
        words=pgettext_lazy("event", "adopted the pre-handling plan"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.pre_plan_returned",
        words=pgettext_lazy("event", "returned the pre-handling plan"),
        group=Group.INSIDE,
        icon="arrow-back-up",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.pre_plan_refused",
        words=pgettext_lazy("event", "refused the pre-handling plan"),
        group=Group.INSIDE,
        tone="late",
        icon="x",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.upgraded",
        words=pgettext_lazy("event", "raised the case to high risk"),
        tone="late",
        icon="flag",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.event_joined", words=pgettext_lazy("event", "linked an event record"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.event_left",
        words=pgettext_lazy("event", "removed the link to an event record"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.alert_confirmed",
        words=pgettext_lazy("event", "confirmed the on-call alert"),
        tone="done",
        icon="check",
    ),
    EventKind(
        name="on_call.called",
        words=pgettext_lazy("event", "On-call alert: %(names)s called"),
        fills=people_named,
        alone=True,
        tone="late",
        icon="phone",
    ),
    EventKind(
        name="on_call.missed",
        words=pgettext_lazy("event", "On-call alert not confirmed in time: %(names)s"),
        fills=people_named,
        alone=True,
        tone="late",
        icon="clock",
    ),
    EventKind(
        name="on_call.ended",
        words=pgettext_lazy("event", "On-call alert ended without a confirmation"),
        alone=True,
        icon="clock",
    ),
)
