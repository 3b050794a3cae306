"""Links in letters that open one case for one party, without an account (AK-06)."""

import base64
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.core.signing import b62_decode

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.links import public
from tingsu.letters.models import Letter

SALT = "portal.case"
MAX_AGE = 90 * 24 * 3600


@dataclass(frozen=True)
class Link:
    """What a link says: whose case, for which party, in which letter it stood (empty for a link of no letter), and when it was made."""

    complaint_id: uuid.UUID
    party_id: uuid.UUID
    letter: str
    made_at: datetime = field(default=datetime.max.replace(tzinfo=UTC), compare=False)


def reference(letter_id: uuid.UUID) -> str:
    """A letter among those of its case: the random end of its id, short for a text message."""
    return letter_id.hex[-8:]


def case_token(complaint_id: uuid.UUID, party_id: uuid.UUID, letter_id: uuid.UUID | None = None) -> str:
    letter = [reference(letter_id)] if letter_id else []
    return signing.dumps([complaint_id.hex, party_id.hex, *letter], salt=SALT, compress=True)


def read_token(token: str) -> Link | None:
    """What a link says, or None when it is forged or older than ninety days."""
    try:
        complaint, party, *letter = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        return Link(uuid.UUID(complaint), uuid.UUID(party), (letter or [""])[0], _made_at(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _made_at(token: str) -> datetime:
    """When a signed token was made, as its own stamp says."""
    stamp = token.split(":")[-2]
    return datetime.fromtimestamp(b62_decode(stamp), UTC)


def case_link(slug: str, complaint_id: uuid.UUID, party_id: uuid.UUID, letter_id: uuid.UUID | None = None) -> str:
    return public(f"/o/{slug}/c/{case_token(complaint_id, party_id, letter_id)}/")


SHORT_SIGNS = 14
"""Seventy bits: beyond guessing, and a quarter of what a signed token costs in a text message."""


def short_key(letter_id: uuid.UUID) -> str:
    """The key of a letter's short link: of the installation's own secret and the letter, kept nowhere in the clear."""
    made = signing.Signer(salt="letters.short").signature(letter_id.hex)
    return base64.b32encode(crypto.digest(made.encode())).decode()[:SHORT_SIGNS].lower()


def short_link(slug: str, letter_id: uuid.UUID) -> str:
    return public(f"/o/{slug}/l/{short_key(letter_id)}/")


def short_index(letter: Letter) -> bytes:
    """By what a short key finds its letter again."""
    return crypto.blind_index(letter.organisation_id, "short_link", short_key(letter.pk))


def behind(organisation_id: uuid.UUID, key: str) -> Link | None:
    """What a short key says, as a long link would; None for a key of no letter, or one older than ninety days."""
    if len(key) != SHORT_SIGNS:
        return None
    index = crypto.blind_index(organisation_id, "short_link", key.lower())
    letter = Letter.objects.filter(short=index, sent_at__gt=now() - timedelta(seconds=MAX_AGE)).first()
    if letter is None or letter.party_id is None or letter.sent_at is None:
        return None
    return Link(letter.stream_id, letter.party_id, reference(letter.pk), letter.sent_at)
