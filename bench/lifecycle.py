"""Lifecycle: whole complaints a second through the API, from registration to closing, by the people of the process.

Register, acknowledge, grade, route, accept, verdict, solution, opinion, agreement, verification, notice, callback, close:
sixteen requests of three persons, fifteen of them actions with their events.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import data, limit
from bench.intake import STORIES, token_for
from bench.place import drop_database, home_database
from bench.serving import percentiles, web, worker

DATABASE = "tingsu_bench_lifecycle"


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench lifecycle``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench lifecycle", description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument(
        "--complaints", type=int, default=0, help="load so many complaints first (1000000 for the claim)"
    )
    chosen = parser.parse_args(arguments)
    home = home_database()
    try:
        people = prepare(chosen.complaints)
        with web() as port:
            run(port, people, 2, 4)
            physical = limit.measure(Path(os.environ["TINGSU_HOME"]), clients=16, seconds=8)
            paused = run(port, people, chosen.clients, chosen.seconds)
            with worker():
                time.sleep(4)
                working = run(port, people, chosen.clients, chosen.seconds)
        return {
            "complaints_before": chosen.complaints,
            "worker_paused": paused,
            "worker_running": working,
            "target_per_second": 10,
            "physical_limit": asdict(physical),
        }
    finally:
        drop_database(DATABASE, instead=home)


def prepare(complaints: int) -> dict[str, str]:
    """Cast, tokens and the units' ids."""
    from tests.cast import Cast
    from tingsu.api.tokens import issue_token
    from tingsu.kernel.tenancy import acting_for

    organisation_id = data.own_archive(DATABASE, complaints)
    with acting_for(organisation_id):
        cast = Cast(organisation_id)
        tokens = {name: token_for(cast, name, issue_token) for name in ("frontline", "specialist", "supervisor")}
        return {
            **tokens,
            "unit": str(cast.units["investigation"].pk),
            "member": str(cast.specialist.id),
            "supervisor_id": str(cast.supervisor.id),
        }


def steps(people: dict[str, str], turn: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Who does what, in order: the plain road from a registration to closing, each with its token."""
    from tingsu.demo.journey import STORY, road_to

    story = {
        **STORY, "description": STORIES[turn % len(STORIES)], "order_number": f"26{turn:09d}", "phone": f"13{turn % 10**9:09d}",
        "record_confirmed": True, "categories": ["24"], "demands": [],
    }  # fmt: skip
    road = road_to("closed", unit=people["unit"], handler=people["member"], leader=people["supervisor_id"])
    by = {"receiver": people["frontline"], "handler": people["specialist"], "leader": people["supervisor"]}
    confirmed = [leg for leg in road if leg.step != "confirm_record"]
    return [(by["receiver"], "register", story), *((by[leg.by], leg.step, dict(leg.values)) for leg in confirmed)]


def run(port: int, people: dict[str, str], clients: int, seconds: float) -> dict[str, Any]:
    answers: Any = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(target=_run, args=(port, people, clients, seconds, answers))
    child.start()
    found: dict[str, Any] = answers.get(timeout=seconds + 180)
    child.join()
    return found


def _run(port: int, people: dict[str, str], clients: int, seconds: float, answers: Any) -> None:
    began = time.perf_counter()
    lives: list[float] = []
    requests = [0]
    refused: dict[str, int] = {}

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        turn = 0
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            try:
                asked = live(connection, people, int(time.time() * 1000) % 10**7 * 100 + number)
                requests[0] += asked
                lives.append(time.perf_counter() - started)
            except Refused as refusal:
                refused[str(refusal)] = refused.get(str(refusal), 0) + 1
            turn += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - began
    answers.put(
        {
            "lifecycles": len(lives),
            "lifecycles_per_second": len(lives) / passed,
            "requests_per_second": requests[0] / passed,
            **percentiles(lives),
            "refused": refused,
        }
    )


class Refused(Exception):
    """A step was refused: the measurement is wrong, not slow."""


def live(connection: http.client.HTTPConnection, people: dict[str, str], turn: int) -> int:
    """One complaint from registration to closing; gives the number of requests. Raises Refused."""
    number, party, count = "", "", 0
    for token, step, values in steps(people, turn):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        path = "/api/v1/complaints" if step == "register" else f"/api/v1/complaints/{number}/steps/{step}"
        if step == "record_opinion":
            party = party or _complainant(connection, number, headers)
            values["party"] = party
            count += 1
        body = values if step == "register" else {"values": values}
        connection.request("POST", path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        count += 1
        if response.status >= 300:
            raise Refused(f"{step}: {response.status} {json.dumps(answer, ensure_ascii=False)[:400]}")
        number = number or answer["number"]
    return count


def _complainant(connection: http.client.HTTPConnection, number: str, headers: dict[str, str]) -> str:
    connection.request("GET", f"/api/v1/complaints/{number}", headers=headers)
    parties = json.loads(connection.getresponse().read())["parties"]
    return str(next(party["id"] for party in parties if party["role"] == "complainant"))
