"""Making promises: the rule in force becomes a row (SL-01). Plain functions for use inside an open transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import timers
from tingsu.clocks.conditions import Facts
from tingsu.clocks.kinds import conditions_of
from tingsu.clocks.models import Promise
from tingsu.clocks.places import region_of
from tingsu.clocks.planning import Plan, extended, next_extension, plan, plan_until, recounted
from tingsu.clocks.queries import policy_in_force
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import plain
from tingsu.kernel.tenancy import current_organisation_id

__all__ = ["Facts", "extend", "limited", "new_promise", "next_extension", "remaining_warnings"]


def new_promise(
    stream_id: uuid.UUID,
    kind: str,
    *,
    at: datetime,
    facts: Facts,
    due_at: datetime | None = None,
    subject_id: uuid.UUID | None = None,
    owner_id: uuid.UUID | None = None,
    place: str = "",
) -> Promise:
    """A time limit that runs from ``at``, counted by the policy and calendar in force; not yet saved.

    With ``due_at`` somebody named its end (a promised date, or an earlier one than the policy's). ``at`` may lie in the
    past: the rule counts from the day the complaint reached us, not from the day it was typed in. Raises UnknownTimer, and ValueError for facts that the
    kind of thing does not offer. ``place`` is where the matter lies: with the owner's unit it decides whose calendar applies.
    """
    policy, timer = policy_in_force(), timers.timer(kind)
    calendar = calendar_in_force(region=region_of(owner_id, place))
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
        calendar_region=calendar.region,
        calendar_assumed=planned.calendar_assumed,
        rule=planned.rule,
    )


def limited(kind: str, facts: Facts) -> bool:
    """Has the policy in force a line for this timer that holds for these facts? Of optional timers it may have none."""
    return any(rule.applies_to(facts) for rule in policy_in_force().rules_for(timers.timer(kind)))


def extend(promise: Promise, at: datetime) -> None:
    """Count a running promise anew after its next extension, on the calendar in force; not yet saved."""
    calendar = calendar_in_force(region=promise.calendar_region)
    rule = extended(promise.rule)
    due, points, assumed = recounted(rule, promise.started_at, calendar)
    left = [point for point in points if point > at]
    promise.rule, promise.due_at, promise.calendar_assumed = rule, due, assumed
    promise.calendar_version, promise.calendar_region = calendar.version, calendar.region
    promise.warnings, promise.next_at = plain(left), left[0] if left else due


def remaining_warnings(planned: Plan, at: datetime) -> list[datetime]:
    """The warning points still worth giving: those to come, and of those already passed only the latest.

    A letter that lay a day before it was registered warns once, not twice in the same minute.
    """
    passed = [point for point in planned.warnings if point <= at]
    return [*passed[-1:], *(point for point in planned.warnings if point > at)]
