"""Reads of time limits: the policy in force, the limits it publishes, the clocks of a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from tingsu.clocks.models import Escalation, EscalationCall, Promise, WaitingInterval
from tingsu.clocks.policy import Policy, read_policy
from tingsu.clocks.profiles import completed
from tingsu.kernel import rulebooks

KIND = "time_limits"
"""The rulebook kind of time-limit policies."""

_known: dict[uuid.UUID | None, Policy] = {}
"""Policies by rulebook row; None is the shipped one. A version is never edited, so nothing here goes stale."""


def policy_in_force(at: datetime | None = None) -> Policy:
    """The organisation's time-limit policy in force at an instant (default: now)."""
    return policy_of(rulebooks.in_force(KIND, at))


def policy_version(version: int) -> Policy:
    """The policy a complaint or a promise names; 0 is the shipped one."""
    return policy_of(rulebooks.version_of(KIND, version))


def policy_of(rules: rulebooks.Rules) -> Policy:
    """The policy value of one published version."""
    if rules.id not in _known:
        _known[rules.id] = read_policy(completed(rules.body), version=rules.version)
    return _known[rules.id]


def promises_of(stream_id: uuid.UUID) -> list[Promise]:
    """Every promise of a case, running ones first, then by due time."""
    rows = Promise.objects.filter(stream_id=stream_id)
    return sorted(rows, key=lambda promise: (promise.ended_at is not None, promise.due_at, promise.kind))


def open_promises(stream_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Promise]]:
    """The running promises of several cases, each list by due time. One query."""
    found: dict[uuid.UUID, list[Promise]] = {}
    for promise in Promise.objects.filter(stream_id__in=set(stream_ids), ended_at=None).order_by("due_at", "kind"):
        found.setdefault(promise.stream_id, []).append(promise)
    return found


def waits_of(stream_id: uuid.UUID) -> list[WaitingInterval]:
    """The times in which a case waited on somebody, oldest first (SL-18)."""
    return list(WaitingInterval.objects.filter(stream_id=stream_id).order_by("since"))


def due_count(at: datetime, *, up_to: int) -> int:
    """How many promises the sweep must look at now, counted no further than ``up_to``."""
    return Promise.objects.filter(next_at__lte=at)[:up_to].count()


def called_to(member_id: uuid.UUID | None) -> QuerySet[Any, uuid.UUID]:
    """The streams of everything a member was ever called to by an escalation: what one is told of one may see."""
    return EscalationCall.objects.filter(member_id=member_id).values_list("stream_id", flat=True)


def waiting_for(member_id: uuid.UUID) -> QuerySet[Escalation]:
    """The escalations that wait for this member to take them up, the most pressing first."""
    called = EscalationCall.objects.filter(member_id=member_id, ended_at=None).values("stream_id")
    rows = Escalation.objects.filter(stream_id__in=called, taken_at=None, ended_at=None).select_related("stream")
    return rows.order_by(F("next_at").asc(nulls_last=True), "raised_at", "pk")


def standing_of(stream_id: uuid.UUID) -> Escalation | None:
    """Where a thing stands on its ladder; None while it never climbed."""
    return Escalation.objects.filter(stream_id=stream_id).first()


def called_for(stream_id: uuid.UUID) -> list[uuid.UUID]:
    """Who is called for a thing now, in the order in which they were."""
    rows = EscalationCall.objects.filter(stream_id=stream_id, ended_at=None).order_by("called_at", "pk")
    return list(dict.fromkeys(rows.values_list("member_id", flat=True)))
