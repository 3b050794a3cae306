"""Background entry points of casework."""

from procrastinate.contrib.django import app

from tingsu.casework import actions
from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one


@app.periodic(cron="*/10 * * * *")
@app.task(name="casework.settle_silent_answers", queue="clocks", priority=SOONER)
@one_by_one
def settle_silent_answers(timestamp: int) -> None:
    """Every ten minutes, in every organisation."""
    for _organisation in each_organisation():
        actions.settle_silent_answers()
