"""What lies under the master key, and sealing it anew under the present one, a small transaction at a time."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from tingsu.kernel import crypto
from tingsu.kernel.models import Installation, Organisation
from tingsu.ops import keys
from tingsu.people.adapters import FACTOR_CONTEXT

BATCH = 100


def seal_anew(master_key: str) -> Iterator[int]:
    """Seal everything under the present key; yields after each transaction how many rows it changed. May be left at any point
    and begun anew. At the end the database notes the key: from then on it is the only one it asks for.
    """
    for pk in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Organisation.objects.select_for_update().get(pk=pk)
            changed = _organisation_anew(row)
        yield int(changed)
    last = 0
    while True:
        with transaction.atomic():
            rows = list(Authenticator.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:BATCH])
            number = 0
            for row in rows:
                data = {name: _value_anew(value) for name, value in row.data.items()}
                if data != row.data:
                    row.data = data
                    row.save(update_fields=["data"])
                    number += 1
        if not rows:
            break
        last = rows[-1].pk
        yield number
    if not sum(left().values()):
        Installation.objects.update_or_create(id=1, defaults={"key_check": keys.check_value(master_key)})


def left() -> dict[str, int]:
    """How many rows the present master key does not open, by what they are."""
    found = {
        "organisations": sum(
            not all(crypto.is_under_present_master(one, f"organisation:{row.pk}") for one in _keys_of(row))
            for row in Organisation.objects.all()
        ),
        "second factors": 0,
    }
    for data in Authenticator.objects.values_list("data", flat=True).iterator(chunk_size=BATCH):
        found["second factors"] += any(_value_anew(value) != value for value in data.values())
    return found


def _keys_of(row: Organisation) -> list[bytes]:
    """Every key of an organisation that lies under the master key: the present one, those before it, the one of fingerprints."""
    kept = [bytes(row.wrapped_key), *(bytes.fromhex(one["key"]) for one in row.keys_before)]
    return [*kept, bytes(row.index_key)] if row.index_key else kept


def _organisation_anew(row: Organisation) -> bool:
    fresh = {old: _anew(old, f"organisation:{row.pk}") for old in set(_keys_of(row))}
    if not any(fresh.values()):
        return False
    sealed = {old: changed or old for old, changed in fresh.items()}
    row.wrapped_key = sealed[bytes(row.wrapped_key)]
    row.keys_before = [{**one, "key": sealed[bytes.fromhex(one["key"])].hex()} for one in row.keys_before]
    row.index_key = sealed[bytes(row.index_key)] if row.index_key else None
    row.save(update_fields=["wrapped_key", "keys_before", "index_key"])
    return True


def _anew(sealed: bytes, context: str) -> bytes | None:
    """The same under the present key; None where it is so already. Raises KeyMissing where no known key opens it."""
    if crypto.is_under_present_master(sealed, context):
        return None
    return crypto.seal_under_master(crypto.open_under_master(sealed, context), context)


def _value_anew(value: Any) -> Any:
    """A value of a second factor, sealed anew if it is sealed at all."""
    if isinstance(value, list):
        return [_value_anew(one) for one in value]
    if not isinstance(value, str):
        return value
    try:
        sealed = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    if sealed[:1] != crypto.AES_GCM:
        return value
    changed = _anew(sealed, FACTOR_CONTEXT)
    return value if changed is None else base64.b64encode(changed).decode()
