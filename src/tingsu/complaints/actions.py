"""The one door for changes of a complaint: `take_step` runs any step of the process table (AS-17, invariants 1 and 9)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import access
from tingsu.complaints.case import Case, open_case
from tingsu.complaints.case_rows import forget, remember
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.registry import effect_of, guard_named
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ChangedMeanwhile, ConditionsUnmet, NotAllowed, NotFound, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.process.steps import Step
from tingsu.process.values import clean, split


def take_step(
    *,
    actor: Actor,
    complaint_id: uuid.UUID,
    step: str,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Complaint:
    """Take one step: check who, state, guards and values on the server; write state, event, promises and side effects.

    `values` are raw (a form's or an API's); `version` is the one the person was looking at. Raises NotFound, NotAllowed,
    InvalidInput, ChangedMeanwhile, ConditionsUnmet (with every unmet condition). Writes nothing when it raises.
    """
    taken = step_named(step)
    at = now()
    zone = time_zone()
    with transaction.atomic(durable=True):
        case = open_case(actor, complaint_id, at)
        remember(case.complaint)
        access.check_visible(actor, case.complaint)
        if version is not None and version != case.complaint.version:
            raise ChangedMeanwhile(version=case.complaint.version)
        check_position(case, taken)
        cleaned = clean(taken, values or {}, complaint=case.complaint, zone=zone)
        if unmet := unmet_conditions(case, taken, cleaned):
            raise ConditionsUnmet(unmet)
        forget(case.complaint)
        perform(case, taken, cleaned)
        case.finish()
    return case.complaint


def step_named(name: str) -> Step:
    step = PROCESS.get(name)
    if step is None or not step.door:
        raise NotFound
    return step


def check_position(case: Case, step: Step) -> None:
    """State and role, before any guard. Raises ConditionsUnmet or NotAllowed."""
    if case.complaint.state not in step.sources:
        raise ConditionsUnmet(
            [
                Unmet(
                    "state",
                    "wrong_state",
                    _("in the present stage (%(state)s) this step does not exist"),
                    state=case.complaint.get_state_display(),
                )
            ]
        )
    if not access.may_take(case.actor, case.complaint, step):
        raise NotAllowed(_("Your role on this case does not allow “%(step)s”."), step=step.label)


def unmet_conditions(case: Case, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every condition that is missing, of every guard; values None asks for the button only."""
    return [unmet for name in step.guards for unmet in guard_named(name)(case, step, values)]


def perform(case: Case, step: Step, values: dict[str, Any]) -> None:
    """Timers, effect, move, event: in the open transaction of the caller."""
    for kind in step.stops:
        case.end(kind)
    for kind in step.cancels:
        case.end(kind, "cancelled")
    if step.target is not None:
        case.move_to(step.target)
    if run := effect_of(step.name):
        run(case, values)
    for kind in step.starts:
        case.start(kind)
    data, texts = split(step, values)
    case.record(step.event, {"step": step.id, "values": data}, texts)


def time_zone() -> str:
    """The organisation's time zone, for dates and times that people type."""
    return current_organisation().time_zone
