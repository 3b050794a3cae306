"""Erasing one thing and everything that is kept of it under other names (PS-17, RC-04).

The data key of its history is destroyed, so that every text sealed under it is unreadable wherever a copy lies; then the
columns themselves are emptied, in every table that belongs to the thing, and what stands outside its history (search words,
loose fingerprints, answers kept for programs) goes by the parts that apps declare in their `erasing.py`. Codes, figures and
the chain of events stay: `verify` goes on proving them.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.durable import append_line, whole_lines
from tingsu.kernel.events import EventKind, declare
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.kinds import Kind
from tingsu.kernel.kinds import kind as kind_of_thing
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event, EventText, IdempotencyKey, Organisation, Stream
from tingsu.kernel.tenancy import TenantModel, current_organisation_id
from tingsu.kernel.verify import Finding, check

ERASED = "record.erased"
CUT = "record.person_cut"
"""A record that stays, in which a person's name and numbers were replaced."""
KEY = "wrapped_key"
Part = Callable[[uuid.UUID, datetime], int]
"""(id of the thing, instant) → how many were erased, in the open transaction."""

declare(
    EventKind(name=ERASED, words=pgettext_lazy("event", "erased the personal data"), icon="trash"),
    EventKind(name=CUT, words=pgettext_lazy("event", "took an erased person out of the text"), icon="trash"),
)


@dataclass(frozen=True)
class _Part:
    name: str
    function: Part
    kinds: frozenset[str]


_parts: list[_Part] = []


def erases(name: str, *kinds: str) -> Callable[[Part], Part]:
    """Register what an app keeps of a thing outside the columns that are emptied for it; `kinds` none is all kinds."""

    def register(function: Part) -> Part:
        _parts.append(_Part(name, function, frozenset(kinds)))
        return function

    return register


def erase(chain: Chain, *, actor: Actor, at: datetime, data: dict[str, Any]) -> dict[str, int]:
    """Erase the thing whose locked history this is, in the open transaction; what was erased, counted by sort.

    `data` says why and under which rule, in codes. Once erased it does nothing and gives no counts. The line in the list
    outside the database is written before the commit: what is restored from an older copy is erased again from it.
    """
    stream = chain.stream
    if not stream.wrapped_key:
        return {}
    known = kind_of_thing(stream.kind)
    counts = {"texts": EventText.objects.filter(stream_id=stream.pk).exclude(body=None).update(body=None, salt=None)}
    for part in _parts:
        if not part.kinds or stream.kind in part.kinds:
            counts[part.name] = counts.get(part.name, 0) + part.function(stream.pk, at)
    counts["rows"] = sum(_emptied(model, where, stream.pk) for model, where in _tables(known))
    stream.wrapped_key = None
    Stream.objects.filter(pk=stream.pk).update(wrapped_key=None)
    chain.record(ERASED, actor=actor, at=at, data={**data, "erased": counts})
    _note(stream, at, data)
    return counts


def _tables(kind: Kind) -> Iterator[tuple[type[Model], str]]:
    """Every table that belongs to things of a kind, with the column that says so."""
    yield kind.table, "pk"
    for model in apps.get_models():
        if not issubclass(model, TenantModel) or model.append_only or model in {Stream, kind.table}:
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in {Stream, kind.table} and field.name not in {"other"}:
                yield model, field.attname
                break


def _emptied(model: type[Model], where: str, thing_id: uuid.UUID) -> int:
    columns = [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField | BlindIndexField) or (field.name == KEY and field.null)
    ]
    if not columns or model is Stream:
        return 0
    return model._default_manager.filter(**{where: thing_id}).update(**dict.fromkeys(columns))


@erases("answers")
def _answers(thing_id: uuid.UUID, at: datetime) -> int:
    """Answers that are kept for a while, so that a program's repeated request gets the same one."""
    kept = IdempotencyKey.objects.exclude(answer=None).annotate(told=Cast("answer", TextField()))
    return kept.filter(told__contains=str(thing_id)).delete()[0]


# The list outside the database


def outside(organisation: Organisation) -> Path:
    """The list of what was erased: an older backup knows nothing of it."""
    return Path(settings.HOME) / "erasures" / f"{organisation.slug}.jsonl"


def _note(stream: Stream, at: datetime, data: dict[str, Any]) -> None:
    path = outside(Organisation.objects.get(pk=current_organisation_id()))
    line = json.dumps({"at": at.isoformat(), "kind": stream.kind, "id": str(stream.pk), "why": data.get("why", "")})
    append_line(path, line)


def listed(path: Path) -> list[tuple[uuid.UUID, str, datetime]]:
    """What a list names: id, kind, instant. A last line that a crash cut short is left out; raises ValueError for another one."""
    found = []
    for number, line in enumerate(whole_lines(path), 1):
        try:
            told = json.loads(line)
            found.append((uuid.UUID(told["id"]), str(told["kind"]), datetime.fromisoformat(told["at"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {path.name} is none of a list of erasures") from error
    return found


# What `verify` asks


@check("erasure")
def erased_is_gone() -> Iterator[Finding]:
    """What the ledger calls erased has no key, no text and no emptied column with something in it; and nothing else lost its key."""
    named = set(Event.objects.filter(kind=ERASED).values_list("stream_id", flat=True))
    without = dict(Stream.objects.filter(wrapped_key=None).values_list("pk", "kind"))
    for pk in sorted(set(without) - named):
        yield Finding("kernel_stream", str(pk), "its key is gone, but no history tells that it was erased")
    kinds: dict[str, list[uuid.UUID]] = {}
    for pk, kind in Stream.objects.filter(pk__in=named).values_list("pk", "kind"):
        if pk not in without:
            yield Finding("kernel_stream", str(pk), "the ledger says that it was erased, but its key is there")
        kinds.setdefault(kind, []).append(pk)
    for pk in EventText.objects.filter(stream_id__in=named).exclude(body=None).values_list("pk", flat=True):
        yield Finding("kernel_eventtext", str(pk), "a text of an erased history is still there")
    for kind, ids in kinds.items():
        for model, where in _tables(kind_of_thing(kind)):
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedField | BlindIndexField):
                    rows = model._default_manager.filter(**{f"{where}__in": ids}).exclude(**{field.attname: None})
                    for pk in rows.values_list("pk", flat=True):
                        yield Finding(model._meta.db_table, str(pk), f"{field.name} of an erased thing is still there")
