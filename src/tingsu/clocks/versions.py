"""The history of a rulebook for its settings page: every version, who published it, when it came into force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.models import Rulebook
from tingsu.kernel.typed import whole_number
from tingsu.people.queries import alias_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One line of a history; version 0 is what was shipped."""

    version: int
    valid_from: datetime | None
    published_at: datetime | None
    publisher: str
    note: str
    in_force: bool
    to_come: bool


def history_of(kind: str) -> Sequence[Version]:
    """Every version of a rulebook, newest first, the shipped one last."""
    current = rulebooks.in_force(kind).version
    at = now()
    rows = Rulebook.objects.filter(kind=kind).order_by("-version").defer("body")
    names = {row.published_by: alias_of(row.published_by) if row.published_by else "" for row in rows}
    found = [
        Version(
            version=row.version,
            valid_from=row.valid_from,
            published_at=row.published_at,
            publisher=names[row.published_by],
            note=row.note,
            in_force=row.version == current,
            to_come=row.valid_from > at,
        )
        for row in rows
    ]
    shipped = Version(
        version=0, valid_from=None, published_at=None, publisher="", note="", in_force=current == 0, to_come=False
    )
    return [*found, shipped]


def chosen_version(kind: str, asked: str | None) -> rulebooks.Rules:
    """The version a page was asked for, or the one in force. Raises NotFound for one that was never published."""
    if not asked:
        return rulebooks.in_force(kind)
    number = whole_number(asked)
    found = next((rules for rules in rulebooks.versions(kind) if rules.version == number), None)
    if found is None:
        raise NotFound
    return found
