"""The one door for changes of a complaint: `take_step` runs any step of the process table (AS-17, invariants 1 and 9)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tingsu.complaints import access
from tingsu.complaints.case import open_case
from tingsu.complaints.case_rows import remember
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.process.engine import carry_out
from tingsu.process.steps import Step


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
        carry_out(case, taken, values or {}, version=version, zone=zone)
        case.finish()
    return case.complaint


def step_named(name: str) -> Step:
    step = PROCESS.get(name)
    if step is None or not step.door:
        raise NotFound
    return step


def time_zone() -> str:
    """The organisation's time zone, for dates and times that people type."""
    return current_organisation().time_zone
