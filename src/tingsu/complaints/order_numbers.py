"""Order numbers as they are found again, whichever door they came through and however they were typed."""

import unicodedata
import uuid

from tingsu.kernel import crypto


def order_key(typed: str) -> str:
    """An order number as it is fingerprinted at every door: letters and digits only, wide signs and small letters forgiven."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())


def order_fingerprint(organisation_id: uuid.UUID, typed: str) -> bytes | None:
    """What finds the order again; None when there is no letter and no digit."""
    key = order_key(typed)
    return crypto.blind_index(organisation_id, "order", key) if key else None
