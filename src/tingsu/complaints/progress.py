"""The progress notice that needs nobody: before a limit on which the complainant counts, when they have heard nothing since it began
to run (AK-08).

It tells stage, next date and contact, which is all that time alone can tell. It is no feedback by a person: the limit of the
next feedback (T07) runs on, and missing it stays a breach.
"""

from django.utils import translation

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import OPEN_STATES, WaitingOn
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters import choosing, outbox

BEFORE = frozenset({"investigation", "solution"})
"""T13, T14. At the others either the person acts, or they hear of us by the very thing that was promised."""
REPLIES = ("first_reply", "progress_feedback", "promised_date")


@reaction("promise.warned")
def tell_of_progress(chain: Chain, event: Event, actor: Actor) -> None:
    """At the last warning before the limit, once for each promise; nobody who wants no reply, or on whom we wait, is written to."""
    if event.body["kind"] not in BEFORE or chain.stream.kind != "complaint" or not choosing.tells_of_progress():
        return
    promise = Promise.objects.filter(pk=event.body["promise"]).first()
    if promise is None or promise.warnings or promise.ended_at is not None:
        return
    complaint = Complaint.objects.select_related("stream").get(pk=chain.stream.pk)
    heard = complaint.last_feedback_at
    if (
        complaint.state not in OPEN_STATES
        or not complaint.reply_expected
        or complaint.waiting_on == WaitingOn.COMPLAINANT
        or (heard is not None and heard >= promise.started_at)
    ):
        return
    party = complainant_of(complaint)
    if party is None or party.erased_at is not None:
        return
    replies = Promise.objects.filter(stream_id=complaint.pk, kind__in=REPLIES, ended_at=None, due_at__gt=event.at)
    following = replies.order_by("due_at").values_list("due_at", flat=True).first()
    with translation.override(complaint.language):
        stage = str(complaint.get_state_display())
    letter = outbox.queue_letter(
        chain, complaint=complaint, party=party, template="progress", intent=f"progress:{promise.pk}",
        values={"progress": stage, "next_at": following or promise.due_at, "handler": complaint.owner_id}, at=event.at,
    )  # fmt: skip
    outbox.record_queued(chain, letter, actor, event.at)
