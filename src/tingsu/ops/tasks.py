"""Periodic work that belongs to no organisation: jobs whose worker died are taken up again."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

_SILENT_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(name="ops.take_up_stalled_jobs", queueing_lock="ops.take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Queue again what a killed worker held. Every job may run twice; the rows it works on remember (style §6)."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
        await manager.retry_job(job)
