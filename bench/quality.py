"""Quality: checks by rule, a draw and equal treatment among many complaints, in a large and a small organisation: statements and seconds."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from bench import data
from bench.place import drop_database, home_database
from bench.warning import spent

SOME = 2_000
QUARTER = timedelta(days=91)
FORTNIGHT = timedelta(days=14)


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench quality``."""
    from tingsu.kernel.models import Organisation

    parser = argparse.ArgumentParser(prog="./tingsu bench quality", description=__doc__)
    parser.add_argument(
        "--complaints", type=int, default=10_000, help="10000, 200000 or 1000000, of twenty organisations"
    )
    chosen = parser.parse_args(arguments)
    home, database = home_database(), "tingsu_bench_quality"
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
    """Facts made first; then what each part of quality control costs on the newest quarter."""
    from django.db.models import F, Max

    from tingsu.complaints.models import Complaint
    from tingsu.figures import folding
    from tingsu.figures.models import Fact
    from tingsu.kernel.tenancy import acting_for
    from tingsu.quality import drawing, equal_treatment, plans, process_checks

    with acting_for(organisation_id):
        # The archive holds cases as they stand, not when they were closed: here a fortnight after they came.
        Complaint.objects.filter(state="archived").update(closed_at=F("received_at") + FORTNIGHT)
        folding.rebuild()
        newest = Fact.objects.aggregate(day=Max("closed_on"))["day"]
        ids = list(Complaint.objects.order_by("-received_at").values_list("pk", flat=True)[:SOME])
        checked = spent(
            lambda: [
                process_checks.keep(process_checks.examine(ids[at : at + process_checks.BATCH]))
                for at in range(0, len(ids), process_checks.BATCH)
            ]
        )
        told: dict[str, Any] = {
            "process_checks": {**checked, "ms_each": round(1000 * checked["processor_s"] / max(len(ids), 1), 2)}
        }
        for plan in plans.plans():
            told[f"draw_{plan.code}"] = spent(lambda plan=plan: _drawn(drawing, plan, newest))
        told["equal_treatment"] = spent(lambda: equal_treatment.compared(newest - QUARTER, newest))
        return told


def _drawn(drawing: Any, plan: Any, newest: Any) -> int:
    frame = drawing.frame_of(plan, newest - QUARTER, newest)
    return len(drawing.draw(drawing.new_seed(), frame, 30))
