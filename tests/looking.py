"""What stands in the database about one case, told with names for ids and the wall clock for instants."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models

from tests import told as wording
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.demo.journey import Journey
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.letters.models import Letter

ZONE = ZoneInfo("Asia/Shanghai")
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
LEFT_OUT = {
    "complaints.Presence",
    "portal.OneTimeCode",
    "kernel.Event",
    "kernel.EventText",
    "privacy.AccessEntry",
    "letters.Notice",
}
SECRET = {
    "id",
    "organisation_id",
    "stream_id",
    "complaint_id",
    "wrapped_key",
    "code_index",
    "salt",
    "hash",
    "provider_id",
    "message_id",
}


class Looking(Journey):
    """A case whose rows are looked at again and again: what was written since the last look."""

    names: dict[UUID, str]
    """By what ids are told."""
    numbered: Counter[str]
    marks: dict[bytes, str]
    rows: dict[tuple[str, UUID], dict[str, Any]]
    """Columns as they stood at the last look."""

    def _json(self, value: Any) -> str:
        return json.dumps(self.shown(value), ensure_ascii=False)

    def shown(self, value: Any) -> Any:
        """A value as the story tells it: names for ids, the wall clock for instants."""
        if isinstance(value, UUID):
            if value not in self.names:
                self.numbered["#"] += 1
                self.names[value] = f"#{self.numbered['#']}"
            return self.names[value]
        if isinstance(value, datetime):
            local = value.astimezone(ZONE)
            return f"{local:%m-%d %H:%M}" + (f"{local:.%S}".replace(".", ":") if local.second else "")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, bytes | memoryview):
            return self.marks.setdefault(bytes(value), f"~{len(self.marks)}")
        if isinstance(value, str):
            if INSTANT.match(value):
                return self.shown(datetime.fromisoformat(value))
            return IDS.sub(lambda found: str(self.shown(UUID(found.group()))), value)
        if isinstance(value, dict):
            return {self.shown(key): self.shown(item) for key, item in sorted(value.items())}
        if isinstance(value, Sequence | set):
            items = [self.shown(item) for item in value]
            people = set(self.cast._people)
            if items and all(isinstance(item, str) and item in people for item in items):
                return sorted(items)
            return sorted(items, key=str) if any(set(item.values()) & people for item in items if isinstance(item, dict) and
                                                 all(isinstance(v, str) for v in item.values())) else items  # fmt: skip
        return value

    # rows

    def _look(self, said: dict[str, Any]) -> list[str]:
        """What was written since the last look, as lines; of the case's own columns those that the events do not tell."""
        found: dict[tuple[str, UUID], tuple[models.Model, dict[str, Any]]] = {}
        for model in apps.get_models():
            label = model._meta.label
            names = {field.attname for field in model._meta.local_concrete_fields}
            if label in LEFT_OUT or not names & {"complaint_id", "stream_id"}:
                continue
            of = {"pk": self.complaint.pk} if model is Complaint else (
                {"complaint_id": self.complaint.pk} if "complaint_id" in names else {"stream_id": self.complaint.pk}
            )  # fmt: skip
            for row in model._default_manager.filter(**of).order_by("pk"):
                if isinstance(getattr(row, "complaint", None), Complaint):
                    row.complaint = self.complaint
                found[label, row.pk] = (row, self._columns(row))
        new = [key for key in found if key not in self.rows]
        new.sort(key=lambda key: (key[0], self._order(found[key][1])))
        for key in new:
            self._name(found[key][0])
        lines = []
        for key in new:
            row, columns = found[key]
            if isinstance(row, Complaint):
                columns = wording.untold(columns, said)
            default = {field.attname: field.get_default() for field in row._meta.local_concrete_fields}
            told = {
                name: value
                for name, value in columns.items()
                if value not in (None, "", [], {}) and value != default[name]
            }
            lines.append(f"   + {key[0].split('.')[1]} {self.names[row.pk]} {self._json(told)}")
        for key in sorted((key for key in found if key in self.rows), key=lambda key: (key[0], self.names[key[1]])):
            row, columns = found[key]
            changed = {name: value for name, value in columns.items() if self.rows[key].get(name) != value}
            changed = wording.untold(changed, said) if isinstance(row, Complaint) else changed
            if changed:
                lines.append(f"   * {key[0].split('.')[1]} {self.names[row.pk]} {self._json(changed)}")
        for key in sorted((key for key in self.rows if key not in found), key=lambda key: (key[0], self.names[key[1]])):
            lines.append(f"   - {key[0].split('.')[1]} {self.names[key[1]]}")
        self.rows = {key: columns for key, (_row, columns) in found.items()}
        return lines

    def _columns(self, row: models.Model) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for field in row._meta.local_concrete_fields:
            name = field.attname
            if name in SECRET or (name == "code" and isinstance(row, Complaint)):
                continue
            value = getattr(row, name)
            if isinstance(field, SealedField):
                value = self._opened(row, name) if value else ""
            elif isinstance(field, BlindIndexField):
                value = bytes(value) if value else None
            columns[name] = value
        return columns

    def _opened(self, row: models.Model, name: str) -> Any:
        if isinstance(row, Letter):
            if name != "values":
                return "…"
            return json.loads(self.complaint.stream.key().open(row.values, f"letter:{row.pk}:values"))
        if isinstance(row, Demand):
            return row.text()
        return row.text(name) if hasattr(row, "text") else "…"

    def _order(self, columns: dict[str, Any]) -> str:
        return IDS.sub(
            lambda found: self.names.get(UUID(found.group()), "?"), json.dumps(columns, default=str, sort_keys=True)
        )

    def _name(self, row: models.Model) -> None:
        if row.pk in self.names:
            return
        word = str(row._meta.model_name)
        if isinstance(row, Party):
            word = str(row.role)
        elif isinstance(row, Promise | Letter):
            word = f"limit:{row.kind}" if isinstance(row, Promise) else f"letter:{row.template}"
        self.numbered[word] += 1
        self.names[row.pk] = word if self.numbered[word] == 1 else f"{word}.{self.numbered[word]}"
