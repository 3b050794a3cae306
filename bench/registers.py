"""Registers: time, queries and plans of the list of a register with very many entries, for each order and filter."""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import pages
from bench.place import lent, the_cast
from bench.serving import web

REGISTER = "nonconformity"
SEALED = 400
"""So many of the newest entries have texts of their own: what pages show. The others are there to be walked over."""
TIMED = ("list_all", "list_open", "list_rare_source", "list_words", "entry")
TARGETS_PROCESSOR_MS = {"list": 40, "entry": 30}
COPY = """
WITH made AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS id FROM generate_series(2, %(most)s) AS n
), streams AS (
    INSERT INTO kernel_stream SELECT (jsonb_populate_record(s, jsonb_build_object('id', made.id))).*
    FROM kernel_stream s, made WHERE s.id = %(first)s
), entries AS (
    INSERT INTO registers_entry SELECT (jsonb_populate_record(e, jsonb_build_object(
        'id', made.id, 'stream_id', made.id, 'number', 'BH-2020-' || lpad(made.n::text, 7, '0'), 'texts', NULL,
        'opened_at', e.opened_at - made.n * interval '1 minute',
        'state', CASE WHEN made.n %% 20 = 0 THEN 'open' WHEN made.n %% 20000 = 7 THEN 'review' ELSE 'closed' END,
        'owner_id', (%(people)s::uuid[])[1 + made.n %% %(persons)s],
        'unit_id', (%(units)s::uuid[])[1 + made.n %% %(places)s]
    ))).* FROM registers_entry e, made WHERE e.id = %(first)s
)
INSERT INTO registers_entryfacet (id, organisation_id, entry_id, register, name, value, opened_at)
SELECT gen_random_uuid(), e.organisation_id, made.id, 'nonconformity', f.name, f.value, e.opened_at - made.n * interval '1 minute'
FROM registers_entry e, made, LATERAL (VALUES
    ('source', CASE WHEN made.n %% 20000 = 7 THEN 'outage' ELSE (ARRAY['late', 'record_error', 'audit'])[1 + made.n %% 3] END),
    ('severity', (ARRAY['minor', 'minor', 'minor', 'major', 'critical'])[1 + made.n %% 5]),
    ('person', (%(people)s::text[])[1 + made.n %% %(persons)s]),
    ('department', (%(units)s::text[])[1 + made.n %% %(places)s]),
    ('supplier', md5((made.n %% 200)::text))
) AS f (name, value) WHERE e.id = %(first)s
"""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench registers``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench registers", description=__doc__)
    parser.add_argument("--plans-only", action="store_true", help="plans and queries, without timing the pages")
    parser.add_argument("--entries", type=int, default=50_000, help="50000 or 1000000")
    chosen = parser.parse_args(arguments)
    with lent("tingsu_bench_registers"):
        with the_cast() as cast:
            number = fill(cast, chosen.entries)
            found: dict[str, Any] = {"entries": chosen.entries, "targets_processor_ms": TARGETS_PROCESSOR_MS}
            found["plans"] = plans(cast)
            found["queries"] = queries(cast, number)
            asked = {name: path for name, path in paths(cast, number).items() if name in TIMED}
        if chosen.plans_only:
            return found
        with web(target="bench.timed:at_the_door") as port:
            cookie = pages.session_of(cast.organisation_id, "supervisor")
            for name, path in asked.items():
                found[name] = pages.probe(port, cookie, lambda turn, path=path: path, probes=20)
        return found


def fill(cast: Any, count: int) -> str:
    """One entry opened by its action, and its copies, the newest of them with texts under keys of their own."""
    from django.db.models import F

    from tingsu.kernel import crypto
    from tingsu.kernel.models import Stream
    from tingsu.registers.declaration import register_named
    from tingsu.registers.models import Entry
    from tingsu.registers.tests.samples import an_entry

    register = register_named(REGISTER)
    assert register is not None  # noqa: S101 declared
    first = an_entry(register, cast.supervisor, supplier="安诺呼叫服务")
    people, units = _people_and_units()
    given = {"most": count, "first": first.pk, "people": people, "units": units}
    _copy(given | {"persons": len(people), "places": len(units)})
    print(f"  {count:,} entries copied", flush=True)
    _owner("VACUUM ANALYZE registers_entry, registers_entryfacet, registers_entrywords, kernel_stream")
    for entry in Entry.objects.exclude(pk=first.pk).order_by("-opened_at")[:SEALED]:
        _key, wrapped = crypto.new_data_key(cast.organisation_id)
        Stream.objects.filter(pk=entry.pk).update(wrapped_key=wrapped)
        kept = Entry.objects.select_related("stream").get(pk=entry.pk)
        kept.write({"description": "出库单与实物不符，复核两次才发现", "supplier": "安诺呼叫服务"})
        Entry.objects.filter(pk=kept.pk).update(texts=kept.texts, version=F("version") + 1)
    return first.number


def _copy(given: dict[str, Any]) -> None:
    """The copies as their owner puts them in: without references to be checked, indexes made afterwards."""
    name = str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])
    dsn = make_conninfo(os.environ["TINGSU_OWNER_DSN"], dbname=name)
    tables = ["registers_entry", "registers_entryfacet", "kernel_stream"]
    with psycopg.connect(dsn) as connection:
        references = connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [tables],
        ).fetchall()
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef NOT LIKE '%%UNIQUE%%'",
            [tables],
        ).fetchall()
        for table, reference in references:
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{reference}"')
        for index, _statement in indexes:
            connection.execute(f'DROP INDEX "{index}"')
        connection.execute(COPY, given)
        for _index, statement in indexes:
            connection.execute(statement)


def _people_and_units() -> tuple[list[str], list[str]]:
    from tingsu.people import queries as people

    return [str(one.pk) for one in people.active_members()], [str(one.pk) for one in people.units()]


def _owner(statement: str) -> None:
    name = str(conninfo_to_dict(os.environ["TINGSU_APP_DSN"])["dbname"])
    dsn = make_conninfo(os.environ["TINGSU_OWNER_DSN"], dbname=name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def filters(cast: Any) -> dict[str, dict[str, str]]:
    """What a list is asked for: usual and rare values of each filter."""
    people, units = _people_and_units()
    return {
        "all": {},
        "open": {"state": "running"},
        "rare_state": {"state": "review"},
        "mine": {"owner": "me", "state": "running"},
        "source": {"source": "late"},
        "rare_source": {"source": "outage"},
        "severity": {"severity": "critical"},
        "person": {"person": people[0]},
        "department": {"department": units[0]},
        "supplier": {"supplier": "安诺呼叫服务"},
        "two": {"severity": "critical", "source": "late"},
        "words": {"q": "复核两次"},
        "number": {"q": "BH-2020-00012"},
    }


def paths(cast: Any, number: str) -> dict[str, str]:
    """Pages that are timed."""
    from urllib.parse import urlencode

    base = f"/desk/records/{REGISTER}/"
    asked = {f"list_{name}": f"{base}?{urlencode(query)}" for name, query in filters(cast).items()}
    return {**asked, "entry": f"{base}{number}/"}


def plans(cast: Any) -> dict[str, dict[str, Any]]:
    """How the database answers the first page of each filter, for one who sees all and one who sees a part."""
    from tingsu.registers import finding
    from tingsu.registers import queries as asking
    from tingsu.registers.declaration import register_named

    register, found = register_named(REGISTER), {}
    assert register is not None  # noqa: S101 declared
    for who in ("supervisor", "dept"):
        actor = getattr(cast, who).actor
        for name, query in filters(cast).items():
            asked = asking.asked_of(register, query)
            found[f"{who}_{name}"] = told_of(finding.walk_of(actor, register, asked).first(51))
        counted = asking.counted(actor, register, register.filters)
        began = time.perf_counter()
        asking.counted(actor, register, register.filters)
        found[f"{who}_counts"] = {
            "ms": round(1000 * (time.perf_counter() - began), 1),
            "values": sum(map(len, counted.values())),
        }
    return found


def told_of(rows: Any) -> dict[str, Any]:
    """What the database says of a question: milliseconds, pages touched, and how it goes about it."""
    told = rows.explain(format="json", analyze=True, buffers=True, timing=False)
    plan = (json.loads(told) if isinstance(told, str) else told)[0]
    return {
        "ms": round(plan["Execution Time"], 1),
        "pages_8k": plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"],
        "walks": ", ".join(sorted(walks(plan["Plan"]))),
        "sorted": gathered(plan["Plan"]),
    }


def gathered(plan: dict[str, Any]) -> int:
    """The most rows that any part of a plan sorts."""
    mine = sum(part["Actual Rows"] for part in plan.get("Plans", ())) if "Sort" in plan["Node Type"] else 0
    return int(max([mine, *(gathered(part) for part in plan.get("Plans", ()))]))


def walks(plan: dict[str, Any]) -> set[str]:
    """Tables of this room that a plan reads from end to end."""
    mine = (
        {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" and "registers" in plan["Relation Name"] else set()
    )
    return mine.union(*(walks(part) for part in plan.get("Plans", ())))


def queries(cast: Any, number: str) -> dict[str, int]:
    """How many questions the database is asked for a page."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    name, _equals, value = pages.session_of(cast.organisation_id, "supervisor").partition("=")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client, found = Client(), {}
    client.cookies[name] = value
    for page, path in paths(cast, number).items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        found[page] = len(captured)
    return found
