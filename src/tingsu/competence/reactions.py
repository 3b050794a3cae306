"""What follows in competence from what happens elsewhere: cases of trainees, people who leave, changed points."""

import uuid
from datetime import datetime

from tingsu.competence import courses, points, tasks, terms
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.letters.notices import notices_for, notify
from tingsu.people import queries as people
from tingsu.people.readiness import senior_of
from tingsu.people.roles import Role
from tingsu.settlement.rulebooks import advance


@reaction("complaint.registered", "complaint.accepted", "complaint.handover_accepted", "complaint.assigned")
def tell_the_senior(chain: Chain, event: Event, actor: Actor) -> None:
    """A case that a trainee owns now is known to the senior who supervises it (PE-12)."""
    moved = event.data.get("set", {}).get("owner_id")
    owner = people.member_or_none(uuid.UUID(moved[1])) if moved and moved[1] else None
    senior = senior_of(owner) if owner is not None else None
    if senior is not None:
        number = event.data["set"].get("number", ("", ""))[1]
        if not number:
            number = Complaint.objects.filter(pk=event.stream_id).values_list("number", flat=True).first() or ""
        Notice.objects.bulk_create(notices_for([senior.pk], "case.guided", event.stream_id, {"number": number}))


@reaction("member.deactivated", "member.reactivated")
def file_follows(chain: Chain, event: Event, actor: Actor) -> None:
    """The file ends with the leaving, by a job: nobody waits for it."""
    tasks.follow_member.defer(member_id=str(event.stream_id))


@reaction("rulebook.published")
def points_changed(chain: Chain, event: Event, actor: Actor) -> None:
    """A new version of what everybody must know is told to everybody (PE-20)."""
    if event.body.get("kind") == points.KIND:
        starts = datetime.fromisoformat(event.body["valid_from"])
        tasks.tell_points.defer(at=starts if starts > event.at else None)


@reaction("rulebook.published")
def advance_changed(chain: Chain, event: Event, actor: Actor) -> None:
    """New rules of paying first are a topic of training: whoever keeps its courses hears of them, or whoever leads where none is (RM-07)."""
    if event.body.get("kind") != advance.KIND:
        return
    taught = [one for one in courses.in_use() if one.codes.get("topic") == terms.ADVANCE]
    for one in taught:
        if one.owner_id is not None:
            notify([one.owner_id], "competence.advance_changed", one.pk, {"number": one.number})
    if not taught:
        leaders = [one.pk for one in people.active_members(roles=Role.SUPERVISOR)]
        notify(leaders, "competence.advance_untaught", None, {})
