"""Telling other systems: what waits is taken in order, sent, and tried again until it arrives or a person is told (IG-01).

Within one thing's history a later event waits for the earlier one; others go on. What a worker has in hand is lent to it
for a while, so that nothing is lost with a worker: an event arrives at least once, always under the same id.
"""

import logging
import random
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from tingsu.hooks import signing
from tingsu.hooks.leaving import pause_of
from tingsu.hooks.models import Attempt, Delivery, Subscription
from tingsu.hooks.payload import body_of, trial_body
from tingsu.kernel import outgoing
from tingsu.kernel.crypto import Erased
from tingsu.kernel.models import Event
from tingsu.kernel.once import turn
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import pauses
from tingsu.letters.notices import notify
from tingsu.letters.providers import stays_here
from tingsu.people.access import Can, may, member_now

log = logging.getLogger(__name__)
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)
"""After the first failure, the second and so on; the last for all further ones. A fifth more or less, so that not all come at once."""
AT_ONCE = 3
BATCH = 12
LENT = timedelta(minutes=2)
IN_A_ROW = 5
"""After so many failures without anything arriving the whole subscription rests, and then one delivery tries."""
GIVES_UP = timedelta(days=5)
"""So long nothing arrives before a subscription is paused, or one event before the next of its history goes on without it."""
SECONDS = 10.0
KEPT_OF_ANSWER = 1000
LONGEST_ASKED = 3600
"""How long the other side may ask us to wait, in seconds."""
RUNS = 40.0
"""Seconds after which a job ends and leaves the rest to the next: it holds one of few places."""


@dataclass(frozen=True)
class Outcome:
    """How one try went. `busy` is our own doing and does not count."""

    status: int | None
    why: str = ""
    answer: str = ""
    milliseconds: int = 0
    asks: int = 0

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def real_now() -> datetime:
    """Other systems live in real time, also while the demo travels."""
    return datetime.now(UTC)


def send(address: str, headers: dict[str, str], body: bytes) -> Outcome:
    """One try, guarded (kernel.outgoing); touches no row. Never raises for what the other side does."""
    began = time.monotonic()
    try:
        reply = outgoing.push(address, body, headers, seconds=SECONDS, limit=KEPT_OF_ANSWER, cut=True)
    except outgoing.NotReached as error:
        return Outcome(None, error.why, milliseconds=_since(began))
    asks = reply.headers.get("retry-after", "")
    return Outcome(
        reply.status,
        "" if 200 <= reply.status < 300 else "refused",
        reply.content.decode("utf-8", "replace").replace("\x00", "�"),
        _since(began),
        min(int(asks), LONGEST_ASKED) if asks.isascii() and asks.isdigit() and len(asks) < 9 else 0,
    )


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def wait_after(tries: int, dice: Callable[[], float] = random.random) -> timedelta:
    """How long until the next try, after so many."""
    return WAITS[min(tries, len(WAITS)) - 1] * (0.8 + 0.4 * dice())


def deliver_due(at: datetime | None = None) -> int:
    """Send what is due in this organisation, one worker at a time; gives how many tries were made.

    `at` stands still for tests. Nothing leaves while a restored copy's post is held (RC-03).
    """
    if (pause := pauses.open_pause()) is not None and pause.next_try_at is None:
        return 0
    tried, until = 0, time.monotonic() + RUNS
    with turn(f"hooks {current_organisation_id()}") as mine:
        while mine and time.monotonic() < until:
            lent = lend(at or real_now())
            if not lent:
                break
            tried += _send_all(lent, at or real_now())
    return tried


def lend(at: datetime) -> list[Delivery]:
    """Take what may be sent now, for a while. A later event of a history that waits for an earlier one is put off; the end of
    the earlier one calls it.
    """
    mine = Q(subscription=OuterRef("subscription"), stream_id=OuterRef("stream_id"), state=Delivery.State.WAITING)
    earlier = Delivery.objects.filter(
        mine & (Q(seq__lt=OuterRef("seq")) | Q(seq=OuterRef("seq"), id__lt=OuterRef("id")))
    )
    with transaction.atomic():
        due = list(
            Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at)
            .filter(subscription__state=Subscription.State.ACTIVE)
            .filter(Q(subscription__rests_until=None) | Q(subscription__rests_until__lte=at))
            .annotate(behind=Exists(earlier))
            .select_related("subscription")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "seq", "id")[: BATCH * 4]
        )
        behind = {one.pk for one in due if one.behind}
        heads: list[Delivery] = []
        probing: set[uuid.UUID] = set()
        for one in due:
            weak = one.subscription.failures >= IN_A_ROW
            if one.pk in behind or (weak and one.subscription_id in probing) or len(heads) == BATCH:
                continue
            if weak:
                probing.add(one.subscription_id)
            heads.append(one)
        Delivery.objects.filter(pk__in=behind).update(due_at=at + LENT)
        Delivery.objects.filter(pk__in=[one.pk for one in heads]).update(due_at=at + LENT)
    return heads


def _send_all(lent: Sequence[Delivery], at: datetime) -> int:
    events = Event.objects.select_related("stream").in_bulk([one.event_id for one in lent])
    messages: list[tuple[Delivery, str, dict[str, str], bytes]] = []
    for one in lent:
        message = _message_or_none(one, events.get(one.event_id), at)
        if message is not None:
            messages.append((one, *message))
    if stays_here():
        outcomes = [Outcome(None, "stays_here") for _message_ in messages]
    else:
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="hooks") as pool:
            outcomes = list(pool.map(lambda message: send(*message[1:]), messages))
    for (one, *_rest), outcome in zip(messages, outcomes, strict=True):
        try:
            note(one, outcome, at)
        except Exception:  # its loan ends by itself; what the others brought is not to be lost with it
            log.exception("the outcome of hook delivery %s was not noted", one.pk)
    return len(messages)


def _message_or_none(one: Delivery, event: Event | None, at: datetime) -> tuple[str, dict[str, str], bytes] | None:
    """The same; one event of which no message can be made does not hold up the others, is tried again later like one that does
    not arrive, and is given up in the end.
    """
    try:
        with transaction.atomic():
            return _message(one, event, at)
    except Exception:
        log.exception("no message could be made of hook delivery %s", one.pk)
        _not_made(one, at)
        return None


def _not_made(one: Delivery, at: datetime) -> None:
    """A try of this event alone: the other side did nothing wrong, and the subscription does not rest for it."""
    with transaction.atomic():
        keep_attempt(one, Outcome(None, "not_made"), at)
        if at - one.created_at >= GIVES_UP:
            _give_up(one, Subscription.objects.get(pk=one.subscription_id).owner_id, at)
        else:
            Delivery.objects.filter(pk=one.pk).update(tries=one.tries + 1, due_at=at + wait_after(one.tries + 1))


def _message(one: Delivery, event: Event | None, at: datetime) -> tuple[str, dict[str, str], bytes] | None:
    """Address, headers and body of what is sent; None where nothing is to be sent, which is noted."""
    subscription = Subscription.objects.select_related("stream").get(pk=one.subscription_id)
    owner = member_now(subscription.owner_id)
    if subscription.state != Subscription.State.ACTIVE:
        return None
    if owner is None or not may(owner, Can.TOKENS):
        pause_of(subscription, "owner_left")
        return None
    try:
        body = body_of(subscription, event, owner) if event is not None else None
    except Erased:
        body = None
    if body is None:
        end(one, Delivery.State.LEFT_OUT, at)
        return None
    headers = signing.headers(subscription.secrets(at), str(one.event_id), int(at.timestamp()), body)
    return subscription.opened("address"), headers, body


def note(one: Delivery, outcome: Outcome, at: datetime) -> None:
    """Keep how a try went, and what follows from it."""
    if outcome.why == "busy":
        Delivery.objects.filter(pk=one.pk).update(due_at=at + WAITS[0])
        return
    with transaction.atomic():
        keep_attempt(one, outcome, at)
        if outcome.arrived or outcome.why == "stays_here":
            end(one, Delivery.State.DONE, at)
            Subscription.objects.filter(pk=one.subscription_id).exclude(failures=0).update(
                failures=0, failing_since=None, rests_until=None
            )
            return
        why = _failed(one, outcome, at)
    if why:  # afterwards: whoever changes a subscription locks its history first
        pause_of(Subscription.objects.get(pk=one.subscription_id), why)


def keep_attempt(one: Delivery, outcome: Outcome, at: datetime) -> None:
    """A line of the log."""
    Attempt.objects.create(
        delivery=one, at=at, status=outcome.status, why=outcome.why,
        milliseconds=outcome.milliseconds, answer=outcome.answer[:KEPT_OF_ANSWER],
    )  # fmt: skip


def _failed(one: Delivery, outcome: Outcome, at: datetime) -> str:
    """When to try again; gives why the subscription is to be paused, if it is."""
    subscription = Subscription.objects.select_for_update().get(pk=one.subscription_id)
    subscription.failures += 1
    subscription.failing_since = subscription.failing_since or at
    if subscription.failures >= IN_A_ROW:
        subscription.rests_until = at + wait_after(subscription.failures - IN_A_ROW + 2)
    subscription.save(update_fields=["failures", "failing_since", "rests_until"])
    tries = one.tries + 1
    wait = max(wait_after(tries), timedelta(seconds=outcome.asks))
    Delivery.objects.filter(pk=one.pk).update(tries=tries, due_at=at + wait)
    _come_back(wait)
    if outcome.status == 410:
        return "gone"
    if at - subscription.failing_since >= GIVES_UP:
        return "failing"
    if at - one.created_at >= GIVES_UP:
        # Others arrive: only this one is refused. Whoever answers for it hears of it, and the history goes on.
        _give_up(one, subscription.owner_id, at)
    return ""


def _give_up(one: Delivery, owner_id: uuid.UUID, at: datetime) -> None:
    end(one, Delivery.State.GIVEN_UP, at)
    notify([owner_id], "webhook.given_up", None, {"event": str(one.event_id)})


def _come_back(wait: timedelta) -> None:
    """A short wait is kept to the second; longer ones are found by the look of each minute."""
    from tingsu.hooks.tasks import deliver

    if wait < timedelta(minutes=1):
        deliver.defer(at=real_now() + wait)


def end(one: Delivery, state: str, at: datetime) -> None:
    """A delivery is over: the next event of its history may go now."""
    Delivery.objects.filter(pk=one.pk).update(state=state, ended_at=at, tries=F("tries") + 1)
    following = (
        Delivery.objects.filter(
            subscription_id=one.subscription_id, stream_id=one.stream_id, state=Delivery.State.WAITING
        )
        .order_by("seq", "id")
        .values_list("pk", flat=True)
        .first()
    )
    if following is not None:
        Delivery.objects.filter(pk=following, tries=0).update(due_at=at)


def try_out(subscription: Subscription) -> Outcome:
    """A message that tells of nothing, sent now; it stands in the log beside the others."""
    at, message_id = real_now(), uuid.uuid4()
    body = trial_body(subscription, message_id, at)
    headers = signing.headers(subscription.secrets(at), str(message_id), int(at.timestamp()), body)
    outcome = Outcome(None, "stays_here") if stays_here() else send(subscription.opened("address"), headers, body)
    one = Delivery.objects.create(
        subscription=subscription, event_id=message_id, stream_id=subscription.pk, seq=0, kind="webhook.test",
        state=Delivery.State.DONE if outcome.arrived or outcome.why == "stays_here" else Delivery.State.GIVEN_UP,
        tries=1, due_at=at, created_at=at, ended_at=at,
    )  # fmt: skip
    keep_attempt(one, outcome, at)
    return outcome


def forget(older_than: datetime) -> int:
    """Delete deliveries of before this instant with their tries; gives how many. What waited longer is told by a replay."""
    old: Any = Delivery.objects.filter(created_at__lt=older_than)
    Attempt.objects.filter(delivery__in=old.values("pk")).delete()
    return int(old.delete()[0])
