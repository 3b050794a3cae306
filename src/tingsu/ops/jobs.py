"""Jobs that need a person: what failed for good, and how it is tried again or dropped.

A job whose worker died is taken up again, because machines are restarted; one that kills its workers must not do so for
ever. After `MOST_DEATHS` it is given up, kept as failed, shown to the administrator and found by `verify`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job

from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.ops.models import JobDeath

MOST_DEATHS = 3
APART = timedelta(seconds=30)
"""Jobs that were held by one dead worker are tried one after another, so that the one that kills is found alone."""
MOST = 200

_log = logging.getLogger("tingsu.jobs")


class SameWaits(TingsuError):
    code, status = "same_job_waits", 409
    sentence = _("The same work waits already under another number: drop this one.")


@dataclass(frozen=True)
class Failed:
    """A job that nobody tries any more. `organisation` is an id, or nothing for work of the whole installation."""

    id: int
    task: str
    organisation: str | None
    attempts: int
    deaths: int
    at: datetime | None


def after_a_death(job: Job, place: int) -> None:
    """Take up a job whose worker is gone, or give it up. `place` is its number among those of the same moment."""
    if job.id is None:
        return
    at = datetime.now(UTC)
    death, _made = JobDeath.objects.get_or_create(job_id=job.id, defaults={"last_at": at})
    death.deaths, death.last_at = death.deaths + 1, at
    death.save()
    if death.deaths >= MOST_DEATHS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.id])
        _log.error(
            "a job was given up", extra={"facts": {"job": job.id, "task": job.task_name, "deaths": death.deaths}}
        )
        return
    try:
        _queue(job.id, at + APART * place)
    except SameWaits:
        # Its like waits already and does the same: one night's work need not be done twice.
        with connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job.id])


def failed(organisation_id: str | None = None) -> list[Failed]:
    """What failed for good, newest first; with an id only that organisation's and what belongs to nobody."""
    rows = ProcrastinateJob.objects.filter(status="failed")
    if organisation_id is not None:
        rows = rows.filter(models.Q(args__organisation=organisation_id) | ~models.Q(args__has_key="organisation"))
    found = list(rows.order_by("-pk")[:MOST])
    ids = [job.pk for job in found]
    deaths = dict(JobDeath.objects.filter(job_id__in=ids).values_list("job_id", "deaths"))
    ended = _last_change(ids)
    return [
        Failed(
            id=job.pk,
            task=job.task_name,
            organisation=job.args.get("organisation"),
            attempts=job.attempts,
            deaths=deaths.get(job.pk, 0),
            at=ended.get(job.pk),
        )
        for job in found
    ]


def retry(job_id: int, organisation_id: str | None = None, *, by: str = "command line") -> None:
    """Queue a failed job again, its deaths forgotten. Raises NotFound, and SameWaits when its like is queued already."""
    one = _one(job_id, organisation_id)
    JobDeath.objects.filter(job_id=one.id).delete()
    _queue(one.id, datetime.now(UTC))
    _log.info("a failed job is tried again", extra={"facts": {"job": one.id, "task": one.task, "by": by}})


def drop(job_id: int, organisation_id: str | None = None, *, by: str = "command line") -> None:
    """Forget a failed job for good: what it should have done is not done. Raises NotFound."""
    one = _one(job_id, organisation_id)
    JobDeath.objects.filter(job_id=one.id).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [one.id])
    _log.warning("a failed job was dropped", extra={"facts": {"job": one.id, "task": one.task, "by": by}})


def forget_deaths() -> int:
    """Forget the deaths of jobs that are done."""
    live: models.QuerySet[Any] = ProcrastinateJob.objects.filter(pk=models.OuterRef("job_id"))
    return JobDeath.objects.filter(~models.Exists(live)).delete()[0]


def _one(job_id: int, organisation_id: str | None) -> Failed:
    for found in failed(organisation_id):
        if found.id == job_id:
            return found
    raise NotFound


def _queue(job_id: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, retry_at=at)
    except (IntegrityError, UniqueViolation) as error:
        raise SameWaits from error


def _last_change(job_ids: Iterable[int]) -> dict[int, datetime]:
    rows = ProcrastinateEvent.objects.filter(job_id__in=list(job_ids)).values("job_id").annotate(at=models.Max("at"))
    return {row["job_id"]: row["at"] for row in rows}
