"""Sending letters: render, hand over, note the result on the case (AK-10). A failure tries another means."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound, TooMany
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.limits import count_attempt
from tingsu.kernel.models import Stream
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rows import asked, writing
from tingsu.letters import deliveries, links, pauses, providers
from tingsu.letters.choosing import ASKED_JUST_NOW, next_of, quiet_until
from tingsu.letters.composing import compose
from tingsu.letters.means import means
from tingsu.letters.models import Letter
from tingsu.letters.sms import account
from tingsu.letters.smtp import BLOCKED, FINAL, SAID, UNSURE, NotSent
from tingsu.letters.templates_book import TEMPLATES
from tingsu.people.access import Can, require

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30, 60, 120, 240))
"""Between the tries of a letter that the server asks us to bring later; greylisting opens after a quarter of an hour."""
GIVE_UP_AFTER = timedelta(days=5)
"""As long as mail servers themselves keep trying (RFC 5321, 4.5.4.1)."""
IN_HAND = timedelta(minutes=5)
"""No hand-over takes longer (`smtp.TALK_SECONDS`): whoever has had a letter in hand for this long has died."""
MOST_UNSURE = 2
KEPT_FOR = GIVE_UP_AFTER
POST_KEPT_FOR = timedelta(days=60)
"""So long a letter that left can be made anew for another means, should it come back; the post brings back what it could not
deliver after weeks."""
SENT_FIELDS = ("address", "subject", "body", "whole", "values", "state", "template_version", "message_id", "provider_id", "sent_at",
               "delivered_at", "handed_at", "next_try_at", "failure", "said", "short")  # fmt: skip
SMS_GIVE_UP_AFTER = timedelta(minutes=30)
"""An electronic means that does not take a letter for so long leaves it to the next one (AK-01)."""
OFTEN, DAY = 20, timedelta(days=1)
"""Text messages to one number in a day: more are a loop of ours, or somebody who asks for codes at a stranger's number."""


def deliver(letter_id: uuid.UUID, *, probe: bool = False) -> bool:
    """Try to send one queued letter; says whether the post works (false: it pauses, or has just begun to).

    Does nothing when the letter has left, was withdrawn, its time has not come, or another worker has it in hand.
    1. Render. 2. Take it in hand, outside the case's lock. 3. Hand over, with the same Message-ID on every try. 4. Lock the
    case and note the result. Whoever dies between 2 and 4 leaves a letter of which nobody knows whether it left: it is tried
    once more, never a third time. `probe` tries although the post pauses.
    """
    letter = _due(letter_id)
    if letter is None or _by_hand(letter) or _rests(letter):
        return True
    by_mail = letter.channel == "email" and not providers.stays_here()
    if by_mail and not probe and pauses.open_pause() is not None:
        Letter.objects.filter(pk=letter.pk).update(next_try_at=now())
        return False
    letter.stream = next(iter(asked(Stream, "id = %s", letter.stream_id).all()))
    message, version = compose(letter)
    if not _take_in_hand(letter):
        return True
    sms = letter.channel == "sms"
    if letter.unsure >= (1 if sms else MOST_UNSURE):
        note_failed(letter, "sms_unsure" if sms else "broken")
        return True
    try:
        if sms:
            _count(message.address)
        provider_id = providers.send(letter.channel, message)
    except NotSent as refusal:
        _refused(letter, refusal, message.address)
        return refusal.kind != BLOCKED or not by_mail
    note_sent(letter, message, version, provider_id)
    return True


def _by_hand(letter: Letter) -> bool:
    """A person prints it or calls: nothing leaves by itself."""
    found = means(letter.channel)
    return found is not None and found.by_hand


def _rests(letter: Letter) -> bool:
    """Would it ring at the person in quiet hours? Then it waits for their end; what cannot wait, or was asked for just now, does not."""
    found = means(letter.channel)
    if found is None or not found.disturbs or letter.urgent or letter.template in ASKED_JUST_NOW:
        return False
    until = quiet_until(now(), organisation_with(letter.organisation_id).time_zone)
    if until is None:
        return False
    Letter.objects.filter(pk=letter.pk, state=Letter.State.QUEUED).update(
        next_try_at=until, send_after=until, failure="quiet"
    )
    return True


def _count(number: str) -> None:
    """Raises NotSent when this number had its share of today."""
    if providers.stays_here():
        return
    try:
        count_attempt("letters.sms", number, limit=OFTEN, window=DAY)
    except TooMany as error:
        raise NotSent("often", kind=FINAL) from error


def _due(letter_id: uuid.UUID) -> Letter | None:
    letter = _letter(letter_id)
    return letter if letter.state == Letter.State.QUEUED and letter.send_after <= now() else None


def _take_in_hand(letter: Letter) -> bool:
    """Note that the letter is about to be handed over; a hand that went away long ago counts as one unsure try."""
    at = now()
    free = Letter.objects.filter(pk=letter.pk, state=Letter.State.QUEUED)
    taken = free.filter(handed_at=None).update(handed_at=at)
    if not taken:
        taken = free.filter(handed_at__lt=at - IN_HAND).update(handed_at=at, unsure=F("unsure") + 1)
        letter.unsure += 1
    return bool(taken)


def _refused(letter: Letter, refusal: NotSent, addressee: str) -> None:
    """What the refusal means for the letter: given up, tried later, or kept until the post goes again."""
    at, why = now(), str(refusal.data["why"])
    sms = letter.channel == "sms"
    if sms and refusal.kind == BLOCKED:
        account.note_refused(refusal, addressee)
    if refusal.kind == FINAL or (sms and refusal.kind in {BLOCKED, UNSURE}):
        note_failed(letter, why, refusal.said)
        return
    changes: dict[str, Any] = {"handed_at": None, "failure": why, "next_try_at": at}
    if refusal.said:
        changes["said"] = letter.stream.key().seal(refusal.said, f"letter:{letter.pk}:said")
    if refusal.kind == BLOCKED:
        pauses.begin(refusal, addressee)
    elif refusal.kind == UNSURE:
        if letter.unsure + 1 >= MOST_UNSURE:
            note_failed(letter, why, refusal.said)
            return
        changes |= {"unsure": letter.unsure + 1, "next_try_at": at + IN_HAND}
    elif at - letter.send_after >= (SMS_GIVE_UP_AFTER if sms else GIVE_UP_AFTER):
        note_failed(letter, "sms_expired" if sms else "expired", refusal.said)
        return
    else:
        wait = WAITS[min(letter.attempts, len(WAITS) - 1)]
        changes |= {"attempts": letter.attempts + 1, "next_try_at": at + wait}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.QUEUED).update(**changes)


def _letter(letter_id: uuid.UUID) -> Letter:
    found = asked(Letter, "id = %s", letter_id).first()
    if found is None:
        raise NotFound
    return found


def _still_queued(letter: Letter) -> tuple[Chain, Letter] | None:
    """Lock the case and look again; None when somebody else has dealt with the letter. Inside the open transaction."""
    chain = lock_chain(letter.stream_id)
    fresh = _letter(letter.pk)
    return (chain, fresh) if fresh.state == Letter.State.QUEUED else None


def note_sent(letter: Letter, message: providers.Message, version: int, provider_id: str) -> None:
    """Lock the case, keep what was sent, record `letter.sent` (which stops T01 for an acknowledgement)."""
    at = now()
    with transaction.atomic(durable=True):
        if (found := _still_queued(letter)) is None:
            return
        chain, letter = found
        there = letter.channel == "portal"
        keep_sent(
            chain, letter, message, version, at=at, actor=automation("letters.deliver", letter.organisation_id),
            provider_id=provider_id, arrived=there,
        )  # fmt: skip
        chain.flush()


def keep_sent(
    chain: Chain, letter: Letter, message: providers.Message, version: int, *, at: datetime, actor: Actor,
    provider_id: str = "", arrived: bool = False, tracking: str = "",
) -> None:  # fmt: skip
    """The letter left, or was told, at this moment: its words, its line in the log, `letter.sent`. Inside the open transaction."""
    key = chain.stream.key()
    letter.address = key.seal(message.address, f"letter:{letter.pk}:address") if message.address else None
    letter.subject = key.seal(message.kept_subject, f"letter:{letter.pk}:subject")
    letter.body = key.seal(message.kept_body, f"letter:{letter.pk}:body")
    letter.whole = key.seal(message.kept_whole, f"letter:{letter.pk}:whole") if message.kept_whole else None
    if not letter.failed_channel:
        if arrived or provider_id == "mailroom" or not (letter.then or letter.channel in {"sms", "post"}):
            letter.values = None  # else it may come back, and another means needs them (`KEPT_FOR`)
        letter.failure, letter.said = "", None
    if letter.channel in {"sms", "post"}:
        letter.short = links.short_index(letter)
    letter.handed_at = letter.next_try_at = None
    letter.state = Letter.State.DELIVERED if arrived else Letter.State.SENT
    letter.template_version, letter.message_id, letter.provider_id = version, message.message_id, provider_id
    letter.sent_at = at
    letter.delivered_at = at if arrived else None
    row = deliveries.made(
        letter, str(letter.state), at, parts=message.parts, provider_id=provider_id, tracking=tracking,
        by=actor.id if actor.kind == "member" else None,
    )  # fmt: skip
    with writing() as rows:
        rows.change(letter, SENT_FIELDS)
        rows.add([row])
    chain.record(
        "letter.sent", actor=actor, at=at,
        data={"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": letter.channel,
              "version": version},
    )  # fmt: skip


def note_failed(letter: Letter, why: str, said: str = "") -> None:
    """The means failed for good: a fact on the case, and the same words on the follow-up page instead (AK-10).

    What the letter was made of is kept, so that it can be sent again once the address is right.
    """
    at = now()
    with transaction.atomic(durable=True):
        if (found := _still_queued(letter)) is None:
            return
        chain, letter = found
        actor = automation("letters.deliver", letter.organisation_id)
        data = {"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": letter.channel,
                "why": why}  # fmt: skip
        chain.record("letter.failed", actor=actor, at=at, data=data)
        fall_back(chain, letter, why, said, at)
        chain.flush()


FELL_BACK = ("state", "tried", "failure", "said", "channel", "then", "failed_channel", "attempts", "unsure", "handed_at", "next_try_at", "send_after",
             "sent_at", "delivered_at", "values")  # fmt: skip


def fall_back(chain: Chain, letter: Letter, why: str, said: str, at: datetime, *, by: uuid.UUID | None = None) -> None:
    """The means of a letter failed: the next one that can be used takes it; else the same words on the follow-up page; else it
    stays failed. Inside the open transaction, after `letter.failed` was recorded (AK-10).
    """
    letter.failure, letter.handed_at, letter.next_try_at = why, None, None
    letter.stream = chain.stream
    words = " ".join(said.split())[:SAID] if chain.stream.wrapped_key else ""
    letter.said = chain.stream.key().seal(words, f"letter:{letter.pk}:said") if words else letter.said
    deliveries.failed(letter, why, words, at, by=by)
    letter.tried += 1
    following, rest = next_of(letter.then, letter.template, letter.language) if letter.values else ("", "")
    on_page = letter.channel != "portal" and TEMPLATES[letter.template].on_page
    if following:
        letter.channel, letter.then, letter.send_after = following, rest, at
    elif on_page:
        letter.failed_channel, letter.channel, letter.then = letter.channel, "portal", ""
    if not following and not on_page:
        letter.state = Letter.State.FAILED
    elif letter.values:
        letter.attempts = letter.unsure = 0
        letter.state = Letter.State.QUEUED
        letter.sent_at = letter.delivered_at = None
        from tingsu.letters import tasks

        tasks.send_letter.defer(letter_id=str(letter.pk))
    else:  # what it was made of is gone: the copy that was kept lies on the page
        letter.state, letter.delivered_at = Letter.State.DELIVERED, at
    letter.save(update_fields=list(FELL_BACK))


def send_again(*, actor: Actor, letter_id: uuid.UUID) -> None:
    """A letter that could not be sent goes on its way once more, to the address the case has now (AK-10).

    Raises NotFound, NotAllowed when it did not fail, was sent again already, or the actor may not.
    """
    require(actor, Can.POST)
    with transaction.atomic(durable=True):
        chain = lock_chain(_letter(letter_id).stream_id)
        letter = _letter(letter_id)
        if not may_go_again(letter):
            raise NotAllowed(_("Only a letter that could not be sent can be sent again."))
        Letter.objects.filter(pk=letter.pk).update(
            state=Letter.State.QUEUED, channel=letter.failed_channel or letter.channel, failed_channel="", failure="",
            said=None, attempts=0, unsure=0, handed_at=None, next_try_at=None, send_after=now(), sent_at=None,
            delivered_at=None, message_id="", provider_id="",
        )  # fmt: skip
        chain.record(
            "letter.sent_again", actor=actor, at=now(),
            data={"letter": letter.pk, "template": letter.template, "intent": letter.intent},
        )  # fmt: skip
        from tingsu.letters import tasks

        tasks.send_letter.defer(letter_id=str(letter.pk))
        chain.flush()


def may_go_again(letter: Letter) -> bool:
    """Did its means fail, and is what it was made of still there?"""
    return bool(letter.values) and (
        letter.state == Letter.State.FAILED or bool(letter.failed_channel and letter.sent_at)
    )


def note_read(*, actor: Actor, stream_id: uuid.UUID, reference: str) -> None:
    """The link of a letter was opened by its addressee, for the first time: record `letter.read` (AK-10). Else nothing."""
    unread = Letter.objects.filter(stream_id=stream_id, party_id=actor.id, sent_at__isnull=False, read_at=None)
    found = next((letter for letter in unread if links.reference(letter.pk) == reference), None)
    if found is None:
        return
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(stream_id)
        if not Letter.objects.filter(pk=found.pk, read_at=None).update(read_at=at):
            return
        chain.record(
            "letter.read", actor=actor, at=at,
            data={"letter": found.pk, "template": found.template, "intent": found.intent, "channel": found.channel},
        )  # fmt: skip
        chain.flush()


FORMAL = ("solution", "answer", "answer_tactful", "result_notice", "request_answered")
"""Letters that bring a result: their words stand on the follow-up page too."""


def note_shown(*, actor: Actor, stream_id: uuid.UUID) -> None:
    """The complainant's side opened the page on which the words of these letters stand: they are read (AK-10, FB-10)."""
    unread = Letter.objects.filter(stream_id=stream_id, template__in=FORMAL, read_at=None).exclude(
        state=Letter.State.WITHDRAWN
    )
    if not unread.exists():
        return
    at = now()
    with transaction.atomic(durable=True):
        chain = lock_chain(stream_id)
        for letter in unread.order_by("created_at", "pk"):
            Letter.objects.filter(pk=letter.pk).update(read_at=at)
            chain.record(
                "letter.read", actor=actor, at=at,
                data={"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": "portal"},
            )  # fmt: skip
        chain.flush()


def withdraw_letter(*, actor: Any, letter_id: uuid.UUID) -> None:
    """Take a letter back while it is held (ten seconds); with its own event. Raises NotFound, NotAllowed."""
    with transaction.atomic(durable=True):
        found = Letter.objects.filter(pk=letter_id).first()
        if found is None:
            raise NotFound
        chain = lock_chain(found.stream_id)
        letter = Letter.objects.get(pk=letter_id)
        if (
            letter.state != Letter.State.QUEUED
            or letter.template == "acknowledgement"
            or letter.handed_at
            or letter.unsure
        ):
            raise NotAllowed
        letter.state = Letter.State.WITHDRAWN
        letter.save(update_fields=["state"])
        chain.record("letter.withdrawn", actor=actor, at=now(), data={"letter": letter.pk, "intent": letter.intent})
        chain.flush()
