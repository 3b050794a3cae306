"""Sending letters: render, hand over, note the result on the case (AK-10). A failure tries another means."""

import json
import uuid
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from tingsu.files.store import name_of
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.models import Organisation, Stream
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rows import asked, writing
from tingsu.kernel.rulebooks import in_force
from tingsu.letters import letterhead, links, pauses, providers
from tingsu.letters.enclosures import enclosed_in, files_with
from tingsu.letters.models import Letter
from tingsu.letters.replies import answer_address
from tingsu.letters.smtp import BLOCKED, FINAL, UNSURE, NotSent
from tingsu.letters.templates_book import KEYS, TEMPLATES, kind_of, render
from tingsu.people.access import Can, require

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30, 60, 120, 240))
"""Between the tries of a letter that the server asks us to bring later; greylisting opens after a quarter of an hour."""
GIVE_UP_AFTER = timedelta(days=5)
"""As long as mail servers themselves keep trying (RFC 5321, 4.5.4.1)."""
IN_HAND = timedelta(minutes=5)
"""No hand-over takes longer (`smtp.TALK_SECONDS`): whoever has had a letter in hand for this long has died."""
MOST_UNSURE = 2
COVER = "••••••"
SENT_FIELDS = ("address", "subject", "body", "values", "state", "template_version", "message_id", "provider_id", "sent_at",
               "delivered_at", "handed_at", "next_try_at", "failure", "said")  # fmt: skip


def deliver(letter_id: uuid.UUID, *, probe: bool = False) -> bool:
    """Try to send one queued letter; says whether the post works (false: it pauses, or has just begun to).

    Does nothing when the letter has left, was withdrawn, its time has not come, or another worker has it in hand.
    1. Render. 2. Take it in hand, outside the case's lock. 3. Hand over, with the same Message-ID on every try. 4. Lock the
    case and note the result. Whoever dies between 2 and 4 leaves a letter of which nobody knows whether it left: it is tried
    once more, never a third time. `probe` tries although the post pauses.
    """
    letter = _due(letter_id)
    if letter is None:
        return True
    by_mail = letter.channel == "email" and not providers.stays_here()
    if by_mail and not probe and pauses.open_pause() is not None:
        Letter.objects.filter(pk=letter.pk).update(next_try_at=now())
        return False
    letter.stream = next(iter(asked(Stream, "id = %s", letter.stream_id).all()))
    message, version = compose(letter)
    if not _take_in_hand(letter):
        return True
    if letter.unsure >= MOST_UNSURE:
        note_failed(letter, "broken")
        return True
    try:
        provider_id = providers.send(letter.channel, message)
    except NotSent as refusal:
        _refused(letter, refusal, message.address)
        return refusal.kind != BLOCKED
    note_sent(letter, message, version, provider_id)
    return True


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
    if refusal.kind == FINAL:
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
    elif at - letter.send_after >= GIVE_UP_AFTER:
        note_failed(letter, "expired", refusal.said)
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


def compose(letter: Letter) -> tuple[providers.Message, int]:
    """The letter's words in its language, by the template in force now; and that template's version.

    In the copy that is kept, what opens the case is covered: nobody in the mail room can act as the complainant. Where
    nothing leaves the installation, the mail room is the complainant's letter box, and nothing is covered.
    """
    key = letter.stream.key()
    organisation = organisation_with(letter.organisation_id)
    rules = in_force(kind_of(letter.template))
    given: dict[str, Any] = json.loads(key.open(letter.values, f"letter:{letter.pk}:values"))
    files = files_with(letter.stream_id, given.pop("_files", None) or [])
    with translation.override(letter.language):
        given["files"] = _(", ").join(name_of(one) for one in files)
        values = letterhead.places(letter, given, organisation)
        language = "zh-Hans" if letter.language.startswith("zh") else "en"
        subject, body = rules.body["subject"][language], rules.body["body"][language]
        kept = values if providers.stays_here() else values | dict.fromkeys(KEYS & set(values), COVER)
        message = providers.Message(
            message_id=message_id(letter, organisation),
            address=values.pop("_address", ""),
            language=language,
            sender=in_language(organisation.name, letter.language),
            reply_to=answer_address(letter.pk, organisation.email),
            thread=_thread(letter, organisation) if letter.channel == "email" else (),
            large=values.pop("_format", "") == "large_print",
            enclosed=enclosed_in(files) if letter.channel == "email" and not providers.stays_here() else (),
            subject=one_line(render(subject, values)),
            body=render(body, values),
            kept_subject=one_line(render(subject, kept)),
            kept_body=render(body, kept),
        )
    return message, rules.version


def message_id(letter: Letter, organisation: Organisation) -> str:
    """The letter's name in the world, in the domain of the firm's mailbox; the same on every try."""
    domain = (organisation.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]).rpartition("@")[2]
    return f"<{letter.pk}@{domain if '.' in domain else f'{organisation.slug}.invalid'}>"


def _thread(letter: Letter, organisation: Organisation) -> tuple[str, ...]:
    """The first and the newest mail that this person has of this case: their program shows one conversation."""
    earlier = Letter.objects.filter(stream_id=letter.stream_id, channel="email", sent_at__isnull=False).exclude(
        message_id=""
    )
    whose = {"member_id": letter.member_id} if letter.member_id else {"party_id": letter.party_id}
    known = list(earlier.filter(**whose).order_by("sent_at", "pk").values_list("message_id", flat=True)[:200])
    return tuple(dict.fromkeys([*known[:1], *known[-1:]]))


def one_line(subject: str) -> str:
    """A line break of any kind would be refused as a forged header, each time the letter is tried."""
    return " ".join(subject.split())


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
        key = chain.stream.key()
        letter.address = key.seal(message.address, f"letter:{letter.pk}:address") if message.address else None
        letter.subject = key.seal(message.kept_subject, f"letter:{letter.pk}:subject")
        letter.body = key.seal(message.kept_body, f"letter:{letter.pk}:body")
        if not letter.failed_channel:
            letter.values = None
            letter.failure, letter.said = "", None
        letter.handed_at = letter.next_try_at = None
        letter.state = Letter.State.DELIVERED if letter.channel == "portal" else Letter.State.SENT
        letter.template_version, letter.message_id, letter.provider_id = version, message.message_id, provider_id
        letter.sent_at = at
        letter.delivered_at = at if letter.channel == "portal" else None
        with writing() as rows:
            rows.change(letter, SENT_FIELDS)
        chain.record(
            "letter.sent", actor=automation("letters.deliver", letter.organisation_id), at=at,
            data={"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": letter.channel,
                  "version": version},
        )  # fmt: skip
        chain.flush()


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
        letter.failure, letter.handed_at, letter.next_try_at = why, None, None
        letter.said = chain.stream.key().seal(said, f"letter:{letter.pk}:said") if said else letter.said
        if letter.channel == "portal" or not TEMPLATES[letter.template].on_page:
            letter.state = Letter.State.FAILED
        else:
            letter.failed_channel, letter.channel = letter.channel, "portal"
            letter.attempts = letter.unsure = 0
            from tingsu.letters import tasks

            tasks.send_letter.defer(letter_id=str(letter.pk))
        letter.save(update_fields=["state", "failure", "said", "channel", "failed_channel", "attempts", "unsure", "handed_at",
                                   "next_try_at"])  # fmt: skip
        chain.flush()


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
