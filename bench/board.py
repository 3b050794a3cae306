"""Board: time of the live board, what it asks again, and the wall, among many complaints; facts made first."""

from __future__ import annotations

import uuid
from typing import Any

from bench import pages

TARGETS_MS = {"board": 300}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench board``."""
    return pages.measured("board", arguments, __doc__, {"targets_p95_ms": TARGETS_MS}, ask)


def ask(port: int, cookie: str, organisation_id: uuid.UUID) -> dict[str, Any]:
    from django.db.models import Max

    from tingsu.figures import folding
    from tingsu.figures.models import Fact
    from tingsu.kernel.tenancy import acting_for

    with acting_for(organisation_id):
        facts = folding.rebuild()
        newest = Fact.objects.aggregate(day=Max("received_on"))["day"]
    return {
        "facts": facts,
        "newest_day": newest,
        "board": pages.probe(port, cookie, lambda turn: "/desk/board/"),
        "month": pages.probe(port, cookie, lambda turn: "/desk/board/?span=month"),
        "live": pages.probe(port, cookie, lambda turn: "/desk/board/live/"),
        "wall": pages.probe(port, cookie, lambda turn: "/desk/board/wall/"),
    }
