"""The physical limit: what this PostgreSQL, on this disk, in this minute, can commit at all.

One transaction writes what registering a complaint must at least write: 1 complaint, 2 events, 2 promises, 1 job, with
the widths and indexes of real rows, fsync on. ``pgbench`` from the wheel drives it with prepared statements. Every
measurement of ours that writes is printed beside it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tingsu.ops import database
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import PORT, SUPERUSER, Server

DATABASE = "tingsu_limit"
TABLES = """
DROP TABLE IF EXISTS complaint, event, promise, job;
CREATE TABLE complaint (
    id uuid PRIMARY KEY, organisation_id uuid NOT NULL, number text NOT NULL, state text NOT NULL,
    received_at timestamptz NOT NULL, summary text NOT NULL
);
CREATE UNIQUE INDEX ON complaint (organisation_id, number);
CREATE INDEX ON complaint (organisation_id, received_at DESC, id);
CREATE TABLE event (
    id uuid PRIMARY KEY, organisation_id uuid NOT NULL, stream_id uuid NOT NULL, seq int NOT NULL, kind text NOT NULL,
    at timestamptz NOT NULL, data jsonb NOT NULL, hash bytea NOT NULL
);
CREATE UNIQUE INDEX ON event (organisation_id, stream_id, seq);
CREATE TABLE promise (
    id uuid PRIMARY KEY, organisation_id uuid NOT NULL, stream_id uuid NOT NULL, kind text NOT NULL,
    due_at timestamptz NOT NULL, met_at timestamptz
);
CREATE INDEX ON promise (organisation_id, due_at) WHERE met_at IS NULL;
CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, queue text NOT NULL, status text NOT NULL, args jsonb NOT NULL
);
CREATE INDEX ON job (queue, id) WHERE status = 'todo';
"""
_ORGANISATION = "'00000000-0000-7000-8000-000000000001'"
# pgbench knows numbers only, so the complaint's id is made from one.
_ID = "md5('complaint ' || :n)::uuid"
_DATA = '{"channel": "portal", "set": {"state": [null, "registered"], "grade": [null, "general"]}}'
_SUMMARY = "退款申请提交后一直没有回复，" * 12
_SCRIPT = f"""
\\set n random(1, 1000000000000000)
BEGIN;
INSERT INTO event VALUES (gen_random_uuid(), {_ORGANISATION}, {_ID}, 1, 'complaint.registered', now(), '{_DATA}',
    sha256('1'));
INSERT INTO event VALUES (gen_random_uuid(), {_ORGANISATION}, {_ID}, 2, 'complaint.assigned', now(), '{_DATA}',
    sha256('2'));
INSERT INTO promise VALUES (gen_random_uuid(), {_ORGANISATION}, {_ID}, 'acknowledgement', now() + interval '5 minutes', NULL);
INSERT INTO promise VALUES (gen_random_uuid(), {_ORGANISATION}, {_ID}, 'first_reply', now() + interval '2 days', NULL);
INSERT INTO job (queue, status, args) VALUES ('letters', 'todo', '{{"letter_id": 1}}');
INSERT INTO complaint VALUES ({_ID}, {_ORGANISATION}, '202611-XF-' || :n, 'registered', now(), '{_SUMMARY}');
COMMIT;
"""  # noqa: S608 - nobody types any of it


@dataclass(frozen=True)
class Limit:
    """Transactions a second and the mean time of one in milliseconds, with what was asked."""

    transactions_per_second: float
    latency_ms: float
    clients: int
    seconds: int


def measure(home: Path, *, clients: int = 16, seconds: int = 10) -> Limit:
    """Drive the embedded server to its limit. Needs a prepared home; raises CannotStart with an external server."""
    if database.external():
        raise CannotStart("The physical limit is measured on the embedded server: unset DATABASE_URL.")
    server = Server(home)
    _make_tables(home)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "registration.sql"
        script.write_text(_SCRIPT)
        command = [server.program("pgbench"), "-n", "-M", "prepared", "-f", str(script)]
        command += ["-c", str(clients), "-j", "2", "-T", str(seconds)]
        command += ["-h", str(server.socket_folder), "-p", str(PORT), "-U", SUPERUSER, DATABASE]
        done = subprocess.run(
            command, env=os.environ | {"PGPASSWORD": server.password}, capture_output=True, text=True, check=False
        )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    if done.returncode != 0 or rate is None or latency is None:
        raise CannotStart(f"pgbench could not measure the limit: {(done.stderr or done.stdout).strip()[-300:]}")
    return Limit(float(rate[1]), float(latency[1]), clients, seconds)


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench limit``: the limit alone."""
    parser = argparse.ArgumentParser(prog="./tingsu bench limit", description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=10)
    chosen = parser.parse_args(arguments)
    return asdict(measure(Path(os.environ["TINGSU_HOME"]), clients=chosen.clients, seconds=chosen.seconds))


def _make_tables(home: Path) -> None:
    with psycopg.connect(database.admin_dsn(home, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with psycopg.connect(database.admin_dsn(home, DATABASE), autocommit=True) as connection:
        connection.execute(TABLES)
