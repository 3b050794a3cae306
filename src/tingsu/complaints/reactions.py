"""What a complaint does when its clocks or its letters move: the queue follows, an acknowledgement counts, waiting ends."""

from django.db.models import Q

from tingsu.clocks.escalation import end_waiting
from tingsu.clocks.models import Promise
from tingsu.complaints.case import NEXT_DUE_FIELDS, case_of, follow
from tingsu.complaints.companions import CASE
from tingsu.complaints.loads import OPEN
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import notify
from tingsu.people import queries as people


def _complaint(chain: Chain) -> Complaint | None:
    """The row of the stream as it stands now; None for streams of another kind."""
    if chain.stream.kind != "complaint":
        return None
    case = chain.companion(CASE)
    return case.complaint if case else Complaint.objects.get(pk=chain.stream.pk)


@reaction("complaint.closed")
def end_the_waiting(chain: Chain, event: Event, actor: Actor) -> None:
    """Whoever was told of an escalation and never took it up is called no longer."""
    if chain.stream.kind == "complaint":
        end_waiting(chain, actor=actor, at=event.at)


@reaction("promise.recounted", "promise.lapsed")
def follow_new_due_time(chain: Chain, event: Event, actor: Actor) -> None:
    """The queue sorts by the next promise: one that ended, or a due time that moved with the calendar, moves it (SL-02)."""
    if chain.companion(CASE) or (complaint := _complaint(chain)) is None:
        return  # an open case counts its next promise itself
    first = Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True).order_by("due_at", "kind").first()
    follow(complaint, first)
    complaint.save(update_fields=NEXT_DUE_FIELDS)


@reaction("letter.sent")
def acknowledged(chain: Chain, event: Event, actor: Actor) -> None:
    """The acknowledgement went out: E01, stops T01 (AK-01, AK-12)."""
    if event.body["template"] != "acknowledgement":
        return
    case = case_of(chain, actor, event.at)
    if case.complaint.acknowledged_at is None:
        case.set("acknowledged_at", event.at)
        case.end("acknowledgement")
        case.record("complaint.acknowledged", {"step": "E01", "values": {"means": event.body["channel"]}})
        case.finish(flush=False)


@reaction("letter.failed")
def tell_owner_of_failure(chain: Chain, event: Event, actor: Actor) -> None:
    """A means that failed is a task for somebody (AK-10)."""
    if complaint := _complaint(chain):
        notify(
            [complaint.owner_id],
            "letter.failed",
            complaint.pk,
            {"number": complaint.number, "channel": event.body["channel"]},
        )


@reaction("member.duty_set")
def tell_of_absence(chain: Chain, event: Event, actor: Actor) -> None:
    """Somebody who has open cases, or is offered some, goes off duty: whoever shares cases out is told (AS-16)."""
    if event.body["set"]["on_duty"][1]:
        return
    member_id = chain.stream.pk
    waits = Q(owner_id=member_id) | Q(offered_member_id=member_id)
    if not Complaint.objects.filter(OPEN, waits).exists():
        return
    told = [one.pk for one in people.active_members(roles=("supervisor",)) if one.pk not in {member_id, actor.id}]
    notify(told, "team.absent", None, {"member": member_id})
