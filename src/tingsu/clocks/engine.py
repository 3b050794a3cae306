"""Making promises: the rule in force becomes a row (SL-01). Plain functions for use inside an open transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import timers
from tingsu.clocks.conditions import Facts
from tingsu.clocks.kinds import conditions_of
from tingsu.clocks.models import Promise
from tingsu.clocks.planning import Plan, plan, plan_until
from tingsu.clocks.queries import policy_in_force
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import plain
from tingsu.kernel.tenancy import current_organisation_id

__all__ = ["Facts", "new_promise", "remaining_warnings"]


def new_promise(
    stream_id: uuid.UUID,
    kind: str,
    *,
    at: datetime,
    facts: Facts,
    due_at: datetime | None = None,
    subject_id: uuid.UUID | None = None,
    owner_id: uuid.UUID | None = None,
) -> Promise:
    """A time limit that runs from ``at``, counted by the policy and calendar in force; not yet saved.

    With ``due_at`` somebody named its end (a promised date, or an earlier one than the policy's). ``at`` may lie in the
    past: the rule counts from the day the complaint reached us, not from the day it was typed in. Raises UnknownTimer, and ValueError for facts that the
    kind of thing does not offer.
    """
    policy, calendar, timer = policy_in_force(), calendar_in_force(), timers.timer(kind)
    if unknown := facts.codes.keys() - conditions_of(timer.of).keys():
        raise ValueError(f"no rule may ask about {sorted(unknown)} of a {timer.of}")
    if due_at is None:
        planned = plan(timer, start=at, facts=facts, policy=policy, calendar=calendar)
    else:
        planned = plan_until(timer, start=at, due=due_at, policy=policy, calendar=calendar)
    warnings = remaining_warnings(planned, now())
    return Promise(
        id=new_id(),
        organisation_id=current_organisation_id(),
        stream_id=stream_id,
        kind=timer.name,
        subject_id=subject_id,
        owner_id=owner_id,
        started_at=planned.started_at,
        due_at=planned.due_at,
        next_at=warnings[0] if warnings else planned.due_at,
        warnings=plain(warnings),
        policy_version=planned.policy_version,
        calendar_version=planned.calendar_version,
        calendar_assumed=planned.calendar_assumed,
        rule=planned.rule,
    )


def remaining_warnings(planned: Plan, at: datetime) -> list[datetime]:
    """The warning points still worth giving: those to come, and of those already passed only the latest.

    A letter that lay a day before it was registered warns once, not twice in the same minute.
    """
    passed = [point for point in planned.warnings if point <= at]
    return [*passed[-1:], *(point for point in planned.warnings if point > at)]
