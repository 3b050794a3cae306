"""The one door for changes of a complaint: `take_step` runs any step of the process table (AS-17, invariants 1 and 9)."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tingsu.complaints import access, interference
from tingsu.complaints.case import Case, open_case
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.process.engine import examine, perform
from tingsu.process.steps import Step


@dataclass(frozen=True, kw_only=True)
class Following:
    """A step that follows from another in the same transaction: one click, both or neither."""

    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
    if_possible: bool = False
    """Left out, without a refusal, while its conditions are not met yet."""


def take_step(
    *,
    actor: Actor,
    complaint_id: uuid.UUID,
    step: str,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
    then: Following | None = None,
) -> Complaint:
    """Take one step: check who, state, guards and values on the server; write state, event, promises and side effects.

    `values` are raw (a form's or an API's); `version` is the one the person was looking at; `then` is a second step that
    follows at once. Raises NotFound, NotAllowed, InvalidInput, ChangedMeanwhile, ConditionsUnmet (with every unmet
    condition). Writes nothing when it raises.
    """
    taken = step_named(step)
    at = now()
    with interference.refused(actor, complaint_id, step), transaction.atomic(durable=True):
        case = open_case(actor, complaint_id, at)
        carry(case, taken, values or {}, version, then)
    return case.complaint


def carry(case: Case, step: Step, values: Mapping[str, Any], version: int | None, then: Following | None) -> None:
    """The step of an open case and what follows from it, in the transaction of the caller, who keeps it or takes it back. Raises
    what `take_step` raises.
    """
    following = step_named(then.step) if then else None
    with _refusals_of(step):
        with reading(case.complaint):
            access.check_visible(case.actor, case.complaint)
            cleaned = examine(case, step, values, version=version, zone=time_zone())
        perform(case, step, cleaned)
    if then is not None and following is not None:
        try:
            follow(case, following, then.values, time_zone())
        except ConditionsUnmet:
            if not then.if_possible:
                raise
    case.finish()


@contextmanager
def _refusals_of(step: Step) -> Iterator[None]:
    """A form that takes two steps must know which of them refuses a value."""
    try:
        yield
    except InvalidInput as error:
        error.of = step.name
        raise


def follow(case: Case, step: Step, values: Mapping[str, Any], zone: str) -> None:
    """A further step of an open case: it reads the case anew, as the one before has left it. Raises what `take_step` raises."""
    with _refusals_of(step):
        with reading(case.complaint):
            cleaned = examine(case, step, values, version=None, zone=zone)
        perform(case, step, cleaned)


def step_named(name: str) -> Step:
    step = PROCESS.get(name)
    if step is None or not step.door:
        raise NotFound
    return step


def time_zone() -> str:
    """The organisation's time zone, for dates and times that people type."""
    return current_organisation().time_zone
