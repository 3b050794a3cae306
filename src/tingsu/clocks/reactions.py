"""What the clocks do when something is recorded: tell whose it is, climb the ladder, count again on a new calendar (SL-15)."""

from __future__ import annotations

import uuid
from datetime import datetime

from tingsu.calendars import queries as calendars
from tingsu.clocks import escalation, tasks
from tingsu.clocks.company import company_of
from tingsu.clocks.kinds import Thing
from tingsu.clocks.timers import timer
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.people import queries as people


def owners(thing: Thing, event: Event) -> list[uuid.UUID]:
    """Whose the thing is, and whose this promise is: a department's head for its task, an executor for an item."""
    owner = event.body.get("owner")
    found = {thing.owner_id, uuid.UUID(owner) if owner else None} - {None}
    return sorted((one for one in found if one is not None), key=str)


@reaction("promise.warned")
def warn_owner(chain: Chain, event: Event, actor: Actor) -> None:
    """Whoever can still keep the promise hears that its end draws near."""
    with company_of(chain) as company:
        if thing := company.thing(chain):
            data = {"number": thing.number, "kind": event.body["kind"], "point": event.body["point"]}
            company.tell(owners(thing, event), event.kind, thing.id, data)


@reaction("promise.breached")
def alert_owner_and_supervisor(chain: Chain, event: Event, actor: Actor) -> None:
    """At the breach, unless the policy says otherwise of this limit."""
    if not event.body.get("alert", True):
        return
    with company_of(chain) as company:
        if thing := company.thing(chain):
            leaders = {member.pk for member in people.active_members(roles=("supervisor",))}
            data = {"number": thing.number, "kind": event.body["kind"]}
            company.tell(sorted({*owners(thing, event), *leaders}, key=str), event.kind, thing.id, data)


@reaction("promise.breached")
def end_what_hangs_on_it(chain: Chain, event: Event, actor: Actor) -> None:
    """A limit that was missed takes with it what was still asked of it: an extension that nobody decided on, say."""
    if follows := timer(event.body["kind"]).ended:
        follows(uuid.UUID(event.body["promise"]), event.at)


@reaction("promise.escalated")
def climb_one_level(chain: Chain, event: Event, actor: Actor) -> None:
    """After the breach: one level of the ladder for each broken promise, with its own event."""
    told = {"promise": event.body["promise"], "kind": event.body["kind"]}
    escalation.raise_and_record(chain, "breach", actor=actor, at=event.at, timer=event.body["kind"], data=told)


@reaction("promise.lapsed")
def tell_owner_of_silence(chain: Chain, event: Event, actor: Actor) -> None:
    """The parties let their own time pass: the owner goes on, and nobody missed anything."""
    with company_of(chain) as company:
        if thing := company.thing(chain):
            data = {"number": thing.number, "kind": event.body["kind"]}
            company.tell([thing.owner_id], event.kind, thing.id, data)


@reaction("rulebook.published")
def count_again_on_a_new_calendar(chain: Chain, event: Event, actor: Actor) -> None:
    """Queue the recount for the moment at which the new calendar comes into force."""
    if event.body["kind"] != calendars.KIND:
        return
    valid_from = datetime.fromisoformat(event.body["valid_from"])
    tasks.recount_promises.defer(at=valid_from if valid_from > event.at else None)
