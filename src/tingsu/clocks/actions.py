"""Every write on clocks that is an action of its own: publish a policy, take up an escalation, count open promises again."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import escalation
from tingsu.clocks.access import check_visible
from tingsu.clocks.company import company_of
from tingsu.clocks.models import Escalation, EscalationCall, Promise
from tingsu.clocks.planning import recounted
from tingsu.clocks.profiles import PROFILES, profile_body
from tingsu.clocks.queries import KIND
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, TingsuError
from tingsu.kernel.ledger import Chain, lock_chain, plain
from tingsu.people.queries import alias_of

RECOUNTED = "promise.recounted"


class TakenUpAlready(TingsuError):
    code, status = "taken_up_already", 409
    sentence = _("Nobody is waited for here any more: the escalation was taken up or has ended. %(who)s")


def publish_time_limits(
    *,
    actor: Actor,
    body: dict[str, Any],
    valid_from: datetime | None = None,
    note: str = "",
    based_on: int | None = None,
) -> rulebooks.Rules:
    """Put a new version of the time limits in force. Promises already made keep theirs (invariant 4)."""
    return rulebooks.publish(actor=actor, kind=KIND, body=body, valid_from=valid_from, note=note, based_on=based_on)


def choose_profile(
    *,
    actor: Actor,
    profile: str,
    valid_from: datetime | None = None,
    note: str = "",
    based_on: int | None = None,
) -> rulebooks.Rules:
    """Put the limits of a shipped profile in force: those of one document, or the strictest of all (SL-01).

    Lines the organisation changed are replaced. Promises already made keep theirs. Raises InvalidInput for a profile that
    does not ship, and what `publish_time_limits` raises.
    """
    if profile not in PROFILES:
        raise InvalidInput({"profile": InvalidValue(_("Choose one of the profiles that ship."), code="not_a_choice")})
    return publish_time_limits(
        actor=actor, body=profile_body(profile), valid_from=valid_from, note=note, based_on=based_on
    )


def take_up(*, actor: Actor, stream_id: uuid.UUID) -> None:
    """Take up what was escalated: from now on nobody else is called for it (AS-07).

    Only those who were told may; the owner and the others who were told hear of it. Raises NotFound, NotAllowed,
    TakenUpAlready. With two at once the second is told who was first.
    """
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(stream_id)
        check_visible(actor, chain.stream.kind, stream_id)
        row = Escalation.objects.filter(stream_id=stream_id).first()
        if row is None or not row.is_waiting:
            raise TakenUpAlready(who=alias_of(row.taken_by) if row else "")
        if not EscalationCall.objects.filter(stream_id=stream_id, member_id=actor.id, ended_at=None).exists():
            raise NotAllowed(_("Only those who were told of the escalation can take it up."))
        called = escalation.close(row, at)
        row.taken_at, row.taken_by = at, actor.id
        row.save(update_fields=["next_at", "taken_at", "taken_by"])
        data = {"level": row.level, "rung": row.rung, "members": called}
        chain.record(escalation.TAKEN_UP, actor=actor, at=at, data={escalation.FACT: data})
        with company_of(chain) as company:
            if thing := company.thing(chain):
                others = [one for one in (thing.owner_id, *thing.informed, *called) if one != actor.id]
                company.tell(others, escalation.TAKEN_UP, stream_id, {"number": thing.number, "by": actor.id})
        chain.flush()


def recount_promises(*, actor: Actor) -> int:
    """Count open promises again whose calendar was assumed and has become official; returns how many were (SL-02).

    One case, one transaction; each promise gets an event with its old and new due time. Running it twice changes
    nothing the second time.
    """
    version = calendar_in_force().version
    streams = (
        Promise.objects.filter(ended_at=None, breached_at=None, calendar_assumed=True)
        .exclude(calendar_version=version)
        .order_by("stream_id")
        .values_list("stream_id", flat=True)
        .distinct()
    )
    return sum(_recount_case(stream_id, version, actor) for stream_id in list(streams))


def _recount_case(stream_id: uuid.UUID, version: int, actor: Actor) -> int:
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(stream_id)
        rows = Promise.objects.filter(stream_id=stream_id, ended_at=None, breached_at=None, calendar_assumed=True)
        promises = list(rows.exclude(calendar_version=version).order_by("due_at", "pk"))
        count = sum(_recount(promise, chain, actor, at) for promise in promises)
        chain.flush()
    return count


def _recount(promise: Promise, chain: Chain, actor: Actor, at: datetime) -> bool:
    """On the calendar of its region; one whose region is gone on the main one."""
    calendar = calendar_in_force(region=promise.calendar_region)
    old_due, old_version = promise.due_at, promise.calendar_version
    due, points, assumed = recounted(promise.rule, promise.started_at, calendar)
    if assumed:
        return False
    # Points that have fired stay fired: only as many as were still to come are set again.
    left = points[len(points) - len(promise.warnings) :] if promise.warnings else ()
    promise.due_at, promise.calendar_version, promise.calendar_assumed = due, calendar.version, assumed
    promise.calendar_region = calendar.region
    promise.warnings = plain(left)
    promise.next_at = left[0] if left else due
    promise.save(
        update_fields=["due_at", "calendar_version", "calendar_region", "calendar_assumed", "warnings", "next_at"]
    )
    chain.record(
        RECOUNTED,
        actor=actor,
        at=at,
        data={
            "promise": promise.pk,
            "kind": promise.kind,
            "due_at": [old_due, due],
            "calendar": [old_version, calendar.version],
        },
    )
    return True
