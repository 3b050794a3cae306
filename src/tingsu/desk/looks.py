"""How a view of the queue looks to one person: which columns, how dense. Kept with the view (look and feel §4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.models import SavedView

COLUMNS: dict[str, str | Promise] = {
    "person": _("Complainant"),
    "product": pgettext_lazy("queue", "Product"),
    "owner": _("Owner"),
    "stage": _("Stage"),
}
"""Columns that may be left out; number, risk, cause and deadline always stand."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """The columns left out, whether rows are low, and whether the nearest limit alone decides the order (CA-56)."""

    hidden: frozenset[str] = frozenset()
    compact: bool = False
    by_limit: bool = False

    @property
    def css(self) -> str:
        """Classes of the table."""
        names = [f"hide-{name}" for name in COLUMNS if name in self.hidden]
        return " ".join(["queue-compact", *names] if self.compact else names)

    @property
    def columns(self) -> list[tuple[str, str | Promise, bool]]:
        return [(name, label, name not in self.hidden) for name, label in COLUMNS.items()]


def look_of(rows: Iterable[SavedView], view: str) -> Look:
    """How a tab looks to the member whose rows these are; `view` is a shipped tab or "own-<id>"."""
    row = next((one for one in rows if view in {one.tab, f"own-{one.pk}"}), None)
    return Look(hidden=frozenset(row.hidden), compact=row.compact, by_limit=row.by_limit) if row else Look()
