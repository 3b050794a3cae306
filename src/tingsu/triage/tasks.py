"""Periodic work of triage: alerts that nobody confirmed in time are passed on (AS-10), bursts are watched for (TR-07)."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one
from tingsu.triage import alerts, mass_events


@app.periodic(cron="* * * * *")
@app.task(name="triage.pass_on_unconfirmed", queue="clocks", priority=SOONER)
@one_by_one
def pass_on_unconfirmed(timestamp: int) -> None:
    """Each minute, in every organisation; with several workers each call is passed on once."""
    for _organisation in each_organisation():
        alerts.pass_on_unconfirmed()


@app.periodic(cron="* * * * *")
@app.task(name="triage.watch_for_bursts", queue="clocks", priority=SOONER)
@one_by_one
def watch_for_bursts(timestamp: int) -> None:
    """Each minute, in every organisation: mass complaints open an event record or join it (TR-07)."""
    for _organisation in each_organisation():
        mass_events.watch()
