"""Background entry points of privacy."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, one_by_one
from tingsu.privacy import actions


@app.periodic(cron="27 3 * * *")
@app.task(name="privacy.forget_windows", queue="default")
@one_by_one
def forget_windows(timestamp: int) -> None:
    """Each night: forget which fields were open; the access log keeps what was revealed and why."""
    for _organisation in each_organisation():
        actions.forget_old_windows()
