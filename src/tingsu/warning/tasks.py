"""Background entry points of early warning."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation


@app.periodic(cron="7 * * * *")
@app.task(name="warning.watch", queueing_lock="warning.watch")
def watch(timestamp: int) -> None:
    """Each hour, in every organisation: what grows more than it should opens a warning (MO-02)."""
    from tingsu.warning import watching

    for _organisation in each_organisation():
        watching.watch()


@app.periodic(cron="20 3 * * 1")
@app.task(name="warning.try_rules", queueing_lock="warning.try_rules")
def try_rules(timestamp: int) -> None:
    """Each Monday: how the rules would have done on the last half year."""
    from tingsu.warning import trying

    for _organisation in each_organisation():
        trying.try_all()
