"""Background entry points of leadership."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one


@job()
def ask_parties(statement: str) -> None:
    """New core values are in force: every party is to be told, and asked to acknowledge them."""
    from tingsu.leadership import parties

    parties.ask_all(uuid.UUID(statement))


@app.periodic(cron="2 * * * *")
@app.task(name="leadership.take_effect", queue="clocks", priority=SOONER)
@one_by_one
def take_effect(timestamp: int) -> None:
    """Every hour, in every organisation: statements whose day has come are in force (an organisation's day begins in its own zone)."""
    from tingsu.leadership import in_force

    for _organisation in each_organisation():
        in_force.take_effect()
