"""Background entry points of event hooks."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tingsu.hooks import delivering
from tingsu.hooks.models import Delivery
from tingsu.kernel.jobs import each_organisation, job, one_by_one

KEPT = timedelta(days=30)
"""How long the log stands, and the longest that anything waits."""


@job(queue="hooks", retry=RetryStrategy(max_attempts=2, wait=30))
def deliver() -> None:
    """Send what is due. The database asks for this beside the event (migration 0002)."""
    delivering.deliver_due()


@app.periodic(cron="* * * * *")
@app.task(name="hooks.call", queue="hooks", queueing_lock="hooks.call")
@one_by_one
def call(timestamp: int) -> None:
    """Each minute: what is to be tried again."""
    at = delivering.real_now()
    for _organisation in each_organisation(practice=False):
        if Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at, subscription__state="active").exists():
            deliver.defer()


@app.periodic(cron="50 18 * * *")
@app.task(name="hooks.forget", queue="housekeeping", queueing_lock="hooks.forget")
@one_by_one
def forget(timestamp: int) -> None:
    for _organisation in each_organisation(practice=False):
        delivering.forget(delivering.real_now() - KEPT)
