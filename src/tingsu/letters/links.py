"""Links in letters that open one case for one party, without an account (AK-06)."""

import uuid

from django.conf import settings
from django.core import signing

SALT = "portal.case"
MAX_AGE = 90 * 24 * 3600


def case_token(complaint_id: uuid.UUID, party_id: uuid.UUID) -> str:
    return signing.dumps([complaint_id.hex, party_id.hex], salt=SALT, compress=True)


def read_token(token: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Complaint and party of a link, or None when it is forged or older than ninety days."""
    try:
        complaint, party = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        return uuid.UUID(complaint), uuid.UUID(party)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def case_link(slug: str, complaint_id: uuid.UUID, party_id: uuid.UUID) -> str:
    return f"{settings.PUBLIC_URL}/o/{slug}/c/{case_token(complaint_id, party_id)}/"
