"""Server time of the pages people wait for, in a large and a small organisation of one database."""

from __future__ import annotations

import argparse
import http.client
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from bench import data
from bench.place import drop_database, home_database
from bench.serving import percentiles, web
from bench.timed import HEADER

PROBES = 60


def measured(
    name: str,
    arguments: list[str],
    description: str | None,
    targets: dict[str, Any],
    ask: Callable[[int, str, uuid.UUID], dict[str, Any]],
) -> dict[str, Any]:
    """What `ask(port, cookie, organisation)` finds in a large and a small organisation among so many complaints."""
    from tingsu.kernel.models import Organisation

    parser = argparse.ArgumentParser(prog=f"./tingsu bench {name}", description=description)
    parser.add_argument("--complaints", type=int, default=10_000, help="10000, 100000 or 1000000")
    chosen = parser.parse_args(arguments)
    home, database = home_database(), f"tingsu_bench_{name}"
    try:
        large = data.own_archive(database, chosen.complaints)
        small = Organisation.objects.get(slug="other").pk
        found: dict[str, Any] = {"complaints": chosen.complaints, **targets, "fixed_work_ms_before": fixed_work_ms()}
        with web(target="bench.timed:at_the_door") as port:
            for size, organisation_id, username in (
                ("large", large, "supervisor"),
                ("small", small, "other-supervisor"),
            ):
                found[size] = ask(port, session_of(organisation_id, username), organisation_id)
        return found | {"fixed_work_ms_after": fixed_work_ms()}
    finally:
        drop_database(database, instead=home)


def fixed_work_ms(times: int = 5) -> float:
    """Processor milliseconds of a million turns of a plain loop, the median of a few: what this machine's milliseconds are worth
    in this minute. An idle core of 2024 takes about 60; neighbours make it two or three times that, and every page with it.
    """
    took = []
    for _time in range(times):
        began = time.thread_time()
        sum(number * number for number in range(1_000_000))
        took.append(1000 * (time.thread_time() - began))
    return round(statistics.median(took), 1)


def session_of(organisation_id: uuid.UUID, username: str) -> str:
    """The cookie of somebody who is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from tingsu.people.models import Account
    from tingsu.people.sessions import FACTOR, SessionStore

    account = Account.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["organisation"] = str(organisation_id)
    session[FACTOR] = True
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def probe(port: int, cookie: str, path_of: Callable[[int], str], probes: int = PROBES) -> dict[str, Any]:
    """Ask a page so many times, one after the other: clock, processor time and size of the body.

    Raises SystemExit when an answer is not 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    times, processor, sizes = [], [], []
    for turn in range(probes + 10):
        began = time.perf_counter()
        connection.request("GET", path_of(turn), headers={"Cookie": cookie})
        response = connection.getresponse()
        size = len(response.read())
        if response.status != 200:
            raise SystemExit(f"{path_of(turn)} answered {response.status}")
        if turn >= 10:
            times.append(time.perf_counter() - began)
            processor.append(float(response.headers[HEADER]))
            sizes.append(size)
    return {
        **percentiles(times),
        "processor_ms": statistics.median(processor),
        "processor_p95_ms": statistics.quantiles(processor, n=20)[18],
        "kilobytes": statistics.median(sizes) / 1000,
    }


def statements(cookie: str, path: str) -> int:
    """How many statements a page asks, once it was asked before. Raises SystemExit when an answer is not 200."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    name, _equals, value = cookie.partition("=")
    client.cookies[name] = value
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path, headers={"host": "127.0.0.1"})
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return len(asked)


def numbers(organisation_id: uuid.UUID, most: int = 40) -> list[str]:
    """Numbers of open complaints."""
    from tingsu.complaints.models import Complaint
    from tingsu.kernel.tenancy import acting_for

    with acting_for(organisation_id):
        found = Complaint.objects.exclude(state__in=["closed", "archived"]).order_by("next_due_at", "pk")
        return list(found.values_list("number", flat=True)[:most])
