"""Periodic work of aftercare."""

from procrastinate.contrib.django import app

from tingsu.aftercare import actions
from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one


@app.periodic(cron="7 * * * *")
@app.task(name="aftercare.remind_to_rate", queue="letters", queueing_lock="aftercare.remind_to_rate")
@one_by_one
def remind_to_rate(timestamp: int) -> None:
    for _organisation in each_organisation():
        actions.remind_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="aftercare.close_unreached", queue="clocks", priority=SOONER, queueing_lock="aftercare.close_unreached")
@one_by_one
def close_unreached(timestamp: int) -> None:
    for _organisation in each_organisation():
        actions.close_unreached()
