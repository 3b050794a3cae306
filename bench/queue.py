"""Queue: server time of queue and case page among many complaints, in an organisation with most of them and in a small one."""

from __future__ import annotations

import argparse
from typing import Any

from bench import data, pages
from bench.place import drop_database, home_database
from bench.serving import web

DATABASE = "tingsu_bench_queue"
TARGETS_MS = {"queue": 60, "case": 80}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench queue``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench queue", description=__doc__)
    parser.add_argument("--complaints", type=int, default=10_000, help="10000, 100000 or 1000000")
    chosen = parser.parse_args(arguments)
    home = home_database()
    try:
        large = data.own_archive(DATABASE, chosen.complaints)
        return {"complaints": chosen.complaints, "targets_p95_ms": TARGETS_MS, **measure(large)}
    finally:
        drop_database(DATABASE, instead=home)


def measure(large: Any) -> dict[str, Any]:
    from tingsu.kernel.models import Organisation

    small = Organisation.objects.get(slug="other").pk
    found: dict[str, Any] = {}
    with web() as port:
        for size, organisation_id, username in (("large", large, "supervisor"), ("small", small, "other-supervisor")):
            cookie = pages.session_of(organisation_id, username)
            known = pages.numbers(organisation_id)
            found[size] = {
                "open_complaints_shown": len(known),
                "queue": pages.probe(port, cookie, lambda turn: "/desk/queue/?view=all"),
                "case": pages.probe(port, cookie, lambda turn, known=known: f"/desk/cases/{known[turn % len(known)]}/"),
            }
    return found
