"""The sweep: each minute it looks at the promises whose moment has come, and warns, breaches and escalates (SL-15).

Each point of a promise fires exactly once (invariant 4), with any number of workers and after any kill:

1.  Up to a hundred due promises are found together with their streams' locks; streams that somebody else holds are
    skipped and come again a minute later.
2.  Behind the locks the promises are read again: what another worker did meanwhile is seen.
3.  The rows are moved on first, then the events are recorded, so that reactions find the promises as they now are. What
    reactions need of each case is read and written for the whole batch (`company`).
4.  One transaction. A worker that dies leaves everything as it was.

When a reaction raises, the whole batch is rolled back and done again one case at a time; the case that raises is pushed
back and the failure recorded, so that one bad row neither stops the others nor is tried hot.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tingsu.clocks import sql
from tingsu.clocks.company import join
from tingsu.clocks.models import Promise, SweepFailure
from tingsu.clocks.planning import percent_of
from tingsu.clocks.timers import timer
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, flush_chains, lock_chain, plain
from tingsu.kernel.tenancy import current_organisation_id

WARNED, BREACHED, ESCALATED = "promise.warned", "promise.breached", "promise.escalated"
LAPSED = "promise.lapsed"
"""A limit that is not ours has run out (T16): the promise ends, nothing was missed and nothing is escalated."""
BATCH = 100
LONGEST_PUSH_BACK = timedelta(hours=6)

log = logging.getLogger(__name__)


@dataclass
class Swept:
    """What one batch did: how many due promises were taken, and what they came to."""

    taken: int = 0
    warned: int = 0
    breached: int = 0
    escalated: int = 0
    lapsed: int = 0
    failed: int = 0


@dataclass
class Moment:
    """What one due promise comes to at this moment: its events, in order."""

    promise: Promise
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def sweep_due(limit: int = BATCH) -> Swept:
    """Take up to ``limit`` due promises of the organisation in one transaction, and say what became of them.

    Opens its own transaction. `taken` is 0 when nothing is due or everything due is being worked on elsewhere.
    """
    at = now()
    actor = automation("clocks.sweep", current_organisation_id())
    try:
        with transaction.atomic(durable=True):
            return _sweep(_take(at, limit), at, actor)
    except Exception:
        log.exception("a batch of the sweep was rolled back; taking its cases one at a time")
    return _sweep_one_by_one(at, limit, actor)


def _take(at: datetime, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Find due promises and lock their streams."""
    return sql.due_promises(at, limit)


def _sweep(taken: Iterable[tuple[uuid.UUID, uuid.UUID]], at: datetime, actor: Actor) -> Swept:
    """Move on and record what is due among locked streams; ``taken`` are pairs of promise and stream."""
    wanted = [promise_id for promise_id, _stream in taken]
    if not wanted:
        return Swept()
    due = Promise.objects.filter(pk__in=wanted, next_at__lte=at)
    moments = [_advance(promise, at) for promise in due.order_by("next_at", "pk").select_related("stream")]
    sql.move_on([moment.promise for moment in moments])
    chains = {stream.pk: Chain(stream) for stream in (moment.promise.stream for moment in reversed(moments))}
    company = join(chains.values())
    swept = Swept(taken=len(moments))
    for moment in moments:
        chain = chains[moment.promise.stream.pk]
        for kind, data in moment.events:
            chain.record(kind, actor=actor, at=at, data=data)
            swept.warned += kind == WARNED
            swept.breached += kind == BREACHED
            swept.escalated += kind == ESCALATED
            swept.lapsed += kind == LAPSED
    company.save()
    flush_chains(chains.values())
    return swept


def _advance(promise: Promise, at: datetime) -> Moment:
    """Fire every point of a promise that has been reached, and set its next one."""
    moment = Moment(promise)
    named = {"promise": promise.pk, "kind": promise.kind, "owner": promise.owner_id}
    waiting = [datetime.fromisoformat(point) for point in promise.warnings]
    while waiting and waiting[0] <= at:
        moment.events.append((WARNED, {**named, "point": percent_of(promise.rule, len(waiting))}))
        waiting.pop(0)
    promise.warnings = plain(waiting)
    promise.next_at = waiting[0] if waiting else promise.due_at
    if promise.due_at <= at:
        promise.warnings, promise.next_at = [], None
        if not timer(promise.kind).owed_by_us:
            promise.ended_at, promise.ending = promise.due_at, Promise.Ending.LAPSED
            moment.events.append((LAPSED, {**named, "due_at": promise.due_at}))
            return moment
        # The breach is dated when the deadline fell, not when it was noticed.
        promise.breached_at = promise.due_at
        on_breach = promise.rule.get("on_breach", ())
        moment.events.append((BREACHED, {**named, "due_at": promise.due_at, "alert": "alert" in on_breach}))
        if "escalate" in on_breach:
            promise.escalated_at = at
            moment.events.append((ESCALATED, named))
    return moment


def _sweep_one_by_one(at: datetime, limit: int, actor: Actor) -> Swept:
    """The slow road after a failure: one case, one transaction; the case that raises is pushed back."""
    total = Swept()
    with transaction.atomic():
        streams = list(dict.fromkeys(stream_id for _promise, stream_id in _take(at, limit)))
    for stream_id in streams:
        try:
            with transaction.atomic(durable=True):
                lock_chain(stream_id)
                rows = Promise.objects.filter(stream_id=stream_id, next_at__lte=at).values_list("pk", "stream_id")
                swept = _sweep(rows, at, actor)
        except Exception as error:
            log.exception("the sweep of stream %s failed and is pushed back", stream_id)
            total.failed += _push_back(stream_id, at, error)
            continue
        total.taken += swept.taken
        total.warned += swept.warned
        total.breached += swept.breached
        total.escalated += swept.escalated
        total.lapsed += swept.lapsed
    return total


def _push_back(stream_id: uuid.UUID, at: datetime, error: Exception) -> int:
    """Try a case's due promises later, waiting twice as long after each failure, and keep the reason."""
    with transaction.atomic(durable=True):
        lock_chain(stream_id)
        promises = list(Promise.objects.filter(stream_id=stream_id, next_at__lte=at))
        for promise in promises:
            earlier = SweepFailure.objects.filter(promise_id=promise.pk).count()
            retry_at = at + min(timedelta(minutes=2 ** min(earlier, 10)), LONGEST_PUSH_BACK)
            SweepFailure(
                id=new_id(),
                promise_id=promise.pk,
                failed_at=at,
                retry_at=retry_at,
                error=f"{type(error).__module__}.{type(error).__qualname__}",
            ).save(force_insert=True)
            promise.next_at = retry_at
            promise.save(update_fields=["next_at"])
        return len(promises)
