"""Facts: how fast they are made anew from a large archive, what a minute without news costs, and what a registration pays for them."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

from bench.data import own_archive
from bench.place import drop_database, home_database

TARGET_A_SECOND = 20_000
TARGET_PERCENT = 3


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench facts``."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.cast import Cast
    from tingsu.demo import journey
    from tingsu.desk.tests.cases import BASIC
    from tingsu.figures import folding
    from tingsu.kernel.tenancy import acting_for

    parser = argparse.ArgumentParser(prog="./tingsu bench facts", description=__doc__)
    parser.add_argument(
        "--complaints", type=int, default=20_000, help="complaints in the archive, of twenty organisations"
    )
    parser.add_argument("--registrations", type=int, default=200)
    chosen = parser.parse_args(arguments)
    home, database = home_database(), "tingsu_bench_facts"
    try:
        organisation_id = own_archive(database, chosen.complaints)
        with acting_for(organisation_id):
            cast = Cast(organisation_id)
            found: dict[str, Any] = {
                "complaints": chosen.complaints,
                "target_rebuilt_a_second": TARGET_A_SECOND,
                "target_percent_of_a_registration": TARGET_PERCENT,
            }
            for name in ("made", "made_anew"):
                seconds, processor, count = _timed(folding.rebuild)
                found[name] = {
                    "facts": count,
                    "seconds": round(seconds, 2),
                    "a_second": round(count / seconds),
                    "processor_of_ours_s": round(processor, 2),
                }
            folding.fold_moved()
            found["minute_without_news_ms"] = round(1000 * _timed(folding.fold_moved)[0], 1)
            with CaptureQueriesContext(connection) as asked:
                register, _processor, _none = _timed(
                    lambda: [journey.register(cast.frontline.actor, BASIC) for _number in range(chosen.registrations)]
                )
            follow, _processor, count = _timed(folding.fold_moved)
            found["registrations"] = {
                "number": chosen.registrations,
                "seconds": round(register, 2),
                "statements_for_figures": sum("figures_" in one["sql"] for one in asked),
                "folded_afterwards": count,
                "folding_seconds": round(follow, 3),
                "percent_of_a_registration": round(100 * follow / register, 2),
            }
        return found
    finally:
        drop_database(database, instead=home)


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds on the wall, processor seconds of this process, and what came of it."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
    found = work()
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, found
