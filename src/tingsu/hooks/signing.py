"""How a telling is signed: Standard Webhooks 1.0, so that the other side's library checks it (IG-01).

`webhook-signature` holds one `v1,<base64 of HMAC-SHA256>` for each secret that is good now, over `id.timestamp.body`.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A fresh secret as it is shown, this once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature of a message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def headers(known: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What stands above a message."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tingsu-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in known),
    }
