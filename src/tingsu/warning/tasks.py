"""Background entry points of early warning."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, one_by_one


@app.periodic(cron="7 * * * *")
@app.task(name="warning.watch", queueing_lock="warning.watch")
@one_by_one
def watch(timestamp: int) -> None:
    """Each hour, in every organisation: what grows more than it should opens a warning (MO-02)."""
    from tingsu.warning import watching

    for _organisation in each_organisation():
        watching.watch()


@app.periodic(cron="20 3 * * 1")
@app.task(name="warning.try_rules", queueing_lock="warning.try_rules")
@one_by_one
def try_rules(timestamp: int) -> None:
    """Each Monday: how the rules would have done on the last half year."""
    from tingsu.warning import trying

    for _organisation in each_organisation():
        trying.try_all()


@app.periodic(cron="*/5 * * * *")
@app.task(name="warning.follow", queueing_lock="warning.follow")
@one_by_one
def follow(timestamp: int) -> None:
    """Every five minutes, in every organisation: what the complaints registered or corrected since then name (MO-02)."""
    from tingsu.warning import traces

    for _organisation in each_organisation():
        traces.follow()


@app.periodic(cron="40 2 * * *")
@app.task(name="warning.catch_up", queueing_lock="warning.catch_up")
@one_by_one
def catch_up(timestamp: int) -> None:
    """Each night: what was committed too slowly for the five minutes."""
    from tingsu.warning import traces

    for _organisation in each_organisation():
        traces.follow(night=True)
