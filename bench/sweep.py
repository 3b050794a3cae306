"""The sweep: promises due in the same minute, real workers, some of them killed; how soon all have fired, each once.

Complaints are loaded by one statement, each with one promise that falls due at the next full minute. Two workers wait for
that minute as they would in production. While they work, one of them is killed again and again and started anew, as the
supervisor would do. The measurement ends when no promise is due any more; then the ledger is counted.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import limit
from bench.place import environment, lent, the_cast

DATABASE = "tingsu_bench_sweep"
TARGET_SECONDS = 45
GIVE_UP_SECONDS = 300
START = """
import django
django.setup()
from django.core.management import call_command, load_command_class
load_command_class("procrastinate.contrib.django", "procrastinate")
"""
WORKER = """
import django
django.setup()
from django.core.management import call_command
call_command("procrastinate", "worker", "--queues", "clocks", "--concurrency", "4", "--delete-jobs", "successful")
"""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench sweep``: load, wait for the minute, kill, count."""
    parser = argparse.ArgumentParser(prog="./tingsu bench sweep", description=__doc__)
    parser.add_argument("--promises", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=8.0, help="seconds between two kills; 0 kills nobody")
    parser.add_argument("--limit-seconds", type=int, default=5, help="how long the physical limit is measured")
    chosen = parser.parse_args(arguments)
    physical = limit.measure(Path(os.environ["TINGSU_HOME"]), seconds=chosen.limit_seconds)
    with lent(DATABASE):
        found = _measure(chosen)
    rate = chosen.promises / found["seconds"] if found["seconds"] else 0.0
    return {
        **found,
        **_start(),
        "promises_per_second": rate,
        "target_seconds": TARGET_SECONDS,
        "within_target": found["seconds"] <= TARGET_SECONDS,
        "physical_limit": asdict(physical),
        "share_of_limit_percent": 100 * rate / physical.transactions_per_second,
    }


def _measure(chosen: argparse.Namespace) -> dict[str, Any]:
    due = _next_minute(after=timedelta(seconds=15 + chosen.promises / 1500))
    organisation_id, promise_ids = _load(chosen.promises, due)
    workers = [_worker() for _n in range(chosen.workers)]
    killed = 0
    try:
        time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        began = time.monotonic()
        next_kill = began + chosen.kill_every if chosen.kill_every else float("inf")
        while (left := _due(organisation_id)) and time.monotonic() - began < GIVE_UP_SECONDS:
            if time.monotonic() >= next_kill:
                victim = random.randrange(len(workers))  # noqa: S311 - any will do
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = _worker()
                killed += 1
                next_kill = time.monotonic() + chosen.kill_every
            time.sleep(0.2)
        seconds = time.monotonic() - began
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    fired = _fired(organisation_id)
    return {
        "promises": chosen.promises,
        "workers": chosen.workers,
        "workers_killed": killed,
        "seconds": seconds,
        "still_due": left,
        **{
            f"{kind}_{fate}": number
            for kind in ("breached", "escalated")
            for fate, number in (
                ("once", sum(times == 1 for (_p, k), times in fired.items() if k == f"promise.{kind}")),
                ("twice_or_more", sum(times > 1 for (_p, k), times in fired.items() if k == f"promise.{kind}")),
                ("lost", len(promise_ids - {p for p, k in fired if k == f"promise.{kind}"})),
            )
        },
    }


def _next_minute(*, after: timedelta) -> datetime:
    """The first full minute that leaves time to load and to start."""
    return (datetime.now(UTC) + after).replace(second=0, microsecond=0) + timedelta(minutes=1)


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _start() -> dict[str, float]:
    """What the start of a worker costs: one killed sooner than that has done nothing."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", START], env=environment(), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "worker_start_seconds": time.monotonic() - began,
        "worker_start_processor_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def _load(count: int, due: datetime) -> tuple[uuid.UUID, set[str]]:
    """An organisation with so many open complaints, each with a first reply due at one instant."""
    from django.db import connection

    from tingsu.clocks.conditions import Facts
    from tingsu.clocks.engine import new_promise
    from tingsu.clocks.models import Promise
    from tingsu.complaints.models import Complaint
    from tingsu.kernel.clock import travel_to
    from tingsu.kernel.ids import new_id
    from tingsu.kernel.ledger import open_chain
    from tingsu.kernel.models import Stream

    start = due - timedelta(hours=24)
    with the_cast() as cast:
        ids = [new_id() for _n in range(count)]
        chain = open_chain("complaint", ids[0])
        chain.flush()
        pattern = Complaint(
            id=ids[0],
            stream_id=ids[0],
            number="000000-XF-0",
            problem_type="consumer",
            mode="internet",
            received_at=start,
            registered_at=start,
            entered_at=start,
            grade="general",
            owner_id=cast.specialist.id,
            first_owner_id=cast.frontline.id,
            next_due_at=due,
            next_due_kind="first_reply",
            next_due_started_at=start,
        )
        pattern.save(force_insert=True)
        with travel_to(start):
            promise = new_promise(
                ids[0], "first_reply", at=start, facts=Facts(mode="internet"), owner_id=cast.specialist.id
            )
        # Its warnings have been given: what is measured is the breach and all that follows from it.
        promise.warnings, promise.next_at = [], promise.due_at
        promise.save(force_insert=True)
        with connection.cursor() as cursor:
            for model, changed in (
                (Stream, {"id"}),
                (Complaint, {"id", "stream_id", "number"}),
                (Promise, {"stream_id"}),
            ):
                _multiply(cursor, model, changed, ids, pattern.pk if model is not Promise else promise.pk)
            cursor.execute("ANALYZE")
            cursor.execute("SELECT id::text FROM clocks_promise")
            return cast.organisation_id, {row[0] for row in cursor.fetchall()}


def _multiply(cursor: Any, model: Any, changed: set[str], ids: list[uuid.UUID], pattern: uuid.UUID) -> None:
    """Copy one row for each further complaint, inside the server."""
    columns = [field.column for field in model._meta.local_concrete_fields]
    values = {"number": "'000000-XF-' || i.n", "id": "i.id", "stream_id": "i.id"}
    chosen = [
        values[column] if column in changed else "gen_random_uuid()" if column == "id" else f'p."{column}"'
        for column in columns
    ]
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(chosen)} '  # noqa: S608 - names of our own columns
        f'FROM "{table}" p, unnest(%s::uuid[]) WITH ORDINALITY AS i (id, n) WHERE p.id = %s',
        [ids[1:], pattern],
    )


def _due(organisation_id: uuid.UUID) -> int:
    """How many promises have not fired yet."""
    from tingsu.clocks.models import Promise
    from tingsu.kernel.tenancy import acting_for

    with acting_for(organisation_id):
        return Promise.objects.filter(next_at__isnull=False).count()


def _fired(organisation_id: uuid.UUID) -> dict[tuple[str, str], int]:
    """How often each promise was breached and escalated, from the ledger."""
    from django.db.models import Count
    from django.db.models.fields.json import KT

    from tingsu.kernel.models import Event
    from tingsu.kernel.tenancy import acting_for

    with acting_for(organisation_id):
        rows = Event.objects.filter(kind__in=("promise.breached", "promise.escalated"))
        counted = rows.values_list(KT("data__promise"), "kind").annotate(times=Count("pk")).order_by()
        return {(promise, kind): times for promise, kind, times in counted}
