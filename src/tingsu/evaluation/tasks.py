"""Background entry points of evaluation."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one


@app.periodic(cron="35 * * * *")
@app.task(name="evaluation.keep_duties", queue="clocks", priority=SOONER, queueing_lock="evaluation.keep_duties")
@one_by_one
def keep_duties(timestamp: int) -> None:
    """Every hour, in every organisation: duties that are owed are opened, those that a record proves are closed, leaders are warned (MS-34)."""
    from tingsu.evaluation import occurrences

    for _organisation in each_organisation():
        occurrences.keep_up()
