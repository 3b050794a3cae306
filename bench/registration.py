"""What one registration through the API costs: processor time of our process and of the database's, one after the other in one process.

The rate of registrations (`intake`) moves with whoever else uses the machine; these two hardly do. Run it in two checkouts, in turn, to
compare two releases.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

from bench.intake import prepare, registrations
from bench.place import drop_database, home_database, own_database

DATABASE = "tingsu_bench_registration"
TICKS_A_SECOND = 100
WARM_UP = 20


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench registration``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench registration", description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    chosen = parser.parse_args(arguments)
    home = home_database()
    try:
        own_database(DATABASE)
        return {"registrations": chosen.times, **_measure(chosen.times)}
    finally:
        drop_database(DATABASE, instead=home)


def _measure(times: int) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    request, client = registrations(prepare(), 1), Client()
    ours: list[float] = []
    server_began = 0.0
    for turn in range(WARM_UP + times):
        if turn == WARM_UP:
            server_began = _server_seconds(connection)
        method, path, body, headers = request(0, turn)
        given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        began = time.thread_time()
        answer = client.generic(method, path, body, content_type="application/json", **given)
        ours.append(time.thread_time() - began)
        if answer.status_code != 201:
            raise RuntimeError(f"a registration was refused: {answer.content!r}")
    theirs = (_server_seconds(connection) - server_began) / times
    return {
        "ours_ms": {"lowest": round(1000 * min(ours), 2), "middle": round(1000 * statistics.median(ours[WARM_UP:]), 2)},
        "database_ms": round(1000 * theirs, 2),
    }


def _server_seconds(connection: Any) -> float:
    """Processor seconds of the server process that works for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
