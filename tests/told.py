"""The words of a story: rows and refusals as lines that people read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound, TingsuError
from tingsu.kernel.ledger import plain
from tingsu.process.steps import Field


def untold(columns: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in columns.items()
        if name != "version" and (name not in said or plain(value) != said[name])
    }


def every_field(fields: Iterable[Field], prefix: str = "") -> Iterable[tuple[str, Field]]:
    for field in fields:
        yield prefix + field.name, field
        yield from every_field(field.rows, f"{prefix}{field.name}.")


def readable(value: Any) -> Any:
    """What a template is given, without its machinery: a row by its id, a lazy text as text."""
    if isinstance(value, models.Model):
        return value.pk
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: readable(getattr(value, one.name)) for one in fields_of(value)}
    if isinstance(value, Mapping):
        return {str(readable(key)): readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [readable(item) for item in value]
    return value if isinstance(value, str | int | float | bool | date | datetime | UUID | None) else str(value)


def people(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def reason(refusal: TingsuError) -> str:
    if isinstance(refusal, ConditionsUnmet):
        return ", ".join(sorted(f"{one.guard}.{one.code}" for one in refusal.unmet))
    if isinstance(refusal, InvalidInput):
        return ", ".join(f"{name}: {field(error)}" for name, error in sorted(refusal.fields.items()))
    return {NotAllowed: "not allowed", NotFound: "not found"}.get(type(refusal), refusal.code)


def field(error: Any) -> str:
    rows = getattr(error, "rows", None)
    if rows:
        return "; ".join(
            f"{index}.{name} {one.code}"
            for index, fields in sorted(rows.items())
            for name, one in sorted(fields.items())
        )
    return str(error.code)


def given(telling: Any, values: dict[str, Any]) -> str:
    shown = {name: value for name, value in values.items() if value not in ("", None)}
    text = json.dumps(telling.shown(shown), ensure_ascii=False) if shown else ""
    return f" {text if len(text) < 160 else text[:157] + '…'}" if text else ""
