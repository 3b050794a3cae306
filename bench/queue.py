"""Queue: time of queue, case page and My work among many complaints, in an organisation with most of them and in a small one."""

from __future__ import annotations

import uuid
from typing import Any

from bench import pages

TARGETS_MS = {"queue": 60, "case": 80}
TARGETS_PROCESSOR_MS = {"queue": 25, "case": 25}
TARGETS_KILOBYTES = {"queue": 60}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench queue``."""
    targets = {
        "targets_p95_ms": TARGETS_MS,
        "targets_processor_ms": TARGETS_PROCESSOR_MS,
        "targets_kilobytes": TARGETS_KILOBYTES,
    }
    return pages.measured("queue", arguments, __doc__, targets, ask)


def ask(port: int, cookie: str, organisation_id: uuid.UUID) -> dict[str, Any]:
    known = pages.numbers(organisation_id)
    return {
        "open_complaints_shown": len(known),
        "queue": pages.probe(port, cookie, lambda turn: "/desk/queue/?view=all"),
        "case": pages.probe(port, cookie, lambda turn: f"/desk/cases/{known[turn % len(known)]}/"),
        "work": pages.probe(port, cookie, lambda turn: "/desk/"),
    }
