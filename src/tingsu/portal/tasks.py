"""Background entry points of the public side."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation
from tingsu.portal import drafts


@app.periodic(cron="7 * * * *")
@app.task(name="portal.forget_drafts", queue="default")
def forget_drafts(timestamp: int) -> None:
    """Each hour: drafts that nobody came back for leave nothing behind."""
    for _organisation in each_organisation():
        drafts.forget_expired()
