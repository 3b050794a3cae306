"""Queue: server time of queue and case page among many complaints, in an organisation with most of them and in a small one."""

from __future__ import annotations

import uuid
from typing import Any

from bench import pages

TARGETS_MS = {"queue": 60, "case": 80}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench queue``."""
    return pages.measured("queue", arguments, __doc__, {"targets_p95_ms": TARGETS_MS}, ask)


def ask(port: int, cookie: str, organisation_id: uuid.UUID) -> dict[str, Any]:
    known = pages.numbers(organisation_id)
    return {
        "open_complaints_shown": len(known),
        "queue": pages.probe(port, cookie, lambda turn: "/desk/queue/?view=all"),
        "case": pages.probe(port, cookie, lambda turn: f"/desk/cases/{known[turn % len(known)]}/"),
    }
