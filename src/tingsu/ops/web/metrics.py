"""Figures for Prometheus, together for all web processes. Routes, numbers and times; nothing about a person or an organisation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tingsu.ops.web import health

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_JOBS = "SELECT status::text, queue_name, count(*) FROM procrastinate_jobs GROUP BY 1, 2"
_LATE = """
SELECT coalesce(extract(epoch FROM max(now() - e.at)), 0) FROM procrastinate_jobs j
JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at < now())
"""

answers = Counter("tingsu_answers", "Answers by route and status", ["method", "route", "status"])
seconds_taken = Histogram(
    "tingsu_answer_seconds",
    "Seconds from the first byte of a request to the last of its answer",
    ["route"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


def begin() -> None:
    """Called in each web process as it starts."""
    if folder := os.environ.get(FOLDER):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One answer. A method nobody knows is not repeated: strangers must not make figures grow."""
    _answers_of(method if method in _METHODS else "other", route, status).inc()
    _seconds_of(route).observe(seconds)


@lru_cache(maxsize=4096)
def _answers_of(method: str, route: str, status: int) -> Counter:
    return answers.labels(method, route, str(status))


@lru_cache(maxsize=1024)
def _seconds_of(route: str) -> Histogram:
    return seconds_taken.labels(route)


def exposition() -> tuple[bytes, str]:
    """What a scrape gets, and its media type."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for one in (answers, seconds_taken):
            registry.register(one)
    registry.register(_Installation())
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Installation(Collector):
    """What is asked at the moment of the scrape: jobs, disk, database."""

    def collect(self) -> Iterator[Metric]:
        free = GaugeMetricFamily("tingsu_disk_free_bytes", "Free space where files are kept")
        free.add_metric([], shutil.disk_usage(settings.HOME).free)
        yield free
        up = GaugeMetricFamily("tingsu_database_up", "1 when the database answers")
        jobs = GaugeMetricFamily("tingsu_jobs", "Jobs by state and queue", labels=["state", "queue"])
        late = GaugeMetricFamily("tingsu_job_wait_seconds", "How long the oldest job that could run has waited")
        if health.is_silent():  # a scrape must not wait for as long as the database is frozen
            up.add_metric([], 0)
            yield from (up, jobs, late)
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(_JOBS)
                for state, queue, number in cursor.fetchall():
                    jobs.add_metric([state, queue], number)
                cursor.execute(_LATE)
                late.add_metric([], float(cursor.fetchone()[0]))
            up.add_metric([], 1)
        except (DatabaseError, InterfaceError):
            connection.close()
            up.add_metric([], 0)
        yield from (up, jobs, late)
