"""A letter that left and came back: the delivery report of a mail server makes it one that failed (AK-10)."""

import re
import uuid

from django.db import transaction

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.letters.actions import fall_back
from tingsu.letters.models import Letter

_NAMED = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>")


def letter_named(message_id: str) -> Letter | None:
    """The letter of ours that has this Message-ID, sent or put on the follow-up page since."""
    read = _NAMED.fullmatch(message_id.strip())
    return Letter.objects.filter(pk=uuid.UUID(read[1]), channel__in=("email", "portal")).first() if read else None


def note_returned(letter_id: uuid.UUID, said: str) -> bool:
    """The addressee's server gave the letter back for good: a fact on the case, of which its owner hears, and the next means or the
    follow-up page instead. False when it was noted already, was read meanwhile, or is no letter that left by mail.

    Where what the letter was made of is gone by now, the copy that is kept goes to the page; keys in it stay covered.
    """
    at = now()
    with transaction.atomic(durable=True):
        found = Letter.objects.filter(pk=letter_id).first()
        if found is None:
            return False
        chain = lock_chain(found.stream_id)
        letter = Letter.objects.get(pk=letter_id)
        if letter.channel != "email" or letter.state != Letter.State.SENT or letter.read_at is not None:
            return False
        actor = automation("letters.returned", letter.organisation_id)
        data = {
            "letter": letter.pk,
            "template": letter.template,
            "intent": letter.intent,
            "channel": "email",
            "why": "returned",
        }
        chain.record("letter.failed", actor=actor, at=at, data=data)
        fall_back(chain, letter, "returned", said, at)
        chain.flush()
    return True
