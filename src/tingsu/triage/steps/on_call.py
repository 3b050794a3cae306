"""Confirming an alert: E28."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.terms import OPEN_STATES
from tingsu.process.steps import Step
from tingsu.triage.alerts import open_alert


def confirm_alert(case: Case, values: dict[str, Any]) -> None:
    """E28: from now on nobody else is called; one click (AS-10)."""
    alert = open_alert(case.complaint)
    assert alert is not None  # noqa: S101 - the case role on_call
    alert.confirmed_at, alert.confirmed_by, alert.confirm_by = case.at, case.actor.id, None
    alert.save(update_fields=["confirmed_at", "confirmed_by", "confirm_by"])
    case.fact("alert", alert.pk)
    case.fact("turn", alert.turn)


CONFIRM_ALERT = Step(
    id="E28",
    name="confirm_alert",
    event="complaint.alert_confirmed",
    label=_("Confirm the alert"),
    sources=OPEN_STATES,
    who=("on_call",),
    clause="CTS 8.2 b; SVC 1.3.2; AS-10",
    effect=confirm_alert,
)


STEPS = (CONFIRM_ALERT,)
