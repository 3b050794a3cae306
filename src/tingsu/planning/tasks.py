"""Background entry points of planning."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one


@job()
def open_change(event_id: str) -> None:
    """Open the record of the change that a published version is."""
    from tingsu.planning import configuration

    configuration.open_change(uuid.UUID(event_id))


@app.periodic(cron="10 3 * * *")
@app.task(name="planning.open_shipped", queue="default")
@one_by_one
def open_shipped(timestamp: int) -> None:
    """Every night, in every organisation that runs the whole system: what ships with the product is opened, once (MS-07, MS-06)."""
    from tingsu.kernel.actor import automation
    from tingsu.kernel.models import Organisation
    from tingsu.planning import shipped

    for organisation in each_organisation(practice=False):
        if organisation.profile != Organisation.Profile.MICRO and organisation.stage == Organisation.Stage.RUNNING:
            shipped.open_missing(automation("planning.shipped", organisation.pk))
