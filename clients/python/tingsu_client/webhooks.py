"""Is a message really from Tingsu? Standard Webhooks 1.0, with what Python brings along."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

OLDEST = 300
"""Seconds by which a message may be older or newer than this machine's clock."""


class NotGenuine(Exception):
    """The message was not signed with a secret that is known here, was changed on its way, or is too old."""


def verify(
    secrets: str | Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> dict[str, Any]:
    """The message, once its signature holds. Give the bytes as they came, and while a secret is being changed both of them.

    Remember `webhook-id`: the same event may come twice. Raises NotGenuine.
    """
    found = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, stamp = found["webhook-id"], found["webhook-timestamp"]
        signatures = [one.removeprefix("v1,") for one in found["webhook-signature"].split(" ") if one.startswith("v1,")]
        sent = int(stamp)
    except (KeyError, ValueError) as error:
        raise NotGenuine("The message is not signed.") from error
    if abs((time.time() if now is None else now) - sent) > OLDEST:
        raise NotGenuine("The message is too old, or this machine's clock is wrong.")
    signed = f"{message_id}.{stamp}.".encode() + body
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise NotGenuine("The secret is not what was shown: whsec_ and letters.") from error
        expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        if any(hmac.compare_digest(expected, one) for one in signatures):
            told: dict[str, Any] = json.loads(body)
            return told
    raise NotGenuine("No signature of the message is by a secret that is known here.")
