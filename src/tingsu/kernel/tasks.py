"""Periodic work of the kernel: the daily seal, and forgetting what need not be kept."""

from datetime import timedelta

from procrastinate.contrib.django import app

from tingsu.kernel.clock import now
from tingsu.kernel.jobs import each_organisation, one_by_one
from tingsu.kernel.limits import forget_old_windows
from tingsu.kernel.models import IdempotencyKey
from tingsu.kernel.seals import is_night_over, seal_day


@app.periodic(cron="20 * * * *")
@app.task(name="kernel.seal", queue="housekeeping", queueing_lock="kernel.seal")
@one_by_one
def seal(timestamp: int) -> None:
    """Every night at 02:20 of the organisation's own clock; a worker that was away then makes up for it when it is back."""
    for organisation in each_organisation():
        if is_night_over(organisation):
            seal_day(organisation)


@app.periodic(cron="40 18 * * *")
@app.task(name="kernel.forget", queue="housekeeping", queueing_lock="kernel.forget")
@one_by_one
def forget(timestamp: int) -> None:
    for _organisation in each_organisation():
        forget_old_windows()
        IdempotencyKey.objects.filter(created_at__lt=now() - timedelta(days=2)).delete()
