"""Sealing personal data: data keys wrapped by an organisation key, wrapped by a master key outside the database.

Every ciphertext and digest begins with one algorithm byte, so that SM3/SM4 can be added without a migration.
Erasing a wrapped data key erases everything sealed under it.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tingsu.kernel.errors import TingsuError

AES_GCM = b"\x01"
SHA_256 = b"\x01"
HMAC_SHA_256 = b"\x01"


class KeyMissing(TingsuError):
    code, status = "key_missing", 500
    sentence = "The master key is missing or not the one this data was sealed with. Set TINGSU_MASTER_KEY."


class Erased(TingsuError):
    code, status = "erased", 410
    sentence = "This personal data has been erased."


class Key:
    """A data key. `context` binds a ciphertext to its place, so that it cannot be moved to another field."""

    __slots__ = ("_cipher", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESGCM(secret)

    def seal_bytes(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(12)
        return AES_GCM + nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open_bytes(self, sealed: bytes | memoryview, context: str) -> bytes:
        sealed = bytes(sealed)
        if sealed[:1] != AES_GCM:
            raise KeyMissing
        try:
            return self._cipher.decrypt(sealed[1:13], sealed[13:], context.encode())
        except InvalidTag as error:
            raise KeyMissing from error

    def seal(self, plain: str, context: str) -> bytes:
        return self.seal_bytes(plain.encode(), context)

    def open(self, sealed: bytes | memoryview | None, context: str) -> str:
        return self.open_bytes(sealed, context).decode() if sealed else ""

    def derive(self, purpose: str) -> bytes:
        """A subkey for another purpose (blind indexes)."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")


class MasterKeys:
    """The master key that seals, and those before it, which only open what waits to be sealed anew (`turn_master`).

    A process that began before a turn reads the keys again where they lie, before it seals and when nothing opens.
    """

    def __init__(self) -> None:
        self._told: tuple[str, tuple[str, ...]] | None = None
        self._as_of = 0.0

    def _known(self) -> tuple[str, tuple[str, ...]]:
        return self._told or (settings.MASTER_KEY, tuple(settings.MASTER_KEYS_BEFORE))

    def current(self) -> Key:
        """Raises KeyMissing."""
        return _master_key(self._known()[0])

    def before(self) -> list[Key]:
        return [_master_key(encoded) for encoded in self._known()[1]]

    def forget(self) -> None:
        """As at the start of the process."""
        self._told, self._as_of = None, 0.0

    def look_again(self) -> bool:
        """Read the keys anew if they were changed since; True if so. Nothing to read where the environment gives them."""
        if not settings.KEYS_IN:
            return False
        try:
            as_of = os.stat(settings.KEYS_IN).st_mtime
            if as_of == self._as_of:
                return False
            known = json.loads(Path(settings.KEYS_IN).read_text())
        except (OSError, ValueError):
            return False
        self._as_of = as_of
        found = known.get("master_key", settings.MASTER_KEY), tuple(known.get("master_keys_before", "").split())
        changed = found != self._known()
        self._told = found
        return changed


master_keys = MasterKeys()


def seal_under_master(plain: bytes, context: str) -> bytes:
    """For what must be readable before an organisation is known: organisations' keys, second factors."""
    master_keys.look_again()
    return master_keys.current().seal_bytes(plain, context)


def open_under_master(sealed: bytes | memoryview, context: str) -> bytes:
    """Opens what the present master key sealed, or one before it. Raises KeyMissing."""
    for again in (False, True):
        if again and not master_keys.look_again():
            break
        for key in (master_keys.current(), *master_keys.before()):
            with contextlib.suppress(KeyMissing):
                return key.open_bytes(sealed, context)
    raise KeyMissing


def is_under_present_master(sealed: bytes | memoryview, context: str) -> bool:
    """Does the present master key alone open this?"""
    try:
        master_keys.current().open_bytes(sealed, context)
    except KeyMissing:
        return False
    return True


@lru_cache(maxsize=8)
def _master_key(encoded: str) -> Key:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise KeyMissing from error
    if len(secret) != 32:
        raise KeyMissing
    return Key(secret)


class OrganisationKey(Key):
    """The key of an organisation: the present one seals, those before it only open what waits to be sealed anew (`turn_organisation`).

    Fingerprints come from the first one for good: they stand in every row, and what is looked for must meet what was kept.
    """

    __slots__ = ("_before", "_index", "organisation_id", "wrapped")

    def __init__(
        self, organisation_id: uuid.UUID, wrapped: bytes, before: tuple[bytes, ...], index: bytes | None
    ) -> None:
        def opened(one: bytes) -> bytes:
            return open_under_master(one, f"organisation:{organisation_id}")

        super().__init__(opened(wrapped))
        self.organisation_id, self.wrapped = organisation_id, wrapped
        self._before = tuple(Key(opened(one)) for one in before)
        self._index = Key(opened(index)) if index else None

    def opens_alone(self, sealed: bytes | memoryview, context: str) -> bool:
        """Does the present key open this, without those before it?"""
        try:
            super().open_bytes(sealed, context)
        except KeyMissing:
            return False
        return True

    def open_bytes(self, sealed: bytes | memoryview, context: str) -> bytes:
        try:
            return super().open_bytes(sealed, context)
        except KeyMissing:
            for key in self._before:
                with contextlib.suppress(KeyMissing):
                    return key.open_bytes(sealed, context)
            fresh = _turned_meanwhile(self)
            if fresh is None:
                raise
        return fresh.open_bytes(sealed, context)

    def derive(self, purpose: str) -> bytes:
        return self._index.derive(purpose) if self._index is not None else super().derive(purpose)


@lru_cache(maxsize=256)
def organisation_key(organisation_id: uuid.UUID) -> OrganisationKey:
    """The organisation's key, unwrapped; kept in memory of the process until it turns (`heed_turns`)."""
    from tingsu.kernel.models import Organisation

    row = Organisation.objects.only("wrapped_key", "keys_before", "index_key").get(pk=organisation_id)
    before = tuple(bytes.fromhex(one["key"]) for one in row.keys_before)
    known = OrganisationKey(
        organisation_id, bytes(row.wrapped_key), before, bytes(row.index_key) if row.index_key else None
    )
    _seals_with[organisation_id] = known.wrapped
    return known


_seals_with: dict[uuid.UUID, bytes] = {}
"""The wrapped keys with which this process seals, by organisation."""


def heed_turns(rows: Iterable[Any]) -> None:
    """Organisations as they stand in the database now: a process that began before a key turned seals with the new one from here on."""
    if any(_seals_with.get(row.pk, bytes(row.wrapped_key)) != bytes(row.wrapped_key) for row in rows):
        organisation_key.cache_clear()
        _seals_with.clear()


def _turned_meanwhile(known: OrganisationKey) -> OrganisationKey | None:
    """The key as the database has it, if that is another one."""
    organisation_key.cache_clear()
    fresh = organisation_key(known.organisation_id)
    return fresh if fresh.wrapped != known.wrapped else None


def new_organisation_key(organisation_id: uuid.UUID) -> bytes:
    """A fresh organisation key, wrapped for the organisation's row."""
    return seal_under_master(secrets.token_bytes(32), f"organisation:{organisation_id}")


def new_data_key(organisation_id: uuid.UUID) -> tuple[Key, bytes]:
    """A fresh data key for one stream or party: the key, and its wrapped form for the row."""
    secret = secrets.token_bytes(32)
    return Key(secret), organisation_key(organisation_id).seal_bytes(secret, "data-key")


def data_key(organisation_id: uuid.UUID, wrapped: bytes | memoryview | None) -> Key:
    """Unwrap a row's data key. Raises Erased when it was destroyed."""
    if not wrapped:
        raise Erased
    return _unwrapped(organisation_id, bytes(wrapped))


@lru_cache(maxsize=4096)
def _unwrapped(organisation_id: uuid.UUID, wrapped: bytes) -> Key:
    return Key(organisation_key(organisation_id).open_bytes(wrapped, "data-key"))


def blind_index(organisation_id: uuid.UUID, kind: str, value: str) -> bytes:
    """A keyed fingerprint for looking up an encrypted value by equality (phone, e-mail, order number)."""
    return HMAC_SHA_256 + hmac.digest(_index_key(organisation_id, kind), value.encode(), "sha256")[:16]


def same_mark(organisation_id: uuid.UUID, content: bytes) -> bytes:
    """Tells whether the same was sent again. Keyed: nobody who has only the database finds out by trying what it was (PS-03)."""
    return HMAC_SHA_256 + hmac.digest(_index_key(organisation_id, "same"), content, "sha256")


@lru_cache(maxsize=1024)
def _index_key(organisation_id: uuid.UUID, kind: str) -> bytes:
    return organisation_key(organisation_id).derive(f"blind-index:{kind}")


def digest(content: bytes) -> bytes:
    return SHA_256 + hashlib.sha256(content).digest()


def salted_digest(salt: bytes, content: bytes) -> bytes:
    """A digest that proves a text without telling it: the salt goes when the text is erased."""
    return SHA_256 + hashlib.sha256(salt + content).digest()
