"""Sending letters: render, hand over, note the result on the case (AK-10). A failure tries another means."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation

from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.models import Stream
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rows import asked, writing
from tingsu.kernel.rulebooks import in_force
from tingsu.letters import letterhead, links, providers
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import KEYS, TEMPLATES, kind_of, render

MAX_ATTEMPTS = 5
COVER = "••••••"
SENT_FIELDS = ("address", "subject", "body", "values", "state", "template_version", "message_id", "provider_id", "sent_at",
               "delivered_at")  # fmt: skip


def deliver(letter_id: uuid.UUID) -> None:
    """Send one queued letter. Does nothing when it has already left, was withdrawn, or its time has not come.

    1. Count the try, outside the case's lock. 2. Render and hand over, with the same Message-ID on every try.
    3. Lock the case and note the result. Raises NotSent while another try makes sense.
    """
    tried = Letter.objects.filter(pk=letter_id, state=Letter.State.QUEUED, send_after__lte=now()).update(
        attempts=F("attempts") + 1
    )
    if not tried:
        return
    letter = _letter(letter_id)
    letter.stream = next(iter(asked(Stream, "id = %s", letter.stream_id).all()))
    message, version = compose(letter)
    try:
        provider_id = providers.send(letter.channel, message)
    except providers.NotSent as failure:
        if not failure.permanent and letter.attempts < MAX_ATTEMPTS:
            raise
        note_failed(letter, failure.data["why"])
        return
    note_sent(letter, message, version, provider_id)


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
    with translation.override(letter.language):
        values = letterhead.places(letter, given, organisation)
        language = "zh-Hans" if letter.language.startswith("zh") else "en"
        subject, body = rules.body["subject"][language], rules.body["body"][language]
        kept = values if providers.stays_here() else values | dict.fromkeys(KEYS & set(values), COVER)
        message = providers.Message(
            message_id=f"<{letter.pk}@{organisation.slug}.tingsu>",
            address=values.pop("_address", ""),
            large=values.pop("_format", "") == "large_print",
            subject=one_line(render(subject, values)),
            body=render(body, values),
            kept_subject=one_line(render(subject, kept)),
            kept_body=render(body, kept),
        )
    return message, rules.version


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
        letter.values = None
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


def note_failed(letter: Letter, why: str) -> None:
    """The means failed for good: a fact on the case, and the same words on the follow-up page instead (AK-10)."""
    at = now()
    with transaction.atomic(durable=True):
        if (found := _still_queued(letter)) is None:
            return
        chain, letter = found
        actor = automation("letters.deliver", letter.organisation_id)
        data = {
            "letter": letter.pk,
            "template": letter.template,
            "intent": letter.intent,
            "channel": letter.channel,
            "why": why[:60],
        }
        chain.record("letter.failed", actor=actor, at=at, data=data)
        letter.failure = why[:60]
        if letter.channel == "portal" or not TEMPLATES[letter.template].on_page:
            letter.state = Letter.State.FAILED
        else:
            letter.channel = "portal"
            letter.attempts = 0
            from tingsu.letters import tasks

            tasks.send_letter.defer(letter_id=str(letter.pk))
        letter.save(update_fields=["state", "failure", "channel", "attempts"])
        chain.flush()


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


def withdraw_letter(*, actor: Any, letter_id: uuid.UUID) -> None:
    """Take a letter back while it is held (ten seconds); with its own event. Raises NotFound, NotAllowed."""
    with transaction.atomic(durable=True):
        found = Letter.objects.filter(pk=letter_id).first()
        if found is None:
            raise NotFound
        chain = lock_chain(found.stream_id)
        letter = Letter.objects.get(pk=letter_id)
        if letter.state != Letter.State.QUEUED or letter.template == "acknowledgement":
            raise NotAllowed
        letter.state = Letter.State.WITHDRAWN
        letter.save(update_fields=["state"])
        chain.record("letter.withdrawn", actor=actor, at=now(), data={"letter": letter.pk, "intent": letter.intent})
        chain.flush()
