"""Web and worker of a measurement, and a lean load from another process on the loopback."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.place import environment

Request = tuple[str, str, bytes, dict[str, str]]
"""Method, path, body, headers."""
WORKER = """
import django
django.setup()
from django.core.management import call_command
call_command("procrastinate", "worker", "--concurrency", "2", "--delete-jobs", "successful")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(processes: int = 2, threads: int = 4, target: str = "tingsu.asgi:application") -> Iterator[int]:
    """The web server on the measurement's database, as `./tingsu serve` starts it; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "tingsu.ops.web.server", "127.0.0.1", str(port), target]
    chosen = {"TINGSU_WEB_PROCESSES": str(processes), "TINGSU_WEB_THREADS": str(threads)}
    running = subprocess.Popen(
        command, env=environment() | chosen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(15)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/api/v1/openapi.json")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The web server did not open its port within four minutes.")


def drive(
    port: int, make: Callable[[int, int], Request], *, clients: int, seconds: float, rate: float = 0.0
) -> dict[str, Any]:
    """Ask with so many clients for so long, as fast as answers come or at a fixed rate; from a process of its own.

    `make(client, turn)` makes a request. With `rate`, time counts from the moment a request should have gone out.
    """
    answers: multiprocessing.Queue[dict[str, Any]] = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(
        target=_drive, args=(port, make, clients, seconds, rate, answers)
    )
    child.start()
    found = answers.get(timeout=seconds + 120)
    child.join()
    return found


def _drive(
    port: int, make: Callable[[int, int], Request], clients: int, seconds: float, rate: float, answers: Any
) -> None:
    times: list[float] = []
    refused: dict[str, int] = {}
    kept: list[Any] = []
    lock = threading.Lock()
    began = time.perf_counter()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        turn = 0
        while (passed := time.perf_counter() - began) < seconds:
            due = began + (turn * clients + number) / rate if rate else time.perf_counter()
            if rate and due - began >= seconds:
                break
            if (pause := due - time.perf_counter()) > 0:
                time.sleep(pause)
            method, path, body, headers = make(number, turn)
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
            took = time.perf_counter() - due
            with lock:
                if response.status < 300:
                    times.append(took)
                    if path.endswith("/complaints"):
                        kept.append(json.loads(content).get("number"))
                else:
                    key = f"{response.status} {content[:120].decode(errors='replace')}"
                    refused[key] = refused.get(key, 0) + 1
            turn += 1
        del passed

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(
        {
            "done": len(times),
            "seconds": time.perf_counter() - began,
            "per_second": len(times) / (time.perf_counter() - began),
            **percentiles(times),
            "refused": refused,
            "numbers_shown": len(kept),
            "numbers_twice": len(kept) - len(set(kept)),
        }
    )


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Median, p95 and p99 in milliseconds."""
    if len(seconds) < 2:
        return {"p50_ms": 0.0, "p95_ms": 0.0, "p99_ms": 0.0}
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": 1000 * cuts[49], "p95_ms": 1000 * cuts[94], "p99_ms": 1000 * cuts[98]}
