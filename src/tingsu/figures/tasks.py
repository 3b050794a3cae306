"""Background entry points of the figures."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, one_by_one


@app.periodic(cron="* * * * *")
@app.task(name="figures.follow", queueing_lock="figures.follow")
@one_by_one
def follow(timestamp: int) -> None:
    """Each minute: the facts of every organisation follow its ledger; each half-hour its indicators follow them, and alerts at limits these."""
    from tingsu.figures import alerts, folding, values

    for _organisation in each_organisation():
        folding.fold_moved()
        if values.count_due():
            alerts.check()


@app.periodic(cron="50 2 * * *")
@app.task(name="figures.catch_up", queueing_lock="figures.catch_up")
@one_by_one
def catch_up(timestamp: int) -> None:
    """Each night: what was committed too slowly for the folding of the minute."""
    from tingsu.figures import folding

    for _organisation in each_organisation():
        folding.catch_up()
