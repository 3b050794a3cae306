"""Turning the key of an organisation: the new one seals at once, what the older ones sealed goes under it in small steps.

1. The new key is in the organisation's row, the old one beside it, both under the master key. Every process learns of it within
seconds (`kernel.organisations`), and opens with both from the first instant. 2. The data keys of histories, persons, files and
drafts, secrets of other systems, and the kept answers of programs, are sealed anew, each row only if it is still as it was read: nothing is locked, nothing
waits. Stopped at any point everything opens; said again it goes on. 3. The old one is forgotten when a look at every row shows
that none needs it, an hour after the turn at the earliest. A backup of any moment holds the keys that its rows need.

What people typed as the purpose of an access stays as it was written, for that log takes no change: a key that one of them needs is
kept for them alone.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils.dateparse import parse_datetime

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.models import IdempotencyKey, Organisation, Stream
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.tables import tenant_models
from tingsu.kernel.tenancy import acting_for
from tingsu.ops.errors import CannotStart
from tingsu.privacy.log import SEALED, context_of
from tingsu.privacy.models import AccessEntry

BATCH = 200
LEAST = timedelta(hours=1)
"""So long after a turn a process may still write what it began before."""
DATA_KEY = "data-key"


def wrapped() -> list[type[Any]]:
    """Every table whose rows have a data key of their own under the organisation's: histories, persons, files, drafts."""
    return [model for model in tenant_models() if any(one.name == "wrapped_key" for one in model._meta.local_fields)]


def sealed_alone() -> list[type[Any]]:
    """Every table with columns that are sealed under the organisation's key itself: passwords and secrets of other systems."""
    return [model for model in tenant_models() if model.sealed_alone]


def turn(organisation_id: uuid.UUID) -> None:
    """Give an organisation a new key; the present one stays beside it. Raises CannotStart while an earlier turn is not over."""
    with transaction.atomic():
        row = Organisation.objects.select_for_update().get(pk=organisation_id)
        if any(not one["done"] for one in row.keys_before):
            raise CannotStart(
                f"The last turn of {row.slug} is not over: `./tingsu keys reseal-organisations` goes on with it."
            )
        old = bytes(row.wrapped_key)
        row.keys_before = [*row.keys_before, {"key": old.hex(), "turned": now().isoformat(), "done": False}]
        row.index_key = row.index_key or old
        row.wrapped_key = crypto.new_organisation_key(organisation_id)
        row.save(update_fields=["wrapped_key", "keys_before", "index_key"])
    forget()


def forget() -> None:
    """This process reads the keys anew."""
    crypto.organisation_key.cache_clear()
    forget_organisations()


def reseal(organisation_id: uuid.UUID) -> Iterator[int]:
    """Seal everything of an organisation under its present key; yields after each transaction how many rows it changed. May be
    left at any point and begun anew. Nothing left, the turn is noted as over.
    """
    forget()
    with acting_for(organisation_id):
        for model in wrapped():
            yield from _each(model, _rewrap)
        for model in sealed_alone():
            yield from _each(model, _columns_anew)
        yield from _each(IdempotencyKey, _answer_anew)
        if not sum(left(organisation_id).values()):
            with transaction.atomic():
                row = Organisation.objects.select_for_update().get(pk=organisation_id)
                row.keys_before = [{**one, "done": True} for one in row.keys_before]
                row.save(update_fields=["keys_before"])


def _each(model: type[Any], anew: Callable[[Any], int]) -> Iterator[int]:
    last: uuid.UUID | None = None
    while True:
        rows = model.objects.order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        if not batch:
            return
        with transaction.atomic():
            changed = sum(anew(row) for row in batch)
        last = batch[-1].pk
        yield changed


def _rewrap(row: Any) -> int:
    """One wrapped data key, unless it changed or was destroyed meanwhile."""
    if not row.wrapped_key:
        return 0
    old, key = bytes(row.wrapped_key), crypto.organisation_key(row.organisation_id)
    if key.opens_alone(old, DATA_KEY):
        return 0
    fresh = key.seal_bytes(key.open_bytes(old, DATA_KEY), DATA_KEY)
    return int(type(row).objects.filter(pk=row.pk, wrapped_key=old).update(wrapped_key=fresh))


def _columns_anew(row: Any) -> int:
    """What a row holds under the organisation's key itself, column by column, unless it changed meanwhile."""
    key, changed = crypto.organisation_key(row.organisation_id), 0
    for name, words in row.sealed_alone.items():
        old, context = getattr(row, name), words.format(pk=row.pk)
        if old and not key.opens_alone(bytes(old), context):
            fresh = key.seal_bytes(key.open_bytes(bytes(old), context), context)
            changed += type(row).objects.filter(**{"pk": row.pk, name: old}).update(**{name: fresh})
    return changed


def _answer_anew(row: IdempotencyKey) -> int:
    sealed = _answer(row)
    if sealed is None:
        return 0
    key, context = crypto.organisation_key(row.organisation_id), f"once:{row.pk}"
    if key.opens_alone(sealed, context):
        return 0
    answer = {"sealed": key.seal_bytes(key.open_bytes(sealed, context), context).hex()}
    return int(IdempotencyKey.objects.filter(pk=row.pk, answer=row.answer).update(answer=answer))


def _answer(row: IdempotencyKey) -> bytes | None:
    return (
        bytes.fromhex(row.answer["sealed"]) if isinstance(row.answer, dict) and set(row.answer) == {"sealed"} else None
    )


def left(organisation_id: uuid.UUID) -> dict[str, int]:
    """How many rows the present key alone does not open, by what they are."""
    with acting_for(organisation_id):
        key = crypto.organisation_key(organisation_id)
        found = {str(model._meta.db_table): _closed(model, key) for model in wrapped()}
        for model in sealed_alone():
            found[str(model._meta.db_table)] = sum(
                not key.opens_alone(bytes(sealed), words.format(pk=row.pk))
                for row in model.objects.iterator(chunk_size=BATCH)
                for name, words in row.sealed_alone.items()
                if (sealed := getattr(row, name))
            )
        found["answers"] = sum(
            not key.opens_alone(sealed, f"once:{row.pk}")
            for row in IdempotencyKey.objects.iterator(chunk_size=BATCH)
            if (sealed := _answer(row)) is not None
        )
        return found


def _closed(model: type[Any], key: crypto.OrganisationKey) -> int:
    kept: models.QuerySet[Any] = model.objects.exclude(wrapped_key=None).exclude(wrapped_key=b"")
    wrapped = kept.values_list("wrapped_key", flat=True)
    return sum(not key.opens_alone(bytes(one), DATA_KEY) for one in wrapped.iterator(chunk_size=2000))


def needed_by_log(organisation_id: uuid.UUID) -> int:
    """How many purposes in the access log only an older key opens."""
    with acting_for(organisation_id):
        key = crypto.organisation_key(organisation_id)
        streams = Stream.objects.values("pk")
        own = AccessEntry.objects.filter(purpose__startswith=SEALED).exclude(stream_id__in=streams)
        return sum(
            not key.opens_alone(base64.b64decode(row.purpose.removeprefix(SEALED)), context_of(row.pk))
            for row in own.iterator(chunk_size=2000)
        )


def drop(organisation_id: uuid.UUID) -> int:
    """Forget the older keys; how many. Raises CannotStart while a row may need one. Those that the access log needs stay."""
    row = Organisation.objects.get(pk=organisation_id)
    if not row.keys_before:
        return 0
    waiting: int = sum(left(organisation_id).values())
    if waiting or not all(one["done"] for one in row.keys_before):
        raise CannotStart(
            f"Something of {row.slug} still needs an older key: `./tingsu keys reseal-organisations` first."
        )
    turned = (parse_datetime(one["turned"]) for one in row.keys_before)
    if any(at is None or now() - at < LEAST for at in turned):
        raise CannotStart(
            "The key turned less than an hour ago: what was begun before may still be written. Say it again later."
        )
    if needed_by_log(organisation_id):
        return 0
    with transaction.atomic():
        known = Organisation.objects.select_for_update().get(pk=organisation_id)
        if known.keys_before != row.keys_before:
            raise CannotStart("The key turned meanwhile.")
        known.keys_before = []
        known.save(update_fields=["keys_before"])
    forget()
    return len(row.keys_before)
