"""By what sealed values are found again: one function, for every door that keeps or asks (PS-06).

A fingerprint is a keyed digest of the *key* of what was typed: the same for every spelling of the same thing.
"""

import re
import unicodedata
import uuid
from collections.abc import Callable

from tingsu.kernel import crypto
from tingsu.kernel.ids import tidy_code
from tingsu.kernel.spelling import fold, says_no_number, tidy
from tingsu.kernel.telephones import telephones_in


def phone_key(typed: str) -> str:
    """The first number of a field as it is known everywhere; its extension is no part of it."""
    return next((one.digits for one in telephones_in(typed)), "")


def tail_key(typed: str) -> str:
    """Four digits as somebody typed them, or the last four of a whole number; empty for anything else."""
    digits = re.sub(r"\D", "", "" if says_no_number(typed) else fold(typed))
    return digits if len(digits) == 4 else next((one.tail for one in telephones_in(typed) if len(digits) > 6), "")


def plain_email(typed: str) -> str:
    """An address as it is written to: no wide signs, no blanks, nothing invisible; capitals stay."""
    return unicodedata.normalize("NFKC", "".join(tidy(unicodedata.normalize("NFKC", tidy(typed))).split()))


def email_key(typed: str) -> str:
    """An address as it is compared."""
    return plain_email(typed).lower()


def name_key(typed: str) -> str:
    """A name by its letters alone: 陈　小满 and 陈小满, 阿凡提·买买提 with any dot, Mary-Ann and MARY ANN are one each."""
    return fold("".join(sign for sign in fold(typed) if unicodedata.category(sign)[0] in "LNM" or sign > "\U0001f000"))


def order_key(typed: str) -> str:
    """An order number by its letters and digits."""
    return "".join(sign for sign in fold(typed).upper() if sign.isalnum())


KEYS: dict[str, Callable[[str], str]] = {
    "phone": phone_key, "tail": tail_key, "email": email_key, "name": name_key, "order": order_key, "code": tidy_code,
}  # fmt: skip


def fingerprint(organisation_id: uuid.UUID, kind: str, typed: str) -> bytes | None:
    """What finds this value again, however it is typed; None when nothing of it can be looked for."""
    key = KEYS[kind](typed)
    return crypto.blind_index(organisation_id, kind, key) if key else None


def fingerprints_of_phones(organisation_id: uuid.UUID, typed: str) -> list[tuple[bytes, bytes]]:
    """Number and last four digits of every telephone in a field, in its order."""
    return [
        (
            crypto.blind_index(organisation_id, "phone", one.digits),
            crypto.blind_index(organisation_id, "tail", one.tail),
        )
        for one in telephones_in(typed)
    ]
