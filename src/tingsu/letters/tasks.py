"""Background entry points of letters."""

import uuid
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from procrastinate.contrib.django import app

from tingsu.kernel.clock import now
from tingsu.kernel.jobs import each_organisation, job, one_by_one
from tingsu.letters import actions, pauses, smtp
from tingsu.letters.means import all_means
from tingsu.letters.models import Letter
from tingsu.letters.robots import posting

BATCH = 200
BY_HAND = [one.code for one in all_means() if one.by_hand]
"""A person carries them out; no job asks for them."""
LEASE = timedelta(minutes=10)
"""A letter that is tried again is not called for again within this time, whatever becomes of its job."""


def not_before(seconds: int) -> datetime | None:
    """Jobs wait in real time, also while the demo travels."""
    return datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None


@job(queue="letters")
def send_letter(letter_id: str) -> None:
    actions.deliver(uuid.UUID(letter_id))


@app.periodic(cron="* * * * *")
@app.task(name="letters.retry", queue="letters", queueing_lock="letters.retry")
@one_by_one
def retry(timestamp: int) -> None:
    """Each minute: letters whose next try has come; those whose worker died; and one letter while the post pauses."""
    for _organisation in each_organisation():
        call_again()


@app.periodic(cron="* * * * *")
@app.task(name="letters.robots", queue="letters", queueing_lock="letters.robots", lock="letters.robots")
@one_by_one
def robots(timestamp: int) -> None:
    """Each minute: what group robots have to say of the new notices."""
    for _organisation in each_organisation():
        posting.gather()
        posting.speak()


def call_again() -> int:
    """Queue what is to be tried again in this organisation; returns how many. While the post pauses, one letter probes it."""
    at = now()
    due = Letter.objects.filter(state=Letter.State.QUEUED, send_after__lte=at).filter(
        Q(next_try_at__lte=at) | Q(handed_at__lt=at - actions.IN_HAND)
    )
    due = due.exclude(channel__in=BY_HAND)
    pause = pauses.open_pause()
    if pause is not None and not _probe(pause.next_try_at):
        due = due.exclude(channel="email")
    ids = list(due.order_by("send_after", "pk").values_list("pk", flat=True)[:BATCH])
    Letter.objects.filter(pk__in=ids).update(next_try_at=at + LEASE)
    send_letter.defer_all({"letter_id": str(letter_id)} for letter_id in ids)
    kept = Letter.objects.filter(state=Letter.State.SENT, values__isnull=False)
    kept.filter(sent_at__lt=at - actions.KEPT_FOR).exclude(channel="post").update(values=None)
    kept.filter(sent_at__lt=at - actions.POST_KEPT_FOR, channel="post").update(values=None)
    return len(ids)


def _probe(next_try_at: datetime | None) -> bool:
    """Is the post open again? Tries the oldest letter that waits, or the server alone when none does."""
    if next_try_at is None or next_try_at > now():
        return False
    waiting = Letter.objects.filter(state=Letter.State.QUEUED, channel="email", send_after__lte=now())
    first = waiting.order_by("send_after", "pk").values_list("pk", flat=True).first()
    if first is not None:
        works = actions.deliver(first, probe=True)
    else:
        trial = smtp.try_out()
        works = not trial.why
        if not works:
            pauses.begin(smtp.NotSent(trial.why, kind=smtp.BLOCKED, said=trial.said))
    if works:
        pauses.end()
    return works
