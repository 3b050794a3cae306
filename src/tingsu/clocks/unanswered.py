"""The sweep of the ladder: a level that took nothing up within its limit is followed by the next (AS-07, AS-08).

As with promises: locks of the streams in the order of the due moments, what others hold is skipped, everything is read
again behind the locks, and one case that raises neither stops the others nor is tried hot.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from tingsu.clocks import sql
from tingsu.clocks.company import join
from tingsu.clocks.escalation import end_waiting, raise_and_record
from tingsu.clocks.models import Escalation
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import Chain, flush_chains, lock_chain
from tingsu.kernel.tenancy import current_organisation_id

BATCH = 100
PUSH_BACK = timedelta(minutes=10)
log = logging.getLogger(__name__)


def pass_on_unanswered(limit: int = BATCH) -> int:
    """Tell the next level of every escalation whose time has run out; gives how many were looked at. Opens its transaction."""
    at = now()
    actor = automation("clocks.ladder", current_organisation_id())
    try:
        with transaction.atomic(durable=True):
            return _pass_on(_take(at, limit), at, actor)
    except Exception:
        log.exception("a batch of the ladder was rolled back; taking its cases one at a time")
    return _one_by_one(at, limit, actor)


def _take(at: datetime, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    return sql.due_escalations(at, limit)


def _pass_on(taken: Iterable[tuple[uuid.UUID, uuid.UUID]], at: datetime, actor: Actor) -> int:
    wanted = [escalation_id for escalation_id, _stream in taken]
    if not wanted:
        return 0
    due = Escalation.objects.filter(pk__in=wanted, next_at__lte=at).order_by("next_at", "pk").select_related("stream")
    chains = [Chain(row.stream) for row in due]
    company = join(chains)
    for chain in chains:
        if raise_and_record(chain, "unanswered", actor=actor, at=at) is None:
            end_waiting(chain, actor=actor, at=at)  # settled in the meantime
    company.save()
    flush_chains(chains)
    return len(chains)


def _one_by_one(at: datetime, limit: int, actor: Actor) -> int:
    done = 0
    with transaction.atomic():
        due = _take(at, limit)
    for pair in due:
        try:
            with transaction.atomic(durable=True):
                lock_chain(pair[1])
                done += _pass_on([pair], at, actor)
        except Exception:
            log.exception("the escalation of stream %s could not be passed on; it is tried again later", pair[1])
            with transaction.atomic(durable=True):
                lock_chain(pair[1])
                Escalation.objects.filter(pk=pair[0], next_at__lte=at).update(next_at=at + PUSH_BACK)
    return done
