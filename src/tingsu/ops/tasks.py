"""Periodic work that belongs to no organisation: jobs whose worker died, sessions that ended."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app

from tingsu.ops import jobs
from tingsu.people import recovery
from tingsu.people.sessions import SessionStore

_SILENT_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(name="ops.take_up_stalled_jobs", queueing_lock="ops.take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Queue again what a killed worker held, until it is given up. Every job may run twice; the rows it works on remember
    (style §6).
    """
    stalled = await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS)
    for place, job in enumerate(stalled):
        await sync_to_async(jobs.after_a_death)(job, place)


@app.periodic(cron="10 18 * * *")
@app.task(name="ops.forget", queue="housekeeping", queueing_lock="ops.forget")
def forget(timestamp: int) -> None:
    """Every night: sessions past their end say who was here and when, and serve nobody any more. Recovery codes that an earlier
    version kept readable become digests.
    """
    SessionStore.clear_expired()
    recovery.digest_what_was_sealed()
    jobs.forget_deaths()
