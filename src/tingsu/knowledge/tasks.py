"""Background entry points of knowledge."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one


@job()
def learn_from_closing(event_id: str) -> None:
    """The lesson of a case that was closed as worth knowing."""
    from tingsu.knowledge import learning

    learning.learn_from_closing(uuid.UUID(event_id))


@app.periodic(cron="50 2 * * *")
@app.task(name="knowledge.open_unanswered", queue="clocks", priority=SOONER)
@one_by_one
def open_unanswered(timestamp: int) -> None:
    """Every night, in every organisation: what is asked and not answered (SK-09)."""
    from tingsu.knowledge import unanswered

    for _organisation in each_organisation():
        unanswered.open_owed()
