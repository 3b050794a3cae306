"""Recovery codes of the second factor: shown once, kept as slow digests that lie sealed (PS-03).

A code is twelve signs like the access code of a complaint (2^59). What is kept is its scrypt digest with a salt per person, sealed
under the master key: neither a copy of the database nor the master key alone gives a code back, and nobody of ours can read one.

allauth asks whether a code is right by comparing it with what its adapter opens (`adapters.SecondFactorAdapter.decrypt`). There
a digest becomes a `KeptCode`, which is equal to the code it was made of and to nothing else. The list is the one allauth keeps
for codes that came from elsewhere: a code that was used is taken out of it, behind a lock of the row.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.db import transaction
from django.utils import timezone

from tingsu.kernel.ids import new_code, tidy_code
from tingsu.people.models import Account

COUNT = 10
MARK = "scrypt:"
_KEPT = "migrated_codes"
_COST = 2**14


class KeptCode(str):
    """A digest `scrypt:salt:digest` in hexadecimal, equal to every spelling of the code it was made of."""

    __slots__ = ()

    def __eq__(self, typed: object) -> bool:
        if not isinstance(typed, str):
            return NotImplemented
        code = tidy_code(typed)
        if len(code) not in _LENGTHS:
            return False
        _name, salt, digest = self.split(":")
        return hmac.compare_digest(_digest(code, salt), digest)

    __hash__ = str.__hash__


_LENGTHS = (12, 8)
"""Ours, and the eight digits of codes that were made before they were kept as digests."""


def make(account: Account) -> list[str]:
    """Ten new codes, told to whoever asked and to nobody after that; those before end."""
    codes = [new_code() for _ in range(COUNT)]
    kept = _kept(codes)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        Authenticator.objects.update_or_create(
            user_id=account.pk,
            type=Authenticator.Type.RECOVERY_CODES,
            defaults={"data": kept, "created_at": timezone.now(), "last_used_at": None},
        )
    return codes


def left(account: Account) -> int:
    """How many codes are left."""
    row = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def digest_what_was_sealed() -> int:
    """Codes of earlier versions, of which the seed was sealed: kept as digests from now on. Gives how many accounts' it were."""
    found = 0
    for pk in list(
        Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES, data__has_key="seed").values_list(
            "pk", flat=True
        )
    ):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk, data__has_key="seed").first()
            if row is not None:
                row.data = _kept(row.wrap().get_unused_codes())
                row.save(update_fields=["data"])
                found += 1
    return found


def _kept(codes: list[str]) -> dict[str, list[str]]:
    salt = secrets.token_hex(16)
    return {_KEPT: [encrypt(f"{MARK}{salt}:{_digest(code, salt)}") for code in codes]}


@lru_cache(maxsize=1)
def _digest(code: str, salt: str) -> str:
    """One typed code is compared with ten digests of one salt: worked out once."""
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=32).hex()
