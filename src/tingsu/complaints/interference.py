"""The body's decisions are the body's: who reaches for one from outside is refused, it is written down, those concerned are told.

Assignments, grades, verdicts and solutions of cases that the complaint handling body handles (`Step.of_body`) cannot be changed by
anybody without a post in it, whatever role they hold elsewhere, the unit that hosts the body included (OG-02). Each attempt stands in
the access log, and in the history of the case once an hour for each person and step.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.spelling import tidy
from tingsu.letters.notices import notify
from tingsu.people import alone, body
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.privacy.log import log_access

EVENT = "complaint.interference_refused"
PLACE = "body.decision"
AGAIN = timedelta(hours=1)
TOLD = (Role.SUPERVISOR, Role.MGMT_REP)


@contextmanager
def watched(actor: Actor, step: str, *numbers: str) -> Iterator[None]:
    """Note what is refused in between, when somebody outside the body reaches for a decision of it. Outside a transaction."""
    try:
        yield
    except (NotAllowed, NotFound) as refusal:
        if not getattr(refusal, "noted", False):
            meant = [tidy(number) for number in numbers]
            for pk in Complaint.objects.filter(number__in=meant).values_list("pk", flat=True):
                note(actor, pk, step)
            refusal.noted = True  # type: ignore[union-attr]
        raise


@contextmanager
def refused(actor: Actor, complaint_id: uuid.UUID, step: str) -> Iterator[None]:
    """The same for one case whose id is known."""
    try:
        yield
    except (NotAllowed, NotFound) as refusal:
        note(actor, complaint_id, step)
        refusal.noted = True  # type: ignore[union-attr]
        raise


def note(actor: Actor, complaint_id: uuid.UUID, name: str) -> None:
    """Write an attempt down and tell owner and leaders of the body; nothing for the body's own people and for other steps."""
    step = PROCESS.get(name)
    if step is None or not step.of_body or body.belongs(actor) or alone.one_person():
        return
    if not Complaint.objects.filter(pk=complaint_id).exists():
        return
    log_access(actor, "refused", complaint_id, PLACE, str(step.label), door="api" if actor.kind == "token" else "page")
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(complaint_id, "complaint")
        lately = Event.objects.filter(stream_id=complaint_id, kind=EVENT, actor_id=actor.id, at__gt=at - AGAIN)
        if any(event.body["tried"] == name for event in lately):
            return
        case = Complaint.objects.get(pk=complaint_id)
        chain.record(EVENT, actor=actor, at=at, data={"tried": name, "units": sorted(actor.unit_ids, key=str)})
        concerned = {case.owner_id, *(member.pk for member in people.active_members(roles=TOLD))}
        told = {one for one in concerned if body.member_belongs(one)} - {actor.id}
        notify(sorted(one for one in told if one), "case.interference", case.pk, {"number": case.number})
        chain.flush()
