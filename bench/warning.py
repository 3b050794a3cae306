"""Warning: what a look of early warning costs, in a large and a small organisation, and what each complaint costs to be looked through."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

from bench import data
from bench.place import drop_database, home_database

SOME = 1_000
"""So many complaints are looked through for what they have in common."""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench warning``."""
    from tingsu.kernel.models import Organisation

    parser = argparse.ArgumentParser(prog="./tingsu bench warning", description=__doc__)
    parser.add_argument(
        "--complaints", type=int, default=10_000, help="10000, 200000 or 1000000, of twenty organisations"
    )
    chosen = parser.parse_args(arguments)
    home, database = home_database(), "tingsu_bench_warning"
    try:
        large = data.own_archive(database, chosen.complaints)
        small = Organisation.objects.get(slug="other").pk
        found: dict[str, Any] = {"complaints": chosen.complaints}
        for size, organisation_id in (("large", large), ("small", small)):
            found[size] = looked_at(organisation_id)
        return found
    finally:
        drop_database(database, instead=home)


def looked_at(organisation_id: Any) -> dict[str, Any]:
    """Facts made first; then traces of the newest, a look that opens what it finds, and one that finds everything known."""
    from django.db.models import Max

    from tingsu.complaints.models import Complaint
    from tingsu.figures import folding
    from tingsu.figures.models import Fact
    from tingsu.kernel.clock import travel_to
    from tingsu.kernel.tenancy import acting_for
    from tingsu.warning import traces, watching

    with acting_for(organisation_id):
        facts = folding.rebuild()
        newest = Complaint.objects.aggregate(at=Max("received_at"))["at"]
        ids = list(Complaint.objects.order_by("-received_at").values_list("pk", flat=True)[:SOME])
        with travel_to(newest):
            told: dict[str, Any] = {"facts": facts, "newest_day": Fact.objects.aggregate(day=Max("received_on"))["day"]}
            traced = spent(
                lambda: [traces.keep(ids[at : at + traces.BATCHES]) for at in range(0, len(ids), traces.BATCHES)]
            )
            told["traces"] = {**traced, "ms_each": round(1000 * traced["processor_s"] / max(len(ids), 1), 2)}
            told["first_look"] = spent(watching.watch)
            told["next_look"] = spent(watching.watch)
        return told


def spent(work: Callable[[], Any]) -> dict[str, Any]:
    """Statements, seconds on the wall, and seconds of this process's processor."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    with CaptureQueriesContext(connection) as asked:
        work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "statements": len(asked),
        "seconds": round(time.monotonic() - began, 2),
        "processor_s": round(after.ru_utime - before.ru_utime, 2),
    }
