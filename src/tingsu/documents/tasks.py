"""Background entry points of documents."""

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one


@app.periodic(cron="7 * * * *")
@app.task(name="documents.come_into_force", queue="clocks", priority=SOONER)
@one_by_one
def come_into_force(timestamp: int) -> None:
    """Every hour, in every organisation: approved versions whose day has come are in force, once."""
    from tingsu.documents import by_the_day

    for _organisation in each_organisation():
        by_the_day.come_into_force()


@app.periodic(cron="25 2 * * *")
@app.task(name="documents.ask_new_readers", queue="clocks", priority=SOONER)
@one_by_one
def ask_new_readers(timestamp: int) -> None:
    """Every night, in every organisation: who is new, or has a new post, is asked to read what is for them."""
    from tingsu.documents import by_the_day

    for _organisation in each_organisation():
        by_the_day.ask_new_readers()
