"""What functions of governance are given by hand in tests of their edges: rows, a clock, names; no database."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from tingsu.kernel.errors import Unmet

Row = SimpleNamespace
AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""Midnight in Beijing: the third of March begins."""
A, B, C, D, E = (uuid.UUID(int=number) for number in range(1, 6))
ZONE = Row(time_zone="Asia/Shanghai")
ANY: Any = None


def codes(unmet: list[Unmet]) -> list[str]:
    return [one.code for one in unmet]


class Rows(list[Any]):
    """Rows of a table without a database: narrowed to all of them, told by what was asked."""

    asked: dict[str, Any]

    def filter(self, *conditions: Any, **asked: Any) -> "Rows":
        self.asked = getattr(self, "asked", {}) | asked
        return self

    exclude = select_related = order_by = values = filter

    def exists(self) -> bool:
        return bool(self)

    def first(self) -> Any:
        return self[0] if self else None

    def values_list(self, *names: str, flat: bool = False) -> "Rows":
        return self

    def update(self, **given: Any) -> int:
        self.asked = getattr(self, "asked", {}) | given
        return len(self)
