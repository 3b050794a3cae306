"""The conformity view and the input pack of a management review over five years of records and a large archive of complaints; an evidence
pack of many records and large files, made and sent: time, processor, memory."""

from __future__ import annotations

import argparse
import datetime
import os
import resource
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.data import own_archive
from bench.place import drop_database, home_database

TARGET_PROCESSOR_MS = 500
DAILY = ("evidence", "liaison", "nonconformity", "experience", "improvement", "contact")
"""Registers that grow with the work."""
PLANNED = (
    "context_factor",
    "interested_party",
    "risk",
    "objective",
    "business_process",
    "arrangement",
    "system_change",
    "product",
)
"""Registers that hold what a firm plans: so many of each at most."""
MOST_PLANNED = 100
YEARS = 5
TIMES = 15
DATABASE = "tingsu_bench_conformity"
COPY = """
WITH made AS MATERIALIZED (SELECT n, gen_random_uuid() AS id FROM generate_series(2, %(most)s) AS n), streams AS (
    INSERT INTO kernel_stream SELECT (jsonb_populate_record(s, jsonb_build_object('id', made.id))).*
    FROM kernel_stream s, made WHERE s.id = %(first)s
), entries AS (
    INSERT INTO registers_entry SELECT (jsonb_populate_record(e, jsonb_build_object(
        'id', made.id, 'stream_id', made.id, 'number', e.number || '-' || made.n, 'texts', NULL,
        'opened_at', e.opened_at - made.n * %(every)s::interval,
        'speaks_of', e.speaks_of - (made.n * %(every)s::interval)
    ))).* FROM registers_entry e, made WHERE e.id = %(first)s
)
INSERT INTO registers_entryfacet (id, organisation_id, entry_id, register, name, value, opened_at)
SELECT gen_random_uuid(), f.organisation_id, made.id, f.register, f.name, f.value, f.opened_at - made.n * %(every)s::interval
FROM registers_entryfacet f, made WHERE f.entry_id = %(first)s
"""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench conformity``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench conformity", description=__doc__)
    parser.add_argument("--complaints", type=int, default=200_000, help="complaints in the archive")
    parser.add_argument(
        "--entries",
        type=int,
        default=3_000,
        help="entries of each of six registers, over five years; a hundred of eight others",
    )
    parser.add_argument("--records", type=int, default=0, help="records of an evidence pack; 0 leaves it out")
    parser.add_argument("--megabytes", type=int, default=0, help="files attached to them, in all")
    chosen = parser.parse_args(arguments)
    home = home_database()
    try:
        organisation_id = own_archive(DATABASE, chosen.complaints)
        return measured(organisation_id, chosen)
    finally:
        drop_database(DATABASE, instead=home)


def measured(organisation_id: uuid.UUID, chosen: argparse.Namespace) -> dict[str, Any]:
    from tests.cast import Cast
    from tingsu.conformity import view
    from tingsu.evaluation import pack
    from tingsu.figures import folding
    from tingsu.kernel.tenancy import acting_for

    found: dict[str, Any] = {"complaints": chosen.complaints, "target_processor_ms": TARGET_PROCESSOR_MS}
    with acting_for(organisation_id):
        cast = Cast(organisation_id)
        if chosen.records:
            found["pack"] = evidence_pack(cast, chosen.records, chosen.megabytes)
            return found
        folding.rebuild()
        found["entries"] = fill(cast, chosen.entries)
        today = view.today()
        since = today - datetime.timedelta(days=365)
        found["view_cts"] = timed(lambda: view.readiness("cts"))
        found["view_isc"] = timed(lambda: view.readiness("isc"))
        found["review_pack_year"] = timed(lambda: pack.assembled(since, today, uuid.uuid4()))
    return found


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """Median and worst of some turns after two that warm up, in milliseconds: of the clock, and of this processor without the database."""
    clock, processor = [], []
    for turn in range(TIMES + 2):
        began, used = time.perf_counter(), time.process_time()
        work()
        if turn > 1:
            clock.append(1000 * (time.perf_counter() - began))
            processor.append(1000 * (time.process_time() - used))
    return {
        "ms": round(statistics.median(clock), 1), "worst_ms": round(max(clock), 1), "processor_ms": round(statistics.median(processor), 1),
    }  # fmt: skip


def fill(cast: Any, count: int) -> int:
    """One entry of each register opened by its action, and its copies over five years."""
    from tingsu.registers.declaration import registers
    from tingsu.registers.models import Entry
    from tingsu.registers.tests.samples import an_entry

    for name in (*DAILY, *PLANNED):
        register, most = registers()[name], count if name in DAILY else min(count, MOST_PLANNED)
        person = next(
            one
            for one in (cast.supervisor, cast.mgmt_rep, cast.qa, cast.specialist)
            if one.actor.has_role(*register.openers)
        )
        first = an_entry(register, person)
        with _owner() as owner:
            owner.execute(COPY, {"most": most, "first": first.pk, "every": f"{YEARS * 365 * 24 * 60 // most} minutes"})
    with _owner() as owner:
        owner.execute("VACUUM ANALYZE registers_entry, registers_entryfacet, kernel_stream")
    return Entry.objects.count()


@contextmanager
def _owner() -> Iterator[psycopg.Connection]:
    name = str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])
    with psycopg.connect(make_conninfo(os.environ["TINGSU_OWNER_DSN"], dbname=name), autocommit=True) as connection:
        yield connection


def evidence_pack(cast: Any, records: int, megabytes: int) -> dict[str, Any]:
    """A pack of so many records with so large files, made and sent to nobody; how much memory each takes at most."""
    from django.db import transaction

    from tingsu.conformity import building, index, view
    from tingsu.conformity.models import PackRun
    from tingsu.files import store
    from tingsu.kernel.clock import now
    from tingsu.registers.actions import Opening, open_entry
    from tingsu.registers.declaration import registers
    from tingsu.registers.models import Entry

    register, actor, at = registers()["liaison"], cast.supervisor.actor, now()
    values = {
        "body_kind": "media",
        "body": "市场监管局",
        "subject": "例行沟通",
        "content": "按月通报",
        "on": view.today().isoformat(),
    }
    size = megabytes * 1_000_000 // records
    for number in range(records):
        made = open_entry(actor=actor, register=register, opening=Opening(values=values))
        if size:
            kept = store.keep(f"{number}.txt", os.urandom(size // 2).hex().encode(), actor=actor)
            with transaction.atomic():
                store.attach([kept.pk], made.pk, at)
        if number % 500 == 0:
            print(f"  {number:,} of {records:,} records", flush=True)
    wanted = {
        "purpose": "bench", "document": "cts", "first": view.today().isoformat(), "last": view.today().isoformat(),
        "with_files": size > 0,
    }  # fmt: skip
    entry = open_entry(actor=actor, register=registers()["evidence_pack"], opening=Opening(values=wanted))
    seen: list[int] = []
    told: dict[str, Any] = {"records": records, "megabytes": megabytes, "before_mb": _resident()}
    with watched(lambda: seen.extend(PackRun.objects.filter(pk=entry.pk).values_list("done", flat=True))) as highest:
        began, used = time.perf_counter(), time.process_time()
        building.make(entry.pk)
        told["made"] = {
            "seconds": round(time.perf_counter() - began, 1),
            "processor_s": round(time.process_time() - used, 1),
        }
    told["made"]["highest_mb"] = highest()
    told["state"] = Entry.objects.get(pk=entry.pk).state
    told["progress_seen"] = len(set(seen))
    sent = 0
    with watched(None) as highest:
        began, used = time.perf_counter(), time.process_time()
        for part in index.stream(entry.pk):
            sent += len(part)
        told["sent"] = {
            "seconds": round(time.perf_counter() - began, 1), "processor_s": round(time.process_time() - used, 1), "megabytes": round(sent / 1e6),
        }  # fmt: skip
    told["sent"]["highest_mb"] = highest()
    told["peak_of_process_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return told


def _resident() -> int:
    """Megabytes that this process holds now."""
    words = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()
    return int(words[0]) // 1024


@contextmanager
def watched(also: Callable[[], Any] | None) -> Iterator[Callable[[], int]]:
    """The most memory held in between, looked at twice a second."""
    from django.db import connection

    from tingsu.kernel.tenancy import acting_for, current_organisation_id

    most, over, ours = [_resident()], threading.Event(), current_organisation_id()

    def look() -> None:
        with acting_for(ours):
            while not over.wait(0.5):
                most.append(_resident())
                if also is not None:
                    also()
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: max(most)
    finally:
        over.set()
        thread.join()
