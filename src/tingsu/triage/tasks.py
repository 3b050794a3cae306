"""Periodic work of triage: an alert that nobody confirmed in time goes to the next on the roster (AS-10)."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation
from tingsu.triage import alerts


@app.periodic(cron="* * * * *")
@app.task(name="triage.pass_on_unconfirmed", queue="clocks", priority=SOONER)
def pass_on_unconfirmed(timestamp: int) -> None:
    """Each minute, in every organisation; with several workers each call is passed on once."""
    for _organisation in each_organisation():
        alerts.pass_on_unconfirmed()
