"""Facts: how fast they are made anew from a large archive, what a minute without news costs, and what a registration pays for them."""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
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
                served = database_seconds()
                seconds, processor, count = _timed(folding.rebuild)
                served = database_seconds() - served
                found[name] = {
                    "facts": count,
                    "seconds": round(seconds, 2),
                    "a_second": round(count / seconds),
                    "processor_of_ours_s": round(processor, 2),
                    "processor_of_the_database_s": round(served, 2),
                    "a_second_of_processor": round(count / (processor + served)) if processor + served else 0,
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


def database_seconds() -> float:
    """Processor seconds that the server has spent on this connection: on a crowded machine the wall counts the neighbours."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds on the wall, processor seconds of this process, and what came of it."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
    found = work()
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, found
